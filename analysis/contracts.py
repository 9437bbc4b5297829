"""What crosses the floor: frozen values, no rows."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RankedWard:
    """A ward of a finished run. Rank 1 = highest risk. Rates in percent, None = undefined.

    `rank_shared`: the rank before ties were broken, the same for wards of one score.
    """

    ward_id: int | None
    ward_code: str
    state: str
    lga: str
    ward: str
    rank: int
    score: float
    category: str
    rank_low: int | None
    rank_high: int | None
    rank_median: float | None
    p_top: float | None
    p_high: float | None
    stability: str
    tested: float | None
    positive: float | None
    tpr: float | None
    tpr_shrunk: float | None
    population: float | None
    urban_percentage: float | None
    flags: tuple[str, ...] = ()
    rank_shared: int | None = None


@dataclass(frozen=True, slots=True)
class OfferedVariable:
    """A variable as it would enter a run that is not yet requested."""

    name: str
    code: str
    label: str
    unit: str
    direction: str
    source: str
    year: str
    available: bool
    chosen: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Staleness:
    """Whether a run still answers for its workflow, and what changed if not."""

    stale: bool
    reasons: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
