"""Positives per 1,000 people per year, ward by ward, over a named population list."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.selectors.places_form import number_in
from chatmrpt.chat.selectors.results import summary_of
from chatmrpt.chat.words import AGE_LABELS, count, percent
from chatmrpt.common.exports import csv_text
from chatmrpt.common.language import Words
from itn import api as itn_api
from itn.models import PopulationSource
from tpr.domain.burden import (
    EVERYBODY,
    GROUP,
    PREGNANCIES_PERCENT,
    Burden,
    burden,
    people_of_group,
)
from tpr.models import TprResult, WardTpr, Workflow
from tpr.selectors.results import ward_rows
from tpr.selectors.trends import Coverage, coverage_of

REASONS = Words({
    "no_population": "no population for this group", "zero_population": "population 0",
    "no_months": "the reports carry no months", "not_reported": "nothing reported",
})  # fmt: skip
COLUMNS = (
    "state", "lga", "ward", "ward_code", "level", "age_group", "definition", "exceeding",
    "positive", "population", "population_source", "population_year", "population_counts",
    "months", "per_1000_per_year", "low", "high", "completeness", "corrected", "reason",
)  # fmt: skip


def sources_for(result: TprResult) -> list[PopulationSource]:
    return itn_api.population_sources(result.ward_list) if result.ward_list else []


def source_asked(result: TprResult, params: Mapping[str, str]) -> PopulationSource | None:
    """Return the population list asked for (`source=` its id), else the newest; None: none."""
    found = sources_for(result)
    wanted = params.get("source", "")
    return next((s for s in found if str(s.pk) == wanted), found[0] if found else None)


def counts_asked(params: Mapping[str, str]) -> str:
    return GROUP if params.get("counts") == GROUP else EVERYBODY


def burden_of(
    result: TprResult, source: PopulationSource, counts: str = EVERYBODY
) -> dict[int, Burden]:
    """Return WardTpr id → burden, for every row on the ward list."""
    people = itn_api.population_by_code(source, result.state)
    covered = coverage_of(result)
    found = {}
    for row in ward_rows(result):
        if row.ward is None:
            continue
        persons = people.get(row.ward.code)
        group = people_of_group(
            None if persons is None else float(persons), result.age_group, counts
        )
        months = covered.get((row.lga, row.ward_name), Coverage(0, None))
        found[row.pk] = burden(row.positive, group, months.months, completeness=months.completeness)
    return found


def burden_page(workflow: Workflow, result: TprResult, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the page. `source=`: a population list; `counts=everybody|group`; `page=`."""
    source, counts = source_asked(result, params), counts_asked(params)
    rows: list[dict[str, Any]] = []
    if source is not None:
        found = burden_of(result, source, counts)
        by_pk = {row.pk: row for row in ward_rows(result)}
        order = sorted(found, key=lambda pk: (found[pk].rate is None, -(found[pk].rate or 0), pk))
        rows = [_row(by_pk[pk], found[pk]) for pk in order]
    page = number_in(params, "page", 1)
    return {
        "workflow": workflow, "result": result, "summary": summary_of(result), "source": source,
        "sources": sources_for(result), "counts": counts, "found": len(rows),
        "rows": rows[100 * (page - 1) : 100 * page], "page": page,
        "next_page": page + 1 if 100 * page < len(rows) else None,
        "needs_group": result.age_group in ("u5", "o5") and counts == EVERYBODY,
        "age": AGE_LABELS[result.age_group].lower(), "group_share": f"{PREGNANCIES_PERCENT:g} %"
        if result.age_group == "pw" and counts == EVERYBODY else "",
        "example": next((r for r in rows if r["formula"]), None),
        "method_max": result.definition == "method_max",
    }  # fmt: skip


def _row(row: WardTpr, b: Burden) -> dict[str, Any]:
    shown = b.rate is not None
    return {
        "ward": row.ward_name, "lga": row.lga, "positive": "" if row.positive is None else
        count(row.positive), "people": "" if b.people is None else count(round(b.people)),
        "months": b.months or "", "rate": f"{b.rate:.1f}" if shown else REASONS[b.reason],
        "missing": not shown, "interval": f"{b.low:.1f} to {b.high:.1f}" if shown else "",
        "completeness": percent(b.completeness) if b.completeness is not None else "",
        "corrected": f"{b.corrected:.1f}" if b.corrected is not None else "",
        "formula": f"{count(row.positive)} ÷ {count(round(b.people or 0))} × 1,000 × 12 ÷ "
        f"{b.months} = {b.rate:.1f}" if shown else "",
    }  # fmt: skip


def ward_burden_csv(result: TprResult, source: PopulationSource, counts: str) -> str:
    found = burden_of(result, source, counts)

    def rows() -> Any:
        for row in ward_rows(result):
            b = found.get(row.pk)
            if b is None or row.ward is None:
                continue
            yield {
                "state": row.state, "lga": row.lga, "ward": row.ward_name,
                "ward_code": row.ward.code, "level": result.level,
                "age_group": result.age_group, "definition": result.definition,
                "exceeding": result.exceeding, "positive": row.positive, "population": b.people,
                "population_source": source.name, "population_year": source.year,
                "population_counts": counts, "months": b.months, "per_1000_per_year": b.rate,
                "low": b.low, "high": b.high, "completeness": b.completeness,
                "corrected": b.corrected, "reason": b.reason,
            }  # fmt: skip

    return csv_text(COLUMNS, rows())
