"""Gather what a run needs as arrays. Imports numpy: workers and commands only.

Two sources, one shape: the rows of a workflow's result with the covariates named at the request,
or the ward table stored with a run that has no workflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.domain.choices import SOUND
from analysis.domain.frames import Column, Indicator, OtherIndicator, WardFrame
from analysis.domain.variables import MALARIA_CODE, VariableSpec
from analysis.models import AnalysisRun, Covariate
from analysis.selectors.covariates import (
    covariates_by_id,
    registry,
    shares_of,
    values_of,
)
from analysis.services.other_indicators import other_indicators
from chatmrpt.common.errors import DomainError
from tpr.api import WardFigure, facility_totals, ward_figures, ward_geometries, wards_of
from tpr.boundaries.neighbours import queen_neighbours
from tpr.models import TprResult

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """A ward as its score row names it."""

    ward_id: int | None
    code: str
    state: str
    lga: str
    ward: str
    tested: float | None = None
    positive: float | None = None
    population: float | None = None
    urban_percentage: float | None = None

    @property
    def key(self) -> str:
        """The code, or state, LGA and name where no list knows the ward."""
        return self.code or "\x1f".join((self.state, self.lga, self.ward))


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything a scoring reads.

    Parameters
    ----------
    out : wards left out of the run with their reason, for the run card
    covariate_of : variable name to covariate id, for the use rows
    others : the malaria indicator counted other ways, for the sensitivity table
    """

    places: tuple[Place, ...]
    wards: WardFrame
    columns: tuple[Column, ...]
    indicator: Indicator | None
    out: tuple[dict[str, str], ...]
    covariate_of: dict[str, int]
    others: tuple[OtherIndicator, ...] = ()


def load_inputs(run: AnalysisRun) -> RunInputs:
    """Load the inputs of a run, from its workflow or from its own table."""
    return _from_table(run) if run.inputs is not None else _from_workflow(run)


def _from_workflow(run: AnalysisRun) -> RunInputs:
    assert run.result is not None
    kept, out = _split(ward_figures(run.result), has_list=run.ward_list_id is not None)
    _refuse_without_places(run, kept)
    state = run.result.state
    lgas = {w.id: w.lga for w in wards_of(run.ward_list, state)} if run.ward_list else {}
    urban_id = run.parameters.get("urban")
    urban = shares_of(urban_id, state) if urban_id else {}
    places = tuple(
        Place(
            ward_id=f.ward_id,
            code=f.ward_code,
            state=f.state,
            lga=f.lga or lgas.get(f.ward_id or 0, ""),
            ward=f.ward,
            tested=f.tested,
            positive=f.positive,
            urban_percentage=urban.get(f.ward_id or 0),
        )
        for f in kept
    )
    shapes = ward_geometries(run.ward_list, state) if run.ward_list else {}
    wards = WardFrame(
        codes=tuple(p.key for p in places),
        lgas=tuple(lgas.get(p.ward_id or 0) or p.lga for p in places),
        states=tuple(p.state for p in places),
        neighbours=queen_neighbours([shapes.get(p.ward_id or 0) for p in places]),
    )
    columns, covariate_of = _columns(run, places)
    indicator = _indicator(run, kept)
    others = (
        other_indicators(run.result, kept, indicator.name)
        if indicator is not None and run.profile == SOUND
        else ()
    )
    return RunInputs(places, wards, columns, indicator, tuple(out), covariate_of, others)


def _refuse_without_places(run: AnalysisRun, kept: list[WardFigure]) -> None:
    """Raise TESTS_WITHOUT_A_PLACE when there are tests, but none in a ward of the list.

    "No test was reported" would be wrong: they were, under names that nobody has matched yet.
    """
    assert run.result is not None
    if run.ward_list is None or any(f.tested for f in kept):
        return
    names = [
        f for f in ward_figures(run.result)
        if f.ward_id is None and f.ward and f.tested and "unknown_ward" not in f.flags
    ]  # fmt: skip
    if not names:
        return
    tests = sum(f.tested or 0 for f in names)
    first = ", ".join(f"{f.ward} ({f.lga})" for f in names[:3])
    raise DomainError(
        "TESTS_WITHOUT_A_PLACE",
        f"All {tests:,.0f} tests of this selection stand under {len(names)} ward "
        f"{'name' if len(names) == 1 else 'names'} that {'is' if len(names) == 1 else 'are'} not "
        f"on the list {run.ward_list.name}, such as {first}. Decide these names under Ward names, "
        "recalculate, and run the analysis again.",
        {"tests": tests, "names": len(names), "list": run.ward_list.name},
    )


