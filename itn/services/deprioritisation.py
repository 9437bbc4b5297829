"""Which low-risk urban wards could be left out of a campaign, at several thresholds and targets.

Source: `domain/risk.md` section 13. Rank 1 = highest risk everywhere; these lists show the position
from the lowest instead. A ward here is a candidate, nothing more, until a person has checked it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from analysis import api as analysis_api
from chatmrpt.common.errors import InvalidInput
from itn.domain.strategies.deprioritise import Selection, select
from itn.models import PopulationSource
from itn.services.run_wards import run_wards

THRESHOLDS = (20, 30, 50, 75)
TARGETS = (10, 20, 30)
DEFAULT_THRESHOLD = 50
DEFAULT_TARGET = 30
PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,6})?")
URBAN_LEVELS = (30, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class GridCell:
    """One threshold and target: how many wards, and the share of people they reach, per cent."""

    threshold: int
    target: int
    wards: int
    percent: float
    reached: bool


@dataclass(frozen=True, slots=True)
class UrbanExtent:
    """Wards at or above an urban share, and their people; `level` None: share unknown."""

    level: int | None
    wards: int
    people: float


@dataclass(frozen=True, slots=True)
class Deprioritisation:
    """The chosen scenario, all scenarios side by side, and the urban extent of the state."""

    threshold: Decimal
    target: Decimal
    selection: Selection
    grid: tuple[tuple[GridCell, ...], ...]
    extent: tuple[UrbanExtent, ...]
    source: PopulationSource | None
    wards: int
    without_population: int
    without_urban_share: int


def deprioritisation(
    run: analysis_api.AnalysisRun,
    *,
    threshold: object = None,
    target: object = None,
    population_source: str = "",
) -> Deprioritisation:
    """Select the candidates of a finished run.

    Parameters
    ----------
    threshold : urban share in per cent, strictly exceeded by a candidate; 50 without
    target : share of all people with a known population, per cent; 30 without

    Raises
    ------
    InvalidInput
        ``INVALID_NUMBER`` for a value that is not between 0 and 100.
    NotFound
        ``POPULATION_SOURCE_UNKNOWN``.
    """
    found = run_wards(run, population_source or None)
    at = _percent("threshold", threshold, DEFAULT_THRESHOLD)
    share = _percent("target", target, DEFAULT_TARGET)
    wards = found.wards
    grid = tuple(tuple(_cell(select(wards, t, g), t, g) for g in TARGETS) for t in THRESHOLDS)
    extent = [
        UrbanExtent(
            level,
            sum(w.urban_percentage is not None and w.urban_percentage >= level for w in wards),
            float(sum(
                w.population or 0 for w in wards
                if w.urban_percentage is not None and w.urban_percentage >= level
            )),
        )
        for level in URBAN_LEVELS
    ]  # fmt: skip
    unknown = [w for w in wards if w.urban_percentage is None]
    extent.append(UrbanExtent(None, len(unknown), float(sum(w.population or 0 for w in unknown))))
    return Deprioritisation(
        threshold=at,
        target=share,
        selection=select(wards, at, share),
        grid=grid,
        extent=tuple(extent),
        source=found.source,
        wards=len(wards),
        without_population=sum(w.population is None for w in wards),
        without_urban_share=len(unknown),
    )


def _cell(selection: Selection, threshold: int, target: int) -> GridCell:
    chosen = selection.left_out
    percent = 100 * float(chosen[-1].cumulative_share) if chosen else 0.0
    return GridCell(threshold, target, len(chosen), percent, selection.target_reached)


def _percent(name: str, value: object, default: int) -> Decimal:
    if value in (None, ""):
        return Decimal(default)
    plain = PERCENT.fullmatch(str(value).strip())
    number = Decimal(plain[0].replace(",", ".")) if plain else None
    if number is None or number > 100:
        raise InvalidInput(
            "INVALID_NUMBER",
            f"{name} is '{str(value)[:20]}'; it is a per cent between 0 and 100.",
            {"name": name, "value": str(value)[:20]},
        )
    return number
