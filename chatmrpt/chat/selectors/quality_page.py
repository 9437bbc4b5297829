"""What the quality page shows: the report in words, tables and a map."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chatmrpt.chat.selectors.quality_calls import call_part
from chatmrpt.chat.selectors.quality_effects import issues_with_effect
from chatmrpt.chat.selectors.revision_part import offers, revision_part
from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS, count, percent
from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.language import Words, mark, say
from tpr.domain.quality.activity import CLASSES
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.completeness import (
    ACCEPTABLE,
    DENOMINATORS,
    GOOD,
    LOW,
    NOT_USABLE,
    Share,
)
from tpr.domain.quality.thresholds import DEFAULTS
from tpr.maps.choropleth import LegendItem, Shape, draw
from tpr.models import BoundaryList, QualityThreshold, Upload, Ward, Workflow
from tpr.selectors.missingness import by_listed_ward
from tpr.selectors.places import newest_list_covering
from tpr.selectors.quality_report import (
    WHOLE_FILE,
    Period,
    QualityReport,
    basis_of,
    quality_report,
)

SHADES = {GOOD: "q4", ACCEPTABLE: "q3", LOW: "q2", NOT_USABLE: "q1"}
GROUP_WORDS = Words({"month": "by month", "year": "by year", "level": "by facility level",
               "lga": "by LGA"})  # fmt: skip
BANDS = (
    ("m1", "good", GOOD), ("m2", "acceptable", ACCEPTABLE), ("m3", "low", LOW),
    ("m4", mark("not usable"), NOT_USABLE),
)  # fmt: skip
"""Light = complete, dark = missing; `m5` nothing reported, `m0` not in the file."""


def read_file_of(workflow: Workflow) -> Upload:
    """Return the workflow's file once it is read. Raises Conflict FILE_NOT_READ."""
    upload = workflow.upload
    if upload is None or upload.status != "ready":
        raise Conflict("FILE_NOT_READ", say("The file has not been read yet."))
    return upload


def state_for(workflow: Workflow, wanted: str) -> str:
    """Return the state asked for, else the chosen one, else the only one; empty: must be chosen.

    Raises InvalidInput STATE_REQUIRED when the file does not hold the state asked for.
    """
    states = sorted(read_file_of(workflow).counts["by_state"])
    if wanted and wanted not in states:
        raise InvalidInput(
            "STATE_REQUIRED",
            say(
                "The file holds no reports of '{wanted}'. It holds: {states}.",
                wanted=wanted,
                states=", ".join(states),
            ),
            {"states": states},
        )
    return wanted or workflow.state or (states[0] if len(states) == 1 else "")


def report_for(workflow: Workflow, params: Mapping[str, str]) -> QualityReport:
    """Return the report that a page or file shows. Raises InvalidInput STATE_REQUIRED."""
    state = state_for(workflow, params.get("state", ""))
    upload = read_file_of(workflow)
    if not state:
        states = sorted(upload.counts["by_state"])
        raise InvalidInput(
            "STATE_REQUIRED",
            say(
                "The file holds several states: {states}. Add ?state= with one of them.",
                states=", ".join(states),
            ),
            {"states": states},
        )
    return quality_report(
        upload,
        state,
        basis=basis_of(workflow),
        denominator=params.get("denominator", ""),
        period=period_for(workflow, params),
    )


def period_for(workflow: Workflow, params: Mapping[str, str]) -> Period:
    """Return the months that the person chose for the result; `period=all`: the whole file."""
    if params.get("period") == "all":
        return WHOLE_FILE
    return workflow.period_start, workflow.period_end


