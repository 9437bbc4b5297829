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
    bars,
    count,
    join,
    month_name,
    percent,
    plural,
    share,
    table,
)
from chatmrpt.common.cache import recomputable
from chatmrpt.common.fingerprints import fingerprint
from chatmrpt.common.language import Words, say
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.completeness import DENOMINATORS
from tpr.models import Workflow
from tpr.models.facility import COUNT_COLUMNS
from tpr.selectors.quality_report import limits, quality_report
from tpr.selectors.reporting import UNDATED, Reporting, reporting_of
from tpr.selectors.slices import filled

BY = Words({"year": "Year", "month": "Month", "lga": "LGA", "level": "Facility level"})


def month_of(number: int) -> str:
    return say("Undated") if number == UNDATED else f"{month_name(number % 12 + 1)} {number // 12}"


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
    what += [say("RDT") if method == "rdt" else str(method)] if methods else []
    test = say("a test count ({what})", what=join(what)) if what else say("a test count")
    text = say(
        "{present} of the {rows} hold {test}: {place}, {said}. Against {ever} it "
        "is {present_2}. Blank is missing, not zero.",
        present=share(present, rows),
        rows=DENOMINATORS["rows"],
        test=test,
        place=scope.place,
        said=scope.said,
        ever=DENOMINATORS["ever"],
        present_2=share(present, whole),
    )
    figures = []
    if not by and not slots.get("period") and len({m // 12 for m in periods}) > 1:
        by = "year"
    if by in BY:
        table_rows = _classes(found, by, periods)
        note = say("Denominator: {ever}.", ever=DENOMINATORS["ever"])
        figures = [
            bars(say("Complete by {by}", by=BY[by]), BY[by], table_rows, unit="%", note=note)
        ]
    elif not method and scope.age == "all":
        figures = [_by_column(scope).figures[0]]
    return Reply(text=f"{text}\n\n{scope.file}", figures=figures, links=quality_link(workflow))


def _classes(found: list[Reporting], by: str, periods: set[int]) -> list[dict[str, Any]]:
    of_facility: Callable[[Reporting], str] = {
        "lga": lambda f: f.lga or say("No LGA"),
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
                label = say("Undated") if when == UNDATED else str(when)
            rows.append(
                {
                    "label": label,
                    "value": value,
                    "text": say(
                        "{value} ({got} of {expected})",
                        value=percent(value),
                        got=count(got),
                        expected=count(expected),
                    ),
                }
            )
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
    text = say(
        "Column by column, cells filled of {whole} {rows} ({place}, {said}).{absent}",
        whole=count(whole),
        rows=DENOMINATORS["rows"],
        place=scope.place,
        said=scope.said,
        absent=say(" Not in the file: {absent}.", absent=join(absent)) if absent else "",
    )
    figure = bars(say("Filled by column"), say("Column"), rows, unit="%")
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
    text = say(
        "{place}: {present} of the rows hold a test count. While reading, "
        "{groups} of remark {was} made, {attention} of them with attention; "
        "every cell is in the issues file. No check changes a figure, the stored "
        "file is unchanged.",
        place=scope.place,
        present=share(present, rows),
        groups=plural(len(groups), "kind"),
        was="was" if len(groups) == 1 else "were",
        attention=attention,
    )
    figures = [
        table(say("Found while reading"), [(say("What"), False), (say("Count"), True)],
              [[g["sentence"], count(g["count"])] for g in groups[:12]])
    ]  # fmt: skip
    if scope.state is not None:
        figures.append(_checks(scope, scope.state))
    else:
        text += say(" Choose a state and I can add the checks of its facilities.")
    links = [*quality_link(workflow),
             {"href": f"/workflows/{workflow.uuid}/issues.csv", "label": say("Issues, CSV")}]  # fmt: skip
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
        say("Checks of {state}", state=state),
        [(say("Check"), False), (say("Remarks"), True), (say("Facilities"), True)],
        rows,
    )


def exceeding(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Cells, tests, positives, facilities and wards; the treatment in force; why above 100 %."""
    scope = scope_of(workflow, slots)
    found = scope.figure()
    wards = [g for g in grouped(scope, "ward").rows if g.figure.excluded_cells]
    facilities = sum(s.excluded_cells > 0 for s in scope.sums_by("facility").values())
    treatment = EXCEEDING_LABELS[scope.exceeding]
    if not found.excluded_cells:
        text = say(
            "No pair of {place} ({said}) has more positives than tests.",
            place=scope.place,
            said=scope.said,
        )
    else:
        text = say(
            "{excluded_cells} with more positives than tests in {place} ({said}): "
            "{excluded_tested} tests, {excluded_positive} positives, in {facilities} "
            "of {wards}. Treatment in force: they are {treatment}; say “cap at 100” "
            "or “keep the exceeding rows” for another result beside this one.",
            excluded_cells=plural(found.excluded_cells, "pair"),
            place=scope.place,
            said=scope.said,
            excluded_tested=count(found.excluded_tested),
            excluded_positive=count(found.excluded_positive),
            facilities=plural(facilities, "facility", "facilities"),
            wards=plural(len(wards), "ward"),
            treatment=treatment,
        )
    kept = scope.but(exceeding="keep")
    as_reported = kept.figure()
    if scope.ward and as_reported.tpr is not None:
        rate = say("no rate") if found.tpr is None else percent(found.tpr)
        text += say(
            " As reported, {place} has {positive} positives of {tested} tests, "
            "{tpr}: a rate above 100 % is an error of entry, such as exchanged "
            "columns or one digit too many. With these pairs {treatment} it has "
            "{rate}.",
            place=scope.place,
            positive=count(as_reported.positive),
            tested=count(as_reported.tested),
            tpr=percent(as_reported.tpr),
            treatment=treatment,
            rate=rate,
        )
    else:
        above = [g for g in grouped(kept, "ward").rows if g.key[2] and (g.figure.tpr or 0) > 100]
        text += (
            say(
                " As reported, {above} would pass 100 %: {names}. A rate above 100 % is "
                "an error of entry.",
                above=plural(len(above), "ward"),
                names=_names(above),
            )
            if above
            else say(" As reported, no ward would pass 100 %.")
        )
    wards.sort(key=lambda g: (-g.figure.excluded_positive, g.name))
    cells = [[g.name, g.lga, count(g.figure.excluded_cells), count(g.figure.excluded_tested),
              count(g.figure.excluded_positive)] for g in wards[:10]]  # fmt: skip
    heads = [
        (say("Ward"), False),
        (say("LGA"), False),
        (say("Pairs"), True),
        (say("Tests"), True),
        (say("Positives"), True),
    ]
    return Reply(text=f"{text}\n\n{scope.source}", links=quality_link(workflow),
                 figures=[table(say("Most positives first"), heads, cells)] if cells else [])  # fmt: skip


def _names(groups: Iterable[Any]) -> str:
    return join([f"{g.name} ({percent(g.figure.tpr)})" for g in list(groups)[:5]])