def _split(
    figures: list[WardFigure], *, has_list: bool
) -> tuple[list[WardFigure], list[dict[str, str]]]:
    kept, out = [], []
    for f in figures:
        reason = ""
        if not f.ward or "unknown_ward" in f.flags:
            reason = "unknown_ward"
        elif has_list and f.ward_id is None:
            reason = "unmatched"
        if reason:
            out.append({"lga": f.lga, "ward": f.ward, "reason": reason})
        else:
            kept.append(f)
    return kept, out


def _indicator(run: AnalysisRun, figures: list[WardFigure]) -> Indicator | None:
    position = run.parameters.get("indicator_position")
    if position is None:
        return None
    assert run.result is not None
    return Indicator(
        name=run.parameters["indicator"],
        definition=run.result.definition,
        position=position,
        tested=_array([f.tested for f in figures]),
        positive=_array([f.positive for f in figures]),
        share=_array([None if f.tpr is None else f.tpr / 100.0 for f in figures]),
        facilities=_array([f.facilities for f in figures]),
        clusters=_clusters(run.result, figures),
    )


def _clusters(
    result: TprResult, figures: list[WardFigure]
) -> tuple[tuple[tuple[float, float], ...], ...] | None:
    """Return the facility totals of each ward; None unless they add up to every ward's tests.

    They would not when the file was read again after the result was made.
    """
    totals = facility_totals(result)
    found = tuple(totals.get((f.lga, f.ward), ()) for f in figures)
    for f, facilities in zip(figures, found, strict=True):
        if abs(sum(tested for _, tested in facilities) - (f.tested or 0.0)) > 1e-6:
            return None
    return found


def _columns(
    run: AnalysisRun, places: tuple[Place, ...]
) -> tuple[tuple[Column, ...], dict[str, int]]:
    chosen = run.parameters.get("variables", [])
    rows = covariates_by_id(v["covariate"] for v in chosen)
    ids = [p.ward_id for p in places if p.ward_id is not None]
    values = values_of(rows, ids)
    columns = []
    for v in chosen:
        row = rows[v["covariate"]]
        by_ward = values[row.pk]
        array = _array([by_ward.get(p.ward_id) if p.ward_id else None for p in places])
        columns.append(_column(v, row, array))
    return tuple(columns), {v["name"]: v["covariate"] for v in chosen}


def _column(wish: dict[str, Any], row: Covariate, values: FloatArray) -> Column:
    return Column(
        name=wish["name"],
        code=row.code,
        label=row.label,
        unit=row.unit,
        direction=wish["direction"],
        values=values,
        minimum=wish["minimum"],
        maximum=wish["maximum"],
        group=wish["group"],
        source=row.source,
        year=row.year,
        how_made=row.how_made,
        whole=_whole(values),
        chosen=wish["chosen"],
        legacy_fixed=wish["explicit"],
    )


def _from_table(run: AnalysisRun) -> RunInputs:
    table = run.inputs
    assert table is not None
    places = tuple(
        Place(
            ward_id=None,
            code=w["code"],
            state=w["state"],
            lga=w["lga"],
            ward=w["ward"],
            tested=w.get("tested"),
            positive=w.get("positive"),
            population=w.get("population"),
            urban_percentage=w.get("urban_percentage"),
        )
        for w in table["wards"]
    )
    wards = WardFrame(
        codes=tuple(p.key for p in places),
        lgas=tuple(p.lga for p in places),
        states=tuple(p.state for p in places),
        neighbours=tuple(tuple(near) for near in table["neighbours"])
        if table.get("neighbours")
        else ((),) * len(places),
    )
    specs = {s.code: s for s in registry()}
    columns = tuple(_table_column(c, specs.get(c["code"])) for c in table["columns"])
    return RunInputs(places, wards, columns, _table_indicator(table), (), {})


def _table_column(column: dict[str, Any], spec: VariableSpec | None) -> Column:
    values = _array(column["values"])
    ranged = column["code"] != MALARIA_CODE
    return Column(
        name=column["name"],
        code=column["code"],
        label=spec.label if spec else column["name"],
        unit=spec.unit if spec else "",
        direction=column["direction"],
        values=values,
        minimum=column["minimum"] if ranged else None,
        maximum=column["maximum"] if ranged else None,
        group=column["group"],
        how_made=column.get("how_made", ""),
        whole=_whole(values),
        chosen=column["chosen"],
        legacy_fixed=column["explicit"],
    )


def _table_indicator(table: dict[str, Any]) -> Indicator | None:
    found = table.get("indicator")
    if not found:
        return None
    return Indicator(
        name=found["name"],
        definition=found["definition"],
        position=found["position"],
        tested=_array(found["tested"]) if found.get("tested") else None,
        positive=_array(found["positive"]) if found.get("positive") else None,
        share=_array(found["share"]) if found.get("share") else None,
    )


def _array(values: list[Any]) -> FloatArray:
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


def _whole(values: FloatArray) -> bool:
    return bool(values.size) and not np.isnan(values).any() and bool((values % 1 == 0).all())
