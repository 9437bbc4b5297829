"""The Map and Table tabs and the card of one ward: the same wards in all three."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.words import (
    REASON_LABELS,
    STATUS_LABELS,
    count,
    interval,
    join,
    percent,
    plural,
    shown_interval,
)
from chatmrpt.common.language import mark, say
from tpr.models import TprResult, WardTpr, Workflow
from tpr.selectors.results import ward_rows

SORTS = {
    "tpr": (mark("TPR, highest first"), lambda r: (r.tpr is None, -(r.tpr or 0), -(r.tested or 0))),
    "tpr_up": (mark("TPR, lowest first"), lambda r: (r.tpr is None, r.tpr or 0, -(r.tested or 0))),
    "tests": (mark("Tests, most first"), lambda r: (r.tested is None, -(r.tested or 0))),
    "ward": (mark("Ward, A to Z"), lambda r: (r.ward_name.casefold(), r.lga.casefold())),
    "lga": (mark("LGA, A to Z"), lambda r: (r.lga.casefold(), r.ward_name.casefold())),
}
PAGE = 100
HIGH = 70.0


def status_words(row: WardTpr) -> str:
    words = [STATUS_LABELS[row.status]] if STATUS_LABELS[row.status] else []
    for flag in row.flags:
        label = REASON_LABELS.get(flag)
        if label and label not in words and not (flag == "no_facility" and words):
            words.append(label)
    return "; ".join(words)


def name_of(row: WardTpr) -> str:
    return row.ward_name or say("Unknown ward")


def table_tab(workflow: Workflow, result: TprResult, params: Mapping[str, str]) -> dict[str, Any]:
    """Return one page of the ward table, filtered by LGA and name, in the chosen order."""
    everything = ward_rows(result)
    lga, search = params.get("lga", ""), params.get("q", "").strip()
    sort = params.get("sort", "tpr")
    sort = sort if sort in SORTS else "tpr"
    rows = [
        r for r in everything
        if (not lga or r.lga.casefold() == lga.casefold())
        and (not search or search.casefold() in r.ward_name.casefold())
    ]  # fmt: skip
    rows.sort(key=SORTS[sort][1])
    try:
        page = max(1, int(params.get("page", "1")))
    except ValueError:
        page = 1
    start = (page - 1) * PAGE
    t = result.totals
    return {
        "rows": [_table_row(r) for r in rows[start : start + PAGE]],
        "first": min(start + 1, len(rows)), "last": min(start + PAGE, len(rows)),
        "found": len(rows), "all": len(everything),
        "next_page": page + 1 if start + PAGE < len(rows) else None,
        "previous_page": page - 1 if page > 1 else None,
        "lgas": sorted({r.lga for r in everything if r.lga}),
        "filters": {"lga": lga, "q": search, "sort": sort},
        "sorts": [{"value": key, "label": say(label)} for key, (label, _) in SORTS.items()],
        "total": {
            "tested": count(t["tested"] or 0), "positive": count(t["positive"] or 0),
            "tpr": percent(t["tpr"]), "interval": interval(*shown_interval(t)),
            "facilities": f"{count(t['reporting'])} of {count(t['facilities'])}",
        },
        "show_opd": workflow.threshold_answer == "add",
    }  # fmt: skip


def _table_row(r: WardTpr) -> dict[str, Any]:
    return {
        "ward": name_of(r), "lga": r.lga, "ward_code": r.ward.code if r.ward else "",
        "facilities": f"{r.facilities_reporting} of {r.facilities}",
        "tested": count(r.tested) if r.tested is not None else "",
        "positive": count(r.positive) if r.positive is not None else "",
        "tpr": percent(r.tpr) if r.tpr is not None else say("no rate"),
        "interval": interval(r.wide_low, r.wide_high),
        "low": r.wide_low, "high": r.wide_high, "rate": r.tpr,
        "shrunk": percent(r.tpr_shrunk) if r.tpr_shrunk is not None else "",
        "opd_ratio": percent(r.opd_ratio) if r.opd_ratio is not None else "",
        "status": r.status, "status_label": status_words(r), "href": f"?ward={r.pk}",
    }  # fmt: skip


def caption_of(result: TprResult) -> str:
    """Say how many wards are high and where, and what is unknown."""
    rows = [r for r in ward_rows(result) if r.ward_id and r.tpr is not None]
    high = [r for r in rows if (r.tpr or 0) >= HIGH]
    parts = []
    if high:
        by_lga: dict[str, int] = {}
        for r in high:
            by_lga[r.lga] = by_lga.get(r.lga, 0) + 1
        top = sorted(by_lga.items(), key=lambda item: (-item[1], item[0]))[:3]
        where = join([f"{lga} ({n})" for lga, n in top])
        parts.append(
            say(
                "{high} at {high_2:.0f} % or more; most in {where}.",
                high=plural(len(high), "ward"),
                high_2=HIGH,
                where=where,
            )
        )
    elif rows:
        parts.append(say("No ward is at {high:.0f} % or more.", high=HIGH))
    wards = result.totals["wards"]
    unknown = wards.get("no_tests", 0) + wards.get("not_in_file", 0)
    if unknown:
        parts.append(
            say(
                "{unknown} without tests in this selection: unknown, not zero.",
                unknown=plural(unknown, "ward"),
            )
        )
    if wards.get("unmatched"):
        parts.append(
            say(
                "{unmatched} of the file without a place on this list; their tests count "
                "in the LGA and state figures.",
                unmatched=plural(wards["unmatched"], "name"),
            )
        )
    return " ".join(parts)
