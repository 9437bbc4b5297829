"""How much evidence stands behind a rate: intervals, sample sizes, few tests."""

from typing import Any

from chatmrpt.chat.replies.answers.groups import (
    AGES,
    Group,
    grouped,
    rate_table,
)
from chatmrpt.chat.replies.answers.rates import rate_sentence
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    count,
    interval,
    percent,
    plural,
    table,
)
from chatmrpt.common.language import Words, say
from tpr.domain.positivity import FEW_TESTS, Figure
from tpr.models import Workflow
from tpr.selectors.results import current_result

SOURCES = Words({"own": "its own facilities", "borrowed": "the median of the state's wards, borrowed",
           "none": "nothing to estimate it from, so 1"})  # fmt: skip


def intervals(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Both intervals, the design effect and the tests it leaves, of the place and its wards."""
    scope = scope_of(workflow, slots)
    wards = [g for g in _named_wards(scope) if g.figure.n_eff is not None]
    whole = scope.figure()
    if scope.ward is not None and wards:
        whole = wards[0].figure  # with what is borrowed from the other wards of the state
    if whole.n_eff is None:
        return Reply(
            text=say(
                "{rate_sentence} So there is no interval.\n\n{source}",
                rate_sentence=rate_sentence(scope, whole),
                source=scope.source,
            )
        )
    text = say(
        "TPR of {place} is {tpr}: {positive} positive of {tested} tested "
        "({said}). From the tests alone (Wilson, 95 %): {low}. Tests of one "
        "facility are alike, so with the design effect {deff:.1f} (from "
        "{sources}) they are worth {n_eff} independent tests: {value}. The wider "
        "one is shown everywhere.",
        place=scope.place,
        tpr=percent(whole.tpr),
        positive=count(whole.positive),
        tested=count(whole.tested),
        said=scope.said,
        low=interval(whole.low, whole.high),
        deff=whole.deff or 1,
        sources=SOURCES[whole.deff_source],
        n_eff=count(round(whole.n_eff)),
        value=interval(*whole.shown),
    )
    figures = []
    if not scope.ward and not scope.facilities and len(wards) > 1:
        wards.sort(key=lambda g: (-width(g.figure), g.name))
        columns = [(say("Ward"), False), (say("LGA"), False), (say("Tests"), True), (say("TPR"), True),
                   (say("Tests alone"), True), (say("With design effect"), True), (say("Deff"), True),
                   (say("Worth tests"), True)]  # fmt: skip
        cells = [
            [g.name, g.lga, count(f.tested), percent(f.tpr), interval(f.low, f.high),
             interval(*f.shown), f"{f.deff or 1:.1f}" + ("" if f.deff_source == "own" else
                                                         f" ({f.deff_source})"),
             count(round(f.n_eff or 0))]
            for g in wards[:8] for f in (g.figure,)
        ]  # fmt: skip
        figures = [
            table(
                say(
                    "Widest {cells} of {wards}", cells=len(cells), wards=plural(len(wards), "ward")
                ),
                columns,
                cells,
            )
        ]
    return Reply(text=f"{text}\n\n{scope.source}", figures=figures)


def width(found: Figure) -> float:
    low, high = found.shown
    return (high or 0) - (low or 0)


def _named_wards(scope: Scope) -> list[Group]:
    """Return the wards of the scope; their design effects may be borrowed from the whole state."""
    wide = scope.but(lga=None, ward=None, facilities=()) if scope.state else scope
    return [
        g for g in grouped(wide, "ward").rows
        if g.key[2] and (scope.ward is None or g.key == scope.ward)
        and (scope.lga is None or g.key[:2] == scope.lga)
    ]  # fmt: skip


def sample_size(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Tests, facilities, effective tests and interval width of each age group."""
    scope = scope_of(workflow, slots)
    ages = (scope.age,) if slots.get("age") in AGES else (*AGES, "all")
    cells, wide = [], []
    for age in ages:
        found = scope.but(age=age).figure()
        if found.n_eff is None:
            cells.append(
                [AGE_LABELS[age], count(found.tested or 0), "0", "", "", say("no interval")]
            )
            continue
        m = found.clusters.count if found.clusters else found.reporting
        half = width(found) / 2
        cells.append([AGE_LABELS[age], count(found.tested), count(m), f"{found.deff or 1:.1f}",
                      count(round(found.n_eff)), say("±{half:.1f} points", half=half)])  # fmt: skip
        wide.append((half, AGE_LABELS[age].lower()))
    columns = [
        (say("Age group"), False),
        (say("Tests"), True),
        (say("Facilities"), True),
        (say("Design effect"), True),
        (say("Worth tests"), True),
        (say("Interval"), True),
    ]
    wards = [g for g in grouped(scope, "ward").rows if g.key[2]]
    few = sum((g.figure.tested or 0) < FEW_TESTS for g in wards)
    text = (
        f"{scope.place}, {scope.said}. "
        + (
            say(
                "For the whole of it the least certain group is {wide}, ±{wide_2:.1f} points. ",
                wide=max(wide)[1],
                wide_2=max(wide)[0],
            )
            if wide
            else say("There are no tests. ")
        )
        + (
            say(
                "Ward by ward it is less: {few} of {wards} have fewer than {few_tests} "
                "tests ({age_labels}).",
                few=few,
                wards=plural(len(wards), "ward"),
                few_tests=FEW_TESTS,
                age_labels=AGE_LABELS[scope.age].lower(),
            )
            if not scope.ward
            else ""
        )
    )
    note = say("Worth tests = tests ÷ design effect; the interval (95 %) is that of so many tests.")
    return Reply(text=f"{text}\n\n{scope.source}",
                 figures=[table(say("Enough tests?"), columns, cells, note=note)])  # fmt: skip


def low_volume(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    scope = scope_of(workflow, slots)
    below = slots.get("below")
    limit = below if isinstance(below, int | float) and below > 0 else FEW_TESTS
    groups = grouped(scope, "ward")
    wards = [g for g in groups.rows if g.key[2]]
    found = sorted(
        (g for g in wards if (g.figure.tested or 0) < limit),
        key=lambda g: (-(g.figure.tested or 0), g.name),
    )
    tests = sum(g.figure.tested or 0 for g in found)
    none = sum(not g.figure.tested for g in found)
    text = say(
        "{found} of {wards} of {place} have fewer than {limit} tests, together "
        "{tests} tests; {none} of them have none ({said}). Their rates swing by "
        "chance: read them with the tests.",
        found=len(found),
        wards=plural(len(wards), "ward"),
        place=scope.place,
        limit=count(limit),
        tests=count(tests),
        none=none,
        said=scope.said,
    )
    figures = []
    if found:
        figures = [rate_table(say("The most tests first"), groups, found[:12],
                              note=_more(len(found), 12))]  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.source}", figures=figures,
                 links=[{"href": "?tab=table&sort=tests", "label": say("Table by tests")}]
                 if current_result(workflow) else [])  # fmt: skip


def _more(found: int, shown: int) -> str:
    return (
        say("{found} more are not shown here.", found=count(found - shown)) if found > shown else ""
    )
