"""The card of one ward: its figure, how sure, over time, whose reports, what came after."""

from collections.abc import Mapping
from typing import Any

from analysis.models import WardScore
from chatmrpt.chat.selectors.plots import drawn
from chatmrpt.chat.selectors.wards import name_of, status_words
from chatmrpt.chat.words import (
    DEFINITION_LABELS,
    count,
    interval,
    lines,
    percent,
)
from chatmrpt.common.cache import recomputable
from chatmrpt.common.language import Words, say
from itn import api as itn_api
from itn.models import WardAllocation
from tpr.models import Facility, TprResult, WardTpr, Workflow
from tpr.selectors.decisions import places_in
from tpr.selectors.results import ward_rows
from tpr.selectors.trends import months_of, years_of

FACILITIES_SHOWN = 40
MATCHED = Words({
    "exact": "by its name", "normalised": "by its name, spelling evened out",
    "alias": "by a decision of a person", "code": "by its code",
    "none": "not on the ward list",
})  # fmt: skip


def ward_card(result: TprResult, wanted: str, workflow: Workflow) -> dict[str, Any] | None:
    """Return the card of one ward (`?ward=` is the id of its row); None when there is no such row."""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        return None
    rows = ward_rows(result)
    row = next((r for r in rows if r.pk == int(wanted)), None)
    if row is None:
        return None
    ranked = sorted((r for r in rows if r.tpr is not None), key=lambda r: -(r.tpr or 0))
    place = next((i for i, r in enumerate(ranked, 1) if r.pk == row.pk), None)
    how = None
    if row.tpr is not None:
        how = {
            "formula": DEFINITION_LABELS[result.definition],
            "numbers": f"{name_of(row)}: {count(row.positive)} ÷ {count(row.tested)} = "
            f"{percent(row.tpr)}",
        }
    return {
        "pk": row.pk, "name": name_of(row), "lga": row.lga,
        "code": row.ward.code if row.ward else "",
        "tpr": percent(row.tpr), "interval": interval(row.wide_low, row.wide_high),
        "shrunk": percent(row.tpr_shrunk) if row.tpr_shrunk is not None else "",
        "shrunk_interval": interval(row.shrunk_low, row.shrunk_high),
        "low": row.wide_low, "high": row.wide_high, "rate": row.tpr,
        "state_rate": result.totals["tpr"], "state": result.state,
        "tested": count(row.tested or 0), "positive": count(row.positive or 0),
        "facilities": f"{row.facilities_reporting} of {row.facilities}",
        "place": f"{place} of {len(ranked)}" if place else say("not ranked, no rate"),
        "status_label": status_words(row), "how": how, "matched": _matched(result, row),
        "facility_names": _facilities(result, row), "over_time": _over_time(result, row),
        "here": f"/workflows/{workflow.pk}/wards/{row.pk}/", **_after(result, row, workflow),
    }  # fmt: skip


def _matched(result: TprResult, row: WardTpr) -> str:
    if result.ward_list is None:
        return ""
    how = MATCHED.get(row.match_method, row.match_method)
    written = (
        say("; written “{ward_name}”", ward_name=row.ward_name)
        if row.ward and row.ward.name != row.ward_name
        else ""
    )
    return f"{how}{written}" if row.ward_id else MATCHED["none"]


def _facilities(result: TprResult, row: WardTpr) -> list[str]:
    """Name the facilities behind the row, under every name that its ward has in the file."""
    places = places_in(result)
    here = (row.lga, row.ward_name)
    own = [pk for pk, place in places.keys.items() if places.names[place] == here]
    facilities = Facility.objects.filter(pk__in=own).order_by("name")
    if result.level != "all":
        facilities = facilities.filter(level=result.level)
    return list(facilities.values_list("name", flat=True)[:FACILITIES_SHOWN])


def _over_time(result: TprResult, row: WardTpr) -> dict[str, Any] | None:
    """Draw the years of the ward, or its months in a file of one year; None without a series."""
    key = f"ward-series:{result.pk}:{result.computed_at.timestamp()}:{row.pk}"
    points: list[dict[str, Any]] = recomputable(key, lambda: _series(result, row))
    known = [point for point in points if point["value"] is not None]
    if len(known) < 2:
        return None
    unit = "year" if len(points[0]["label"]) == 4 else "month"
    return drawn(
        lines(say("TPR by {unit}", unit=unit), unit.capitalize(), points, unit=say("per cent"))
    )


def _series(result: TprResult, row: WardTpr) -> list[dict[str, Any]]:
    years = years_of(result)
    if len(years.years) > 1:
        values = years.values.get((row.lga, row.ward_name), {})
        return [_point(str(y), values[y].rate if y in values else None) for y in years.years]
    return [
        _point(f"{value.year}-{value.month:02}", value.rate)
        for value in months_of(result, row.lga, row.ward_name)
    ]


def _point(label: str, rate: float | None) -> dict[str, Any]:
    return {"label": label, "value": rate, "text": percent(rate)}


def _after(result: TprResult, row: WardTpr, workflow: Workflow) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "rank": "", "category": "", "rank_url": "", "nets": "", "nets_reason": "", "nets_url": "",
    }  # fmt: skip
    if row.ward_id is None:
        return found
    score = (
        WardScore.objects.filter(ward_id=row.ward_id, run__result=result, run__status="done")
        .select_related("run")
        .order_by("-run__finished_at")
        .first()
    )
    if score:
        found["rank"] = f"{score.rank} of {score.run.n_wards}"
        found["category"] = score.category
        found["rank_url"] = f"/workflows/{workflow.pk}/runs/{score.run_id}/wards/{score.pk}/"
    plan = itn_api.latest_plan(workflow)
    given = WardAllocation.objects.filter(plan=plan, ward_id=row.ward_id).first() if plan else None
    if given:
        found["nets"], found["nets_reason"] = count(given.nets), given.reason_text
        found["nets_url"] = f"/workflows/{workflow.pk}/plans/{given.plan_id}/wards/{given.place}/"
    return found