def quality_page(
    workflow: Workflow, params: Mapping[str, str], viewer: str, against: Workflow | None = None
) -> dict[str, Any]:
    """Return the page; without a state only the states to choose from.

    `viewer` is the key of the person who looks; `against` is a workflow of theirs with an earlier
    file of the state, to compare with.
    """
    upload = read_file_of(workflow)
    states = sorted(upload.counts["by_state"])
    if not state_for(workflow, params.get("state", "")):
        return {"workflow": workflow, "states": states, "state": ""}
    report = report_for(workflow, params)
    ward_list = newest_list_covering(report.state)
    basis = report.basis
    calls = call_part(workflow, report, params.get("call", ""))
    return {
        "workflow": workflow, "state": report.state, "states": states if len(states) > 1 else [],
        "upload": upload,
        "basis": ", ".join([
            LEVEL_LABELS[basis.level or "all"].lower(),
            AGE_LABELS[basis.ages[0] if len(basis.ages) == 1 else "all"].lower(),
        ]),
        "denominator": _denominator(report), "chosen": report.denominator,
        "denominators": [(k, v) for k, v in DENOMINATORS.items()
                         if k != "register" or report.register],
        "register": _register(report), "open": "open" in params, "query": _query(params),
        "months": _months(workflow), "narrowed": report.period != WHOLE_FILE,
        "whole": _share(report.whole), "consistent": report.consistent,
        "consistent_percent": percent(report.consistent[2]),
        "facilities": count(len(report.data.facilities)), "reports": count(len(report.data.reports)),
        "flags": count(len(report.flags)), "monthly": report.data.monthly,
        "heat": _heat(report), "tables": _tables(report),
        "indicators": [{"column": i.column, **_share(i.share), "consistent": percent(i.consistent)}
                       for i in report.indicators],
        "column_table": _column_table(report, params.get("columns", "")),
        "column_groups": [(g, GROUP_WORDS[g]) for g in report.shares.column_groups],
        "activity": [{"klass": k, "words": w, "count": report.activity.get(k, 0)}
                     for k, w in CLASSES.items()] if report.activity else [],
        "effects": _effects(report), "calls": calls, "issues": issues_with_effect(upload, report),
        "limits": QualityThreshold.objects.all(), "map": _map(report, upload, ward_list, workflow.owner),
        "earlier": offers(workflow, report.state, viewer),
        "revision": revision_part(against, report) if against else None,
    }  # fmt: skip


def _query(params: Mapping[str, str]) -> str:
    """The choices of this page, for links that change one thing of it; begins with `&` or empty."""
    kept = {k: params[k] for k in ("denominator", "period", "against", "open") if k in params}
    return f"&{urlencode(kept)}" if kept else ""


def _months(workflow: Workflow) -> str:
    first, last = workflow.period_start, workflow.period_end
    return f"{first:%b %Y} to {last:%b %Y}" if first and last else ""


def _denominator(report: QualityReport) -> str:
    words = DENOMINATORS[report.denominator]
    named = report.register if report.denominator == "register" else None
    return f"{words}: {named.words}" if named else words


def _register(report: QualityReport) -> dict[str, Any] | None:
    """How the file's facilities and the register's meet, with the first that do not."""
    if report.register is None or report.joined is None:
        return None
    joined = report.joined
    return {
        "name": report.register.words, "facilities": len(report.register.facilities),
        "both": len(joined.both), "only_register": len(joined.only_register),
        "only_file": len(joined.only_file),
    }  # fmt: skip


def _column_table(report: QualityReport, group: str) -> dict[str, Any] | None:
    """Completeness of each column by the group asked for; the groups are the columns of it."""
    if group not in report.shares.column_groups:
        return None
    rows = report.shares.columns(group)
    heads = sorted({_group_name(share) for row in rows for share in row.shares})
    cells = [{_group_name(share): share for share in row.shares} for row in rows]
    return {
        "words": GROUP_WORDS[group], "heads": heads,
        "rows": [{"column": row.column, "cells": [_cell(mine.get(head)) for head in heads]}
                 for row, mine in zip(rows, cells, strict=True)],
    }  # fmt: skip


def _group_name(share: Share) -> str:
    return "".join(str(part) for part in share.group)  # type: ignore[attr-defined]


def _share(share: Share) -> dict[str, Any]:
    return {
        "present": share.present, "expected": share.expected, "percent": percent(share.percent),
        "band": share.band or say("nothing expected"), "q": SHADES.get(share.band or "", ""),
    }  # fmt: skip


