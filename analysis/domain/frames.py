"""What goes into a scoring and what comes out, as frozen dataclasses.

Arrays run over the wards of the run in one common order, called (n_wards,). NaN is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Status = Literal["used", "zero_weight", "refused", "not_chosen", "not_available"]
STATUSES: tuple[Status, ...] = ("used", "zero_weight", "refused", "not_chosen", "not_available")

Step = Callable[[int, int, str], None]


def wards_in_words(n: int) -> str:
    """Return "1 ward", "1,234 wards"."""
    return "1 ward" if n == 1 else f"{n:,} wards"


def no_progress(done: int, total: int, note: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class WardFrame:
    """The wards of a run.

    Parameters
    ----------
    codes : unique text keys; the last tie-breaker and the order of the random numbers
    lgas, states : names; an empty LGA means "not known"
    neighbours : for each ward the positions of its queen neighbours; empty without polygon
    """

    codes: tuple[str, ...]
    lgas: tuple[str, ...]
    states: tuple[str, ...]
    neighbours: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Column:
    """A variable as it was offered.

    Parameters
    ----------
    name : the column's own name
    code : registry code, empty when the name is not bound
    direction : "direct", "inverse" or "undecided"
    values : array (n_wards,), unit of the variable
    whole : written as whole numbers without gaps (matters for one oddity of `legacy`)
    chosen : part of the selection
    legacy_fixed : the run names the direction explicitly, the word rule does not apply
    """

    name: str
    code: str
    label: str
    unit: str
    direction: str
    values: FloatArray
    minimum: float | None = None
    maximum: float | None = None
    group: str = ""
    source: str = ""
    year: str = ""
    how_made: str = ""
    whole: bool = False
    chosen: bool = True
    legacy_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """The malaria indicator: counts (preferred, shrunk) or ready-made rates (used as given).

    Parameters
    ----------
    name : name of the variable in outputs
    definition : TPR definition id, or "given"
    position : place of the indicator among the columns, in list order
    tested, positive : array (n_wards,), persons; NaN = no test reported
    share : array (n_wards,), 0-1, when only rates are known
    facilities : array (n_wards,), reporting facilities; NaN = not known
    clusters : per ward the (positive, tested) totals of its facilities; None = not known
    """

    name: str
    definition: str
    position: int = 0
    tested: FloatArray | None = None
    positive: FloatArray | None = None
    share: FloatArray | None = None
    facilities: FloatArray | None = None
    clusters: tuple[tuple[tuple[float, float], ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class OtherIndicator:
    """The malaria indicator counted another way, for the sensitivity table.

    Parameters
    ----------
    axis : "positivity" for a rate of tests, "ratio" for a rate of another kind
    key : e.g. "rdt/primary/u5"
    usable : False when more than half of the wards have no data under it
    """

    axis: str
    key: str
    label: str
    indicator: Indicator
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about the run. `code` is stable, `facts` are JSON-compatible."""

    code: str
    message: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VariableResult:
    """What a variable was in the run, or why it was left out.

    Parameters
    ----------
    weight : share of the score, None when the profile has no weights
    bounds : values that became 0 and 1, before any reversal
    used, norm, contribution : array (n_wards,) or None when not used
    imputed : per ward the rule that filled the value, "" where observed
    """

    name: str
    code: str
    label: str
    unit: str
    direction: str
    status: Status
    reason_code: str = ""
    reason: str = ""
    weight: float | None = None
    n_observed: int = 0
    n_missing: int = 0
    n_rejected: int = 0
    n_imputed: int = 0
    bounds: tuple[float, float] | None = None
    source: str = ""
    year: str = ""
    how_made: str = ""
    is_indicator: bool = False
    used: FloatArray | None = None
    norm: FloatArray | None = None
    contribution: FloatArray | None = None
    imputed: tuple[str, ...] = ()
    imputed_neighbours: IntArray | None = None
    spread: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """The malaria indicator per ward, raw and shrunk side by side (shares 0-1)."""

    raw: FloatArray
    shrunk: FloatArray
    low: FloatArray
    high: FloatArray
    pull: FloatArray
    deff: FloatArray
    effective_tests: FloatArray


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished scoring; every array and tuple is (n_wards,) unless said otherwise.

    `rank_low`, `rank_median`, `rank_high` are the 5th, 50th and 95th percentile of the draws in
    `sound`, and minimum, median and maximum over the models in `legacy`. The probabilities are
    None where the profile has none. `drawn` holds the ranks of the draws, (n_draws, n_wards).
    `cards` holds per ward what explains its place, and `facts` what
    was tried beside the run; both are JSON-compatible.
    """

    profile: str
    score: FloatArray
    rank: IntArray
    rank_shared: IntArray
    category: tuple[str, ...]
    rank_low: IntArray | None
    rank_median: FloatArray | None
    rank_high: IntArray | None
    rank_mean: FloatArray | None
    p_top: FloatArray | None
    p_high: FloatArray | None
    p_medium: FloatArray | None
    p_low: FloatArray | None
    stability: tuple[str, ...]
    flags: tuple[tuple[str, ...], ...]
    variables: tuple[VariableResult, ...]
    notes: tuple[Note, ...]
    indicator: IndicatorResult | None = None
    drawn: IntArray | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    cards: tuple[dict[str, Any], ...] = ()
