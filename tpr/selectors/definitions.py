"""All definitions, levels and age groups of a result's state, side by side, from one aggregation."""

from collections.abc import Mapping
from dataclasses import dataclass

from chatmrpt.common.cache import recomputable
from chatmrpt.common.statistics.rates import bounds_for_missing, inverted_percentile
from tpr.aggregation import base_rows
from tpr.domain.definitions import (
    AGES,
    LEVELS,
    POSITIVITY,
    Stability,
    Sums,
    Ward,
    rate,
    stability,
    sums_by_ward,
)
from tpr.domain.periods import month_after
from tpr.domain.positivity import (
    ADDITIVE,
    DEFINITIONS,
    RATIOS,
    BaseRow,
    Figure,
    chosen,
    facility_pairs,
    figure,
)
from tpr.models import TprResult
from tpr.selectors.decisions import places_in
from tpr.selectors.file_places import Places

EXCEEDING = ("exclude", "cap", "keep")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A place by every definition.

    Parameters
    ----------
    by_definition : definition → figure, at the result's level and age group
    by_combination : (level, age) → figure, by the result's definition
    by_treatment : treatment of exceeding rows → figure
    """

    by_definition: Mapping[str, Figure]
    by_combination: Mapping[tuple[str, str], Figure]
    by_treatment: Mapping[str, Figure]


def _rows(result: TprResult, exceeding: str) -> list[BaseRow]:
    return base_rows(
        upload_id=result.workflow.upload_id, state=result.state, exceeding=exceeding,
        start=result.period_start, end=month_after(result.period_end),
    )  # fmt: skip


def _facilities(places: Places, lga: str, ward: str) -> set[int]:
    return {
        pk for pk, place in places.keys.items()
        if (not lga or places.lga_names[place[0]] == lga or places.names[place][0] == lga)
        and (not ward or places.names[place] == (lga, ward))
    }  # fmt: skip


def side_by_side(result: TprResult, lga: str = "", ward: str = "") -> SideBySide:
    """Return a ward, an LGA (no ward) or the state (neither) by every definition."""
    inside = _facilities(places_in(result), lga, ward)

    def of(exceeding: str) -> list[BaseRow]:
        return [r for r in _rows(result, exceeding) if r.facility_id in inside]

    rows = of(result.exceeding)
    here = chosen(rows, result.level, result.age_group)
    exceeding = any(r.excluded_cells for r in here)  # without any, all treatments are alike
    return SideBySide(
        by_definition={d: figure(here, d) for d in DEFINITIONS},
        by_combination={
            (level, age): figure(chosen(rows, level, age), result.definition)
            for level in LEVELS for age in AGES
        },
        by_treatment={
            e: figure(
                chosen(of(e), result.level, result.age_group)
                if exceeding and e != result.exceeding else here,
                result.definition,
            )
            for e in EXCEEDING
        },
    )  # fmt: skip


def table_of(result: TprResult) -> dict[tuple[str, str], dict[Ward, Sums]]:
    """Return (level, age) → ward → sums: everything all definitions need, from one aggregation."""
    places = places_in(result)
    names = {pk: places.names[place] for pk, place in places.keys.items() if place[1]}
    return sums_by_ward(_rows(result, result.exceeding), names)


def stability_of(result: TprResult, k: int) -> tuple[Stability, Stability]:
    """Return the table over the 96 definitions of positivity, and over the 32 ratios, apart.

    Wards are those of the result with a name; k from 1. Cached: it can be computed again.
    """
    key = f"stability:{result.pk}:{result.computed_at.timestamp()}:{k}"
    return recomputable(key, lambda: _stability(result, k))


def _stability(result: TprResult, k: int) -> tuple[Stability, Stability]:
    table = table_of(result)
    wards = sorted(table["all", "all"])
    return (
        stability(table, wards, k=k, definitions=POSITIVITY),
        stability(table, wards, k=k, definitions=RATIOS),
    )


def rates_by_definition(result: TprResult) -> dict[Ward, dict[str, float | None]]:
    """Return every ward's rate by each definition, at the result's level and age group."""
    wards = table_of(result)[result.level, result.age_group]
    return {ward: {d: rate(sums, d) for d in DEFINITIONS} for ward, sums in wards.items()}


@dataclass(frozen=True, slots=True)
class MissingBounds:
    """Where a place's TPR lies if its missing reports looked like the lowest or highest facilities.

    Parameters
    ----------
    present, expected : reports with a complete pair; facilities × periods of the state's file
    low, high : percent
    lowest, highest : 5th and 95th percentile of the state's facility rates, percent
    """

    present: int
    expected: int
    low: float
    high: float
    lowest: float
    highest: float


def missing_bounds(result: TprResult, lga: str, ward: str) -> MissingBounds | None:
    """Return the bounds of a ward; None without a rate or when no report is missing."""
    rows = chosen(_rows(result, result.exceeding), result.level, result.age_group)
    inside = _facilities(places_in(result), lga, ward)
    here = [r for r in rows if r.facility_id in inside]
    found = figure(here, result.definition)
    periods = max((r.rows for r in rows), default=0)
    expected = periods * len(here)
    if found.tpr is None or found.tpr > 100 or found.facility_periods >= expected:
        return None
    rates = [
        100 * positive / tested for positive, tested in facility_pairs(rows, result.definition)
    ] if result.definition in ADDITIVE else []  # fmt: skip
    if not rates:
        return None
    lowest, highest = inverted_percentile(rates, 0.05), inverted_percentile(rates, 0.95)
    low, high = bounds_for_missing(
        found.tpr, found.facility_periods / expected, lowest, min(highest, 100.0)
    )
    return MissingBounds(found.facility_periods, expected, low, high, lowest, min(highest, 100.0))