def _tables(report: QualityReport) -> list[dict[str, Any]]:
    names = {
        "month": say("By month"),
        "year": say("By year"),
        "level": say("By facility level"),
        "lga": say("By LGA"),
    }
    tables = [
        {"caption": caption, "rows": [{"group": _group_name(share), **_share(share)}
                                      for share in report.by[key]]}
        for key, caption in names.items() if key in report.by
    ]  # fmt: skip
    wards = {f.place: f"{f.ward or 'No ward'}, {f.lga}" for f in report.data.facilities.values()}
    least_first = sorted(
        (share for share in report.by["ward"] if share.group[0] in wards),  # type: ignore[index]
        key=lambda share: (share.percent or 0, wards[share.group[0]]),  # type: ignore[index]
    )
    rows = [{"group": wards[share.group[0]], **_share(share)} for share in least_first]  # type: ignore[index]
    return [*tables, {"caption": say("By ward, the least complete first"), "rows": rows}]


def _heat(report: QualityReport) -> dict[str, Any] | None:
    cells = {share.group: share for share in report.by.get("lga_month", [])}
    if not cells:
        return None
    months = sorted({group[1] for group in cells})  # type: ignore[index]
    lgas = sorted({group[0] for group in cells})  # type: ignore[index]
    years = [month[:4] for month in months]
    return {
        "years": [{"year": year, "months": years.count(year)} for year in sorted(set(years))],
        "months": [month[5:].lstrip("0") or month for month in months],
        "rows": [{"lga": lga, "cells": [_cell(cells.get((lga, month))) for month in months]}
                 for lga in lgas],
    }  # fmt: skip


def _cell(share: Share | None) -> dict[str, str]:
    if share is None or share.percent is None:
        return {"q": "", "text": "–"}
    return {"q": SHADES[share.band or ""], "text": f"{share.percent:.0f}"}


def _effects(report: QualityReport) -> list[dict[str, Any]]:
    limits, units = report.data.limits, {t.code: t.unit for t in DEFAULTS}
    found = []
    for effect in report.effects:
        check = CHECKS[effect.check]
        found.append({
            "label": check.label, "rule": check.rule, "flags": effect.flags,
            "facilities": effect.facilities, "points": f"{effect.move.points:.1f}",
            "limits": ", ".join(f"{limits[code]:g} {units[code]}" for code in check.limits
                                if code in limits) or "none",
        })  # fmt: skip
    return found


def _map(
    report: QualityReport, upload: Upload, ward_list: BoundaryList | None, owner: str
) -> dict[str, Any] | None:
    frame = ward_list.display.get(report.state) if ward_list else None
    if ward_list is None or not frame:
        return None
    shares = by_listed_ward(report, upload.pk, ward_list, owner=owner)
    shapes = []
    for pk, name, lga, display in Ward.objects.filter(
        list=ward_list, state=report.state, display__isnull=False
    ).values_list("pk", "name", "lga", "display"):
        share = shares.get(pk)
        words = f"{share.present} of {share.expected}" if share else say("not in the file")
        shapes.append(Shape(display["d"], _class(share), f"{name}, {lga}: {words}"))
    counts = [shape.klass for shape in shapes]
    legend = [
        *((klass, say(label)) for klass, label, _ in BANDS),
        ("m5", say("nothing reported")), ("m0", say("not in the file")),
    ]  # fmt: skip
    borders = [(b["lga"], b["d"], b["x"], b["y"]) for b in frame["lgas"]]
    svg = draw(
        shapes,
        width=frame["width"],
        height=frame["height"],
        borders=borders,
        label=say(
            "Map of {state}: completeness by ward; the same figures are in the tables.",
            state=report.state,
        ),
        lga_labels=len(borders) <= 30,
    )
    return {"svg": svg, "list": ward_list.name, "legend": [
        LegendItem(klass, label, counts.count(klass)) for klass, label in legend
    ]}  # fmt: skip


def _class(share: Share | None) -> str:
    if share is None:
        return "m0"
    if not share.present:
        return "m5"
    return next((klass for klass, _, band in BANDS if band == share.band), "m0")
