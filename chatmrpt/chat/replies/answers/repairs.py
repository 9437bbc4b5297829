"""What the reader repaired, left out or counted twice, and who does not report."""

from collections import Counter
from typing import Any

from chatmrpt.chat.replies.answers.completeness import month_of
from chatmrpt.chat.replies.answers.ranking import quality_link
from chatmrpt.chat.replies.answers.scope import scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    count,
    plural,
    share,
    table,
)
from chatmrpt.common.language import say
from tpr.domain.quality.activity import CLASSES, activity
from tpr.models import Workflow
from tpr.selectors.quality_report import limits
from tpr.selectors.reporting import UNDATED, Reporting, reporting_of

TOTALS = ("GRAND_TOTAL_LEFT_OUT", "SUBTOTAL_LEFT_OUT", "SUBTOTAL_ONLY", "SUBTOTALS_KEPT",
          "STORE_LEFT_OUT", "REPEATED_HEADER_LEFT_OUT")  # fmt: skip


def total_rows(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Totals and subtotals left out: rows, what they held, and the rule."""
    upload = workflow.upload
    assert upload is not None
    found = list(upload.issues.filter(code__in=TOTALS).order_by("code", "row"))
    rule = say(
        "Rule: a row that names no facility and equals the sum of the others, or "
        "says total, is a total; it would count every test twice. A subtotal is "
        "left out when its facilities are there."
    )
    if not found:
        return Reply(
            text=say(
                "No total or subtotal row was found in {original_name}, so none was left "
                "out: {rows_used} of {rows_read} rows are used. {rule}",
                original_name=upload.original_name,
                rows_used=count(upload.counts.get("rows_used")),
                rows_read=count(upload.counts.get("rows_read")),
                rule=rule,
            )
        )
    rows = [[str(i.row or ""), i.ward or i.facility or "", i.value[:80], i.action or say("left out")]
            for i in found[:10]]  # fmt: skip
    number = sum(i.count for i in found)
    heads = [
        (say("Row"), True),
        (say("Place"), False),
        (say("What it held"), False),
        (say("Done"), False),
    ]
    return Reply(
        text=say(
            "{number} of {original_name} {is_} not counted; {rows_used} of "
            "{rows_read} rows are used. {rule}",
            number=plural(number, "total or subtotal row"),
            original_name=upload.original_name,
            is_="is" if number == 1 else "are",
            rows_used=count(upload.counts.get("rows_used")),
            rows_read=count(upload.counts.get("rows_read")),
            rule=rule,
        ),
        figures=[table(say("Rows left out"), heads, rows)],
        links=quality_link(workflow),
    )


def cleaning(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """The correction log in sentences."""
    from chatmrpt.chat.selectors import issue_groups

    upload = workflow.upload
    assert upload is not None
    said = list(upload.counts.get("said") or [])
    groups = issue_groups(upload)
    lead = say(
        "Your file {original_name} is stored as it came, byte for byte; nothing "
        "in it was changed. {rows_used} of {rows_read} rows are used.",
        original_name=upload.original_name,
        rows_used=count(upload.counts.get("rows_used")),
        rows_read=count(upload.counts.get("rows_read")),
    )
    if not groups:
        return Reply(text=say("{lead} Nothing had to be repaired, merged or left out.", lead=lead))
    rows = [[g["sentence"], count(g["count"])] for g in groups]
    return Reply(
        text="\n\n".join([lead, *said[:6]]),
        figures=[
            table(
                say("Repaired, left out or noticed"),
                [(say("What"), False), (say("Count"), True)],
                rows,
            )
        ],
        links=[
            {"href": f"/workflows/{workflow.uuid}/issues.csv", "label": say("Cell by cell, CSV")}
        ],
    )


def non_reporting(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Facilities by activity class, with the months that are missing."""
    scope = scope_of(workflow, slots, age="all")
    found = reporting_of(scope.look)
    periods = sorted({m for f in found for m in f.rows})
    if not periods:
        return Reply(
            text=say(
                "There is no row of {place} ({said}).\n\n{file}",
                place=scope.place,
                said=scope.said,
                file=scope.file,
            )
        )
    silent = [f for f in found if not f.reported]
    text = say(
        "{silent} of {found} of {place} have no test count at all ({said}).",
        silent=count(len(silent)),
        found=plural(len(found), "facility", "facilities"),
        place=scope.place,
        said=scope.said,
    )
    figures = []
    monthly = periods[0] != UNDATED and scope.upload.counts.get("granularity") in (None, "month")
    if monthly and len(periods) > 1:
        rules = limits()
        classes = Counter(activity(f.reported, periods[-1], rules) for f in found)
        figures.append(table(
            say("Activity, window {activity_window:g} months", activity_window=rules['activity_window']),
            [(say("Class"), False), (say("Means"), False), (say("Facilities"), True)],
            [[klass, words, count(classes[klass])] for klass, words in CLASSES.items()],
        ))  # fmt: skip
    gaps = sorted(
        ((len(periods) - len(f.reported), f) for f in found if len(f.reported) < len(periods)),
        key=lambda g: (-g[0], g[1].lga, g[1].name),
    )
    months = sum(n for n, _ in gaps)
    text += say(
        " {gaps} miss at least one of {periods}; together {months} "
        "facility-periods are missing (denominator: facilities of the file × "
        "periods).",
        gaps=count(len(gaps)),
        periods=plural(len(periods), "period"),
        months=share(months, len(found) * len(periods)),
    )
    rows = [[f.name, f.ward or say("no ward"), f.lga, f"{n} of {len(periods)}", _missed(f, periods)]
            for n, f in gaps[:10]]  # fmt: skip
    if rows:
        heads = [
            (say("Facility"), False),
            (say("Ward"), False),
            (say("LGA"), False),
            (say("Missing"), True),
            (say("Which"), False),
        ]
        figures.append(table(say("Most months missing first"), heads, rows,
                             note=say("{gaps} more are not shown here.", gaps=count(len(gaps) - len(rows)))
                             if len(gaps) > len(rows) else ""))  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.file}", figures=figures, links=[
        *quality_link(workflow),
        {"href": f"/workflows/{workflow.uuid}/call_list.csv", "label": say("Call list, CSV")},
    ])  # fmt: skip


def _missed(facility: Reporting, periods: list[int]) -> str:
    gone = [m for m in periods if m not in facility.reported]
    if len(gone) == len(periods):
        return "all"
    return ", ".join(month_of(m) for m in gone[:3]) + (" …" if len(gone) > 3 else "")
