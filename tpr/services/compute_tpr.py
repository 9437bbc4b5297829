"""Ward TPR of one combination of choices: computed from stored reports, stored as rows."""

from dataclasses import astuple, dataclass, field
from datetime import date
from statistics import median
from typing import Any

from django.db.models import F, Max

from chatmrpt.common.cache import recomputable
from chatmrpt.common.fingerprints import fingerprint
from chatmrpt.common.names import lga_key
from tpr.domain.estimates import Estimate, prior_facts, shrunk
from tpr.domain.matching import Decision
from tpr.domain.periods import month_after
from tpr.domain.positivity import (
    BaseRow,
    Figure,
    borrow,
    chosen,
    figure,
    figures_by,
    ratios_by,
    status_of,
)
from tpr.models import SHARED, BoundaryList, TprResult, Upload, WardAlias, WardTpr, Workflow
from tpr.selectors.base_table import MINUTES, base_table, mark_of_reading
from tpr.selectors.decisions import decisions_for, join_places, list_wards_of, marks_of
from tpr.selectors.file_places import Place, Places, places_of
from tpr.selectors.places import newest_list_covering
from tpr.urban import TPR_ABOVE_PERCENT, URBAN_ABOVE_PERCENT, urban_shares

ALGORITHM = "tpr-2"


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices that make a result."""

    state: str
    level: str
    age_group: str
    definition: str = "facility_max"
    exceeding: str = "exclude"
    period_start: date | None = None
    period_end: date | None = None


@dataclass(slots=True)
class WardOutcome:
    """One row of a result before it is stored."""

    lga: str
    ward: str
    figure: Figure
    status: str
    flags: list[str] = field(default_factory=list)
    ward_id: int | None = None
    match_method: str = "none"
    opd_ratio: float | None = None
    lga_key: str = ""
    estimate: Estimate | None = None


@dataclass(slots=True)
class Computation:
    """A result before it is stored."""

    choice: Choice
    ward_list: BoundaryList | None
    wards: list[WardOutcome]
    totals: dict[str, Any]
    decisions: list[list[Any]]
    """Marks of what people decided about names of this file, as it was taken into account."""
    urban_over: list[str]
    """Urban wards above the limit, when attendance is in the file; empty: no question is asked."""


def choice_of(workflow: Workflow) -> Choice:
    assert workflow.state and workflow.level and workflow.age_group
    return Choice(
        workflow.state, workflow.level, workflow.age_group, workflow.definition,
        workflow.exceeding, workflow.period_start, workflow.period_end,
    )  # fmt: skip


def compute(
    upload: Upload, choice: Choice, ward_list: BoundaryList | None = None, *, owner: str = ""
) -> Computation:
    """Compute every ward of the state, the LGA and state sums; writes nothing.

    Wards of the file that share an LGA and a name key are one ward, and so are two names of one
    ward of the list (wards.md §2). Wards of the list that the file never names follow with status
    `not_in_file`. `owner` is whose remembered decisions count, beside the shared ones.
    """
    ward_list = ward_list or newest_list_covering(choice.state)
    decisions = decisions_for(owner, ward_list, choice.state)
    mark = fingerprint([
        ALGORITHM, mark_of_reading(upload), astuple(choice), ward_list and ward_list.pk,
        [d.mark for d in decisions],
    ])  # fmt: skip
    outcomes, totals, marks, attended = recomputable(
        f"tpr:{mark}", lambda: _figures(upload, choice, ward_list, decisions),
        seconds=60 * MINUTES,
    )  # fmt: skip
    over = _urban_over(ward_list, choice, outcomes) if attended else []
    return Computation(choice, ward_list, outcomes, totals, marks, over)


def _figures(
    upload: Upload, choice: Choice, ward_list: BoundaryList | None, decisions: list[Decision]
) -> tuple[list[WardOutcome], dict[str, Any], list[list[Any]], bool]:
    """Return outcomes, totals, marks of the decisions and whether there is attendance: all that
    follows from a reading, the choices, a ward list and decisions alone.
    """
    table = base_table(
        upload, choice.state, exceeding=choice.exceeding, start=choice.period_start,
        end=month_after(choice.period_end),
    )  # fmt: skip
    rows = chosen(table.rows, choice.level, choice.age_group)
    in_file = places_of(upload.pk, choice.state)
    list_wards = list_wards_of(ward_list, choice.state)
    matches, heads = join_places(in_file, choice.state, list_wards, decisions)
    registered = in_file.joined(heads)
    keys, places = registered.keys, registered.names
    by_ward = figures_by(rows, lambda row: keys[row.facility_id], choice.definition)
    borrow(found for place, found in by_ward.items() if place[1])
    by_ward_opd = ratios_by(rows, lambda row: keys[row.facility_id], "opd")
    outcomes = [
        _outcome(place, lga, ward, registered.complete(place, choice.level, by_ward.get(place)),
                 by_ward_opd.get(place), matches.get(place), bool(ward_list))
        for place, (lga, ward) in places.items()
    ]  # fmt: skip
    for place, outcome in zip(places, outcomes, strict=True):
        if place in heads.values():
            outcome.flags.append("several_names")
    seen = {outcome.ward_id for outcome in outcomes}
    outcomes += [
        WardOutcome(lga=ward.lga, ward=ward.name, figure=Figure(reason="no_facility"),
                    status="not_in_file", flags=["no_facility"], ward_id=ward.id,
                    match_method="list", lga_key=lga_key(ward.lga))
        for ward in list_wards if ward.id not in seen
    ]  # fmt: skip
    outcomes.sort(key=lambda o: (o.lga.casefold(), o.ward.casefold()))
    totals = _totals(rows, choice, outcomes, in_file)
    totals["prior"] = _estimate(choice, outcomes)
    totals["inside_longer"] = table.inside_longer
    attended = any(row.opd for row in rows)
    return outcomes, totals, marks_of(decisions, in_file.names), attended


def _outcome(
    place: Place, lga: str, ward: str, figure_: Figure, opd: float | None,
    joined: tuple[int, str] | None, list_loaded: bool,
) -> WardOutcome:  # fmt: skip
    outcome = WardOutcome(
        lga=lga, ward=ward, figure=figure_,
        status=status_of(figure_, matched=joined is not None, list_loaded=list_loaded),
        opd_ratio=opd, lga_key=place[0],
    )  # fmt: skip
    if joined:
        outcome.ward_id, outcome.match_method = joined
    if not place[1]:
        outcome.flags.append("unknown_ward")
    if figure_.reason:
        outcome.flags.append(figure_.reason)
    if figure_.excluded_cells:
        outcome.flags.append("positives_exceed_tests")
    if figure_.tests_without_result:
        outcome.flags.append("tests_without_result")
    if figure_.tpr is not None and figure_.tpr > 100:
        outcome.flags.append("above_100")
    return outcome


def _estimate(choice: Choice, outcomes: list[WardOutcome]) -> dict[str, Any] | None:
    """Shrink every named ward to its LGA and state; return what was estimated, for the page.

    Rows without a ward are no ward. The raw figures stay as they are.
    """
    named = [o for o in outcomes if o.ward and "unknown_ward" not in o.flags]
    found = shrunk([(o.lga_key, o.figure) for o in named], choice.definition, choice.state)
    if found is None:
        return None
    for outcome, estimate in zip(named, found.wards, strict=True):
        outcome.estimate = estimate
        if estimate.too_few:
            outcome.flags.append("too_few_tests")
    return prior_facts(found, {o.lga_key: o.lga for o in named})


def _rate(figure_: Figure) -> dict[str, Any]:
    return {
        "tested": figure_.tested, "positive": figure_.positive, "tpr": figure_.tpr,
        "low": figure_.low, "high": figure_.high, "wide_low": figure_.shown[0],
        "wide_high": figure_.shown[1], "deff": figure_.deff, "n_eff": figure_.n_eff,
        "facilities": figure_.facilities,
        "reporting": figure_.reporting, "facility_periods": figure_.facility_periods,
    }  # fmt: skip


def _totals(
    rows: list[BaseRow], choice: Choice, outcomes: list[WardOutcome], registered: Places
) -> dict[str, Any]:
    """State and LGA figures as sums over sums; the three parts of the state add up to it."""
    state = figure(rows, choice.definition)
    lgas = figures_by(
        rows, lambda row: registered.lga_names[registered.keys[row.facility_id][0]],
        choice.definition,
    )  # fmt: skip
    rates = [o.figure.tpr for o in outcomes if o.figure.tpr is not None and o.status != "unmatched"]
    statuses: dict[str, int] = {}
    for outcome in outcomes:
        statuses[outcome.status] = statuses.get(outcome.status, 0) + 1

    def part(members: list[WardOutcome]) -> dict[str, float]:
        return {
            "tested": sum(o.figure.tested or 0 for o in members),
            "positive": sum(o.figure.positive or 0 for o in members),
            "wards": len(members),
        }

    unknown = [o for o in outcomes if "unknown_ward" in o.flags]
    unmatched = [o for o in outcomes if o.status == "unmatched" and "unknown_ward" not in o.flags]
    on_list = [o for o in outcomes if o not in unknown and o not in unmatched]
    return {
        **_rate(state),
        "reason": state.reason,
        "rows": state.rows,
        "reported": state.reported,
        "mixed_periods": state.mixed_periods,
        "excluded": {
            "cells": state.excluded_cells,
            "tested": state.excluded_tested,
            "positive": state.excluded_positive,
        },
        "tests_without_result": state.tests_without_result,
        "positives_without_tests": state.positives_without_tests,
        "wards": statuses,
        "parts": {"wards": part(on_list), "unmatched": part(unmatched), "unknown": part(unknown)},
        "ward_rates": {
            "median": median(rates), "lowest": min(rates), "highest": max(rates)
        } if rates else None,
        "lgas": [{"lga": lga, **_rate(lgas[lga])} for lga in sorted(lgas)],
        "opd_total": sum(r.opd or 0 for r in rows) or None,
    }  # fmt: skip


def _urban_over(
    ward_list: BoundaryList | None, choice: Choice, outcomes: list[WardOutcome]
) -> list[str]:
    """Return urban wards strictly above the limit, of a file that has attendance to offer."""
    if ward_list is None:
        return []
    if choice.definition in ("opd", "fever"):
        return []
    shares = urban_shares(ward_list.pk, choice.state)
    return [
        o.ward for o in outcomes
        if o.figure.tpr is not None and o.figure.tpr > TPR_ABOVE_PERCENT
        and o.ward_id in shares and shares[o.ward_id] > URBAN_ABOVE_PERCENT
    ]  # fmt: skip


def result_fingerprint(
    upload: Upload, choice: Choice, ward_list: BoundaryList | None, decisions: list[list[Any]]
) -> str:
    return fingerprint(
        [ALGORITHM, upload.sha256, upload.settings_hash, upload.reader_version, choice.state,
         choice.level, choice.age_group, choice.definition, choice.exceeding, choice.period_start,
         choice.period_end, ward_list.pk if ward_list else None, *([decisions] if decisions else [])]
    )  # fmt: skip


def store(workflow: Workflow, computation: Computation) -> TprResult:
    """Store a computation as the workflow's result; the same choices give the same result row.

    Locks: the caller holds `locks.workflow`. Writes: TprResult, WardTpr, and on remembered
    decisions of other workflows how often they were reused. Idempotent by:
    (workflow, fingerprint of the inputs).
    """
    choice = computation.choice
    assert workflow.upload is not None
    mark = result_fingerprint(workflow.upload, choice, computation.ward_list, computation.decisions)
    same = TprResult.objects.filter(workflow=workflow, fingerprint=mark)
    existing = same.order_by("number").first()
    if existing is not None:
        return existing
    last = workflow.results.aggregate(last=Max("number"))["last"] or 0
    result = TprResult.objects.create(
        workflow=workflow, number=last + 1, state=choice.state, level=choice.level,
        age_group=choice.age_group, definition=choice.definition, exceeding=choice.exceeding,
        period_start=choice.period_start, period_end=choice.period_end,
        ward_list=computation.ward_list, fingerprint=mark, totals=computation.totals,
        decisions=computation.decisions,
    )  # fmt: skip
    note_reuse(workflow, computation.ward_list, computation.decisions)
    may_exceed = choice.exceeding == "keep" or choice.definition in ("opd", "fever")
    WardTpr.objects.bulk_create(
        [_row(result, outcome, may_exceed) for outcome in computation.wards], batch_size=500
    )
    return result


def note_reuse(workflow: Workflow, ward_list: BoundaryList | None, marks: list[list[Any]]) -> None:
    """Count one more use of each decision that another workflow made."""
    if not marks:
        return
    live = WardAlias.objects.filter(
        list=ward_list, owner__in={workflow.owner, SHARED}, withdrawn_at__isnull=True
    ).exclude(workflow=workflow)
    used = [row.pk for row in live if row.decision.mark in marks]
    WardAlias.objects.filter(pk__in=used).update(reused=F("reused") + 1)


def _row(result: TprResult, outcome: WardOutcome, may_exceed: bool) -> WardTpr:
    f, e = outcome.figure, outcome.estimate
    return WardTpr(
        result=result, ward_id=outcome.ward_id, state=result.state, lga=outcome.lga,
        ward_name=outcome.ward, match_method=outcome.match_method, facilities=f.facilities,
        facilities_reporting=f.reporting, facility_periods=f.facility_periods, tested=f.tested,
        positive=f.positive, tpr=f.tpr, tpr_low=f.low, tpr_high=f.high, tested_rdt=f.t_rdt,
        positive_rdt=f.p_rdt, tested_microscopy=f.t_mic, positive_microscopy=f.p_mic,
        may_exceed=may_exceed, opd_ratio=outcome.opd_ratio, status=outcome.status,
        flags=outcome.flags, deff=f.deff, deff_source=f.deff_source, n_eff=f.n_eff,
        wide_low=f.shown[0], wide_high=f.shown[1],
        facilities_tested=f.clusters.count if f.clusters else 0,
        deff_stable=e.deff if e else None, n_stable=e.effective_tests if e else None,
        alpha=e.alpha if e else None, beta=e.beta if e else None,
        tpr_shrunk=e.tpr if e else None, shrunk_low=e.low if e else None,
        shrunk_high=e.high if e else None, pull=e.pull if e else None,
    )  # fmt: skip
