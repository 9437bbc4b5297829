"""What is missing, what was repaired or left out, what exceeds, who did not report."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from chatmrpt.chat.replies.answers.groups import grouped
from chatmrpt.chat.replies.answers.holdings import label_of_field, unfiltered
from chatmrpt.chat.replies.answers.ranking import quality_link
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    MONTHS,
    bars,
    count,
    join,
    percent,
    plural,
    share,
    table,
)
from chatmrpt.common.cache import recomputable
from chatmrpt.common.fingerprints import fingerprint
from tpr.domain.quality.activity import CLASSES, activity
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.completeness import DENOMINATORS
from tpr.models import Workflow
from tpr.models.facility import COUNT_COLUMNS
from tpr.selectors.quality_report import limits, quality_report
from tpr.selectors.reporting import UNDATED, Reporting, reporting_of
from tpr.selectors.slices import filled

BY = {"year": "Year", "month": "Month", "lga": "LGA", "level": "Facility level"}


def month_of(number: int) -> str:
    return "Undated" if number == UNDATED else f"{MONTHS[number % 12]} {number // 12}"


def missing(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Share filled with numerator and both denominators; by year, month, LGA, level or column."""
    scope = unfiltered(workflow, slots)
    by = str(slots.get("by") or "")
    if by == "column":
        return _by_column(scope)
    method = slots.get("method")
    methods = (method,) if method in ("rdt", "microscopy") else ()
    found = reporting_of(scope.look, methods)
    rows, present = sum(len(f.rows) for f in found), sum(len(f.reported) for f in found)
    ever = [f for f in found if f.reported]
    periods = {m for f in found for m in f.rows}
    whole = len(ever) * len(periods)
    what = [AGE_LABELS[scope.age].lower()] if scope.age != "all" else []
    what += ["RDT" if method == "rdt" else str(method)] if methods else []
    test = f"a test count ({join(what)})" if what else "a test count"
    text = (
        f"{share(present, rows)} of the {DENOMINATORS['rows']} hold {test}: {scope.place}, "
        f"{scope.said}. Against {DENOMINATORS['ever']} it is {share(present, whole)}. Blank is missing, "
        "not zero."
    )
    figures = []
    if not by and not slots.get("period") and len({m // 12 for m in periods}) > 1:
        by = "year"
    if by in BY:
        table_rows = _classes(found, by, periods)
        note = f"Denominator: {DENOMINATORS['ever']}."
        figures = [bars(f"Complete by {BY[by]}", BY[by], table_rows, unit="%", note=note)]
    elif not method and scope.age == "all":
        figures = [_by_column(scope).figures[0]]
    return Reply(text=f"{text}\n\n{scope.file}", figures=figures, links=quality_link(workflow))


def _classes(found: list[Reporting], by: str, periods: set[int]) -> list[dict[str, Any]]:
    of_facility: Callable[[Reporting], str] = {
        "lga": lambda f: f.lga or "No LGA",
        "level": lambda f: LEVEL_LABELS.get(f.level or "", "Level not known"),
    }.get(by, lambda f: "")
    of_month: Callable[[int], Any] = {"year": lambda m: m // 12 if m != UNDATED else m,
                                      "month": lambda m: m}.get(by, lambda m: 0)  # fmt: skip
    have: Counter[Any] = Counter()
    ever: Counter[str] = Counter()
    for f in found:
        ever[of_facility(f)] += bool(f.reported)
        for m in f.reported:
            have[of_facility(f), of_month(m)] += 1
    slots = Counter(of_month(m) for m in periods)
    rows = []
    for name in sorted(ever, key=str.casefold):
        for when in sorted(slots):
            expected = ever[name] * slots[when]
            got = have[name, when]
            value = 100 * got / expected if expected else None
            label = name
            if by == "month":
                label = month_of(when)
            elif by == "year":
                label = "Undated" if when == UNDATED else str(when)
            rows.append({"label": label, "value": value,
                         "text": f"{percent(value)} ({count(got)} of {count(expected)})"})  # fmt: skip
    return rows


def _by_column(scope: Scope) -> Reply:
    cells = filled(scope.look, COUNT_COLUMNS)
    whole = cells.pop("")[0]
    rows = [
        {"label": label_of_field(name).capitalize(), "value": 100 * n / whole if whole else None,
         "text": f"{percent(100 * n / whole if whole else None)} ({count(n)})"}
        for name, (n, _) in sorted(cells.items(), key=lambda c: -c[1][0]) if n
    ]  # fmt: skip
    absent = [label_of_field(name) for name, (n, _) in cells.items() if not n]
    text = (
        f"Column by column, cells filled of {count(whole)} {DENOMINATORS['rows']} ({scope.place}, "
        f"{scope.said})." + (f" Not in the file: {join(absent)}." if absent else "")
    )
    figure = bars("Filled by column", "Column", rows, unit="%")
    return Reply(
        text=f"{text}\n\n{scope.file}", figures=[figure], links=quality_link(scope.workflow)
    )


def quality(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Every check with its count, and the reader's remarks; completeness first."""
    from chatmrpt.chat.selectors import issue_groups

    scope = unfiltered(workflow, slots)
    found = reporting_of(scope.look)
    rows, present = sum(len(f.rows) for f in found), sum(len(f.reported) for f in found)
    groups = issue_groups(workflow.upload)
    attention = sum(g["severity"] != "info" for g in groups)
    text = (
        f"{scope.place}: {share(present, rows)} of the rows hold a test count. While reading, "
        f"{plural(len(groups), 'kind')} of remark {'was' if len(groups) == 1 else 'were'} made, "
        f"{attention} of them with attention; every cell is in the issues file. No check changes a "
        "figure, the stored file is unchanged."
    )
    figures = [
        table("Found while reading", [("What", False), ("Count", True)],
              [[g["sentence"], count(g["count"])] for g in groups[:12]])
    ]  # fmt: skip
    if scope.state is not None:
        figures.append(_checks(scope, scope.state))
    else:
        text += " Choose a state and I can add the checks of its facilities."
    links = [*quality_link(workflow),
             {"href": f"/workflows/{workflow.uuid}/issues.csv", "label": "Issues, CSV"}]  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.file}", figures=figures, links=links)


def _checks(scope: Scope, state: str) -> dict[str, Any]:
    def count_flags() -> list[tuple[str, int, int]]:
        return [(e.check, e.flags, e.facilities)
                for e in quality_report(scope.upload, state).effects]  # fmt: skip

    mark = fingerprint(
        [scope.upload.pk, f"{scope.upload.read_at:%s.%f}", state, sorted(limits().items())]
    )
    found = {check: rest for check, *rest in recomputable(f"checks:{mark}", count_flags)}
    rows = [[c.label, *(count(n) for n in found.get(code, (0, 0)))] for code, c in CHECKS.items()]
    return table(
        f"Checks of {state}", [("Check", False), ("Remarks", True), ("Facilities", True)], rows
    )


def exceeding(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Cells, tests, positives, facilities and wards; the treatment in force; why above 100 %."""
    scope = scope_of(workflow, slots)
    found = scope.figure()
    wards = [g for g in grouped(scope, "ward").rows if g.figure.excluded_cells]
    facilities = sum(s.excluded_cells > 0 for s in scope.sums_by("facility").values())
    treatment = EXCEEDING_LABELS[scope.exceeding]
    if not found.excluded_cells:
        text = f"No pair of {scope.place} ({scope.said}) has more positives than tests."
    else:
        text = (
            f"{plural(found.excluded_cells, 'pair')} with more positives than tests in {scope.place} "
            f"({scope.said}): {count(found.excluded_tested)} tests, {count(found.excluded_positive)} "
            f"positives, in {plural(facilities, 'facility', 'facilities')} of {plural(len(wards), 'ward')}. "
            f"Treatment in force: they are {treatment}; say “cap at 100” or “keep the exceeding rows” for "
            "another result beside this one."
        )
    kept = scope.but(exceeding="keep")
    as_reported = kept.figure()
    if scope.ward and as_reported.tpr is not None:
        rate = "no rate" if found.tpr is None else percent(found.tpr)
        text += (
            f" As reported, {scope.place} has {count(as_reported.positive)} positives of "
            f"{count(as_reported.tested)} tests, {percent(as_reported.tpr)}: a rate above 100 % is an "
            f"error of entry, such as exchanged columns or one digit too many. With these pairs "
            f"{treatment} it has {rate}."
        )
    else:
        above = [g for g in grouped(kept, "ward").rows if g.key[2] and (g.figure.tpr or 0) > 100]
        text += (
            f" As reported, {plural(len(above), 'ward')} would pass 100 %: {_names(above)}. A rate above "
            "100 % is an error of entry."
            if above else " As reported, no ward would pass 100 %."
        )  # fmt: skip
    wards.sort(key=lambda g: (-g.figure.excluded_positive, g.name))
    cells = [[g.name, g.lga, count(g.figure.excluded_cells), count(g.figure.excluded_tested),
              count(g.figure.excluded_positive)] for g in wards[:10]]  # fmt: skip
    heads = [("Ward", False), ("LGA", False), ("Pairs", True), ("Tests", True), ("Positives", True)]
    return Reply(text=f"{text}\n\n{scope.source}", links=quality_link(workflow),
                 figures=[table("Most positives first", heads, cells)] if cells else [])  # fmt: skip


def _names(groups: Iterable[Any]) -> str:
    return join([f"{g.name} ({percent(g.figure.tpr)})" for g in list(groups)[:5]])


TOTALS = ("GRAND_TOTAL_LEFT_OUT", "SUBTOTAL_LEFT_OUT", "SUBTOTAL_ONLY", "SUBTOTALS_KEPT",
          "STORE_LEFT_OUT", "REPEATED_HEADER_LEFT_OUT")  # fmt: skip


def total_rows(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Totals and subtotals left out: rows, what they held, and the rule."""
    upload = workflow.upload
    assert upload is not None
    found = list(upload.issues.filter(code__in=TOTALS).order_by("code", "row"))
    rule = (
        "Rule: a row that names no facility and equals the sum of the others, or says total, is a total; "
        "it would count every test twice. A subtotal is left out when its facilities are there."
    )
    if not found:
        return Reply(text=f"No total or subtotal row was found in {upload.original_name}, so none was left "
                     f"out: {count(upload.counts.get('rows_used'))} of "
                     f"{count(upload.counts.get('rows_read'))} rows are used. {rule}")  # fmt: skip
    rows = [[str(i.row or ""), i.ward or i.facility or "", i.value[:80], i.action or "left out"]
            for i in found[:10]]  # fmt: skip
    number = sum(i.count for i in found)
    heads = [("Row", True), ("Place", False), ("What it held", False), ("Done", False)]
    return Reply(
        text=f"{plural(number, 'total or subtotal row')} of {upload.original_name} "
        f"{'is' if number == 1 else 'are'} not counted; {count(upload.counts.get('rows_used'))} of "
        f"{count(upload.counts.get('rows_read'))} rows are used. {rule}",
        figures=[table("Rows left out", heads, rows)], links=quality_link(workflow),
    )  # fmt: skip


def cleaning(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """The correction log in sentences."""
    from chatmrpt.chat.selectors import issue_groups

    upload = workflow.upload
    assert upload is not None
    said = list(upload.counts.get("said") or [])
    groups = issue_groups(upload)
    lead = (
        f"Your file {upload.original_name} is stored as it came, byte for byte; nothing in it was "
        f"changed. {count(upload.counts.get('rows_used'))} of {count(upload.counts.get('rows_read'))} rows "
        "are used."
    )
    if not groups:
        return Reply(text=f"{lead} Nothing had to be repaired, merged or left out.")
    rows = [[g["sentence"], count(g["count"])] for g in groups]
    return Reply(
        text="\n\n".join([lead, *said[:6]]),
        figures=[table("Repaired, left out or noticed", [("What", False), ("Count", True)], rows)],
        links=[{"href": f"/workflows/{workflow.uuid}/issues.csv", "label": "Cell by cell, CSV"}],
    )


def non_reporting(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Facilities by activity class, with the months that are missing."""
    scope = scope_of(workflow, slots, age="all")
    found = reporting_of(scope.look)
    periods = sorted({m for f in found for m in f.rows})
    if not periods:
        return Reply(text=f"There is no row of {scope.place} ({scope.said}).\n\n{scope.file}")
    silent = [f for f in found if not f.reported]
    text = (
        f"{count(len(silent))} of {plural(len(found), 'facility', 'facilities')} of {scope.place} have no "
        f"test count at all ({scope.said})."
    )
    figures = []
    monthly = periods[0] != UNDATED and scope.upload.counts.get("granularity") in (None, "month")
    if monthly and len(periods) > 1:
        rules = limits()
        classes = Counter(activity(f.reported, periods[-1], rules) for f in found)
        figures.append(table(
            f"Activity, window {rules['activity_window']:g} months",
            [("Class", False), ("Means", False), ("Facilities", True)],
            [[klass, words, count(classes[klass])] for klass, words in CLASSES.items()],
        ))  # fmt: skip
    gaps = sorted(
        ((len(periods) - len(f.reported), f) for f in found if len(f.reported) < len(periods)),
        key=lambda g: (-g[0], g[1].lga, g[1].name),
    )
    months = sum(n for n, _ in gaps)
    text += (
        f" {count(len(gaps))} miss at least one of {plural(len(periods), 'period')}; together "
        f"{share(months, len(found) * len(periods))} facility-periods are missing (denominator: facilities "
        "of the file × periods)."
    )
    rows = [[f.name, f.ward or "no ward", f.lga, f"{n} of {len(periods)}", _missed(f, periods)]
            for n, f in gaps[:10]]  # fmt: skip
    if rows:
        heads = [
            ("Facility", False),
            ("Ward", False),
            ("LGA", False),
            ("Missing", True),
            ("Which", False),
        ]
        figures.append(table("Most months missing first", heads, rows,
                             note=f"{count(len(gaps) - len(rows))} more are not shown here."
                             if len(gaps) > len(rows) else ""))  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.file}", figures=figures, links=[
        *quality_link(workflow),
        {"href": f"/workflows/{workflow.uuid}/call_list.csv", "label": "Call list, CSV"},
    ])  # fmt: skip


def _missed(facility: Reporting, periods: list[int]) -> str:
    gone = [m for m in periods if m not in facility.reported]
    if len(gone) == len(periods):
        return "all"
    return ", ".join(month_of(m) for m in gone[:3]) + (" …" if len(gone) > 3 else "")
