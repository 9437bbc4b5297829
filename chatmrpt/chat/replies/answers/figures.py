"""Positivity of places and groups, ranked, broken down and compared; with tests and intervals."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers.holdings import issues
from chatmrpt.chat.replies.answers.scope import (
    in_lga,
    rows_of_state,
    selection,
    state_counts,
    state_of_question,
)
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    LEVEL_LABELS,
    count,
    interval,
    join,
    percent,
    plural,
    table,
)
from tpr.domain.positivity import Figure, chosen, figure, figures_by
from tpr.models import Facility, Workflow


def _rate_text(place: str, said: str, found: Figure) -> str:
    if found.tpr is None:
        return f"There is no rate for {place} ({said}): {str(found.reason).replace('_', ' ')}."
    shown = f" (95 % interval {interval(*found.shown)})" if found.low is not None else ""
    return (
        f"TPR of {place} is {percent(found.tpr)}{shown}: {count(found.positive)} positive of "
        f"{count(found.tested)} tested, {count(found.reporting)} of "
        f"{plural(found.facilities, 'facility', 'facilities')} with tests ({said})."
    )


def positivity(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    state = state_of_question(workflow, slots)
    if state not in state_counts(workflow):
        return Reply(text="For which state? Choose one and I can give its positivity.")
    level, age, said = selection(workflow, slots)
    rows = chosen(rows_of_state(workflow, state), level, age)
    place, ward = state, slots.get("ward")
    if isinstance(slots.get("lga"), str):
        place, rows = f"{slots['lga']}, {state}", [r for r in rows if in_lga(r, slots)]
    if isinstance(ward, str):
        place = f"{ward}, {place}"
        rows = [r for r in rows if r.ward.casefold() == ward.casefold()]
        lgas = sorted({r.lga for r in rows})
        if len(lgas) > 1:
            return Reply(text=f"{ward} is a ward in {join(lgas)}. Which one do you mean?")
    return Reply(text=_rate_text(place, said, figure(rows, workflow.definition)),
                 heard=DEFINITION_LABELS[workflow.definition])  # fmt: skip


def grouped(
    workflow: Workflow, slots: dict[str, Any], unit: str
) -> tuple[str, list[tuple[str, Figure]]]:
    state = state_of_question(workflow, slots)
    assert state is not None
    everything = rows_of_state(workflow, state)
    level, age, said = selection(workflow, slots)
    if unit == "level":
        names = [v for v in ("primary", "secondary", "tertiary") if chosen(everything, v, age)]
        groups = [(LEVEL_LABELS[v], figure(chosen(everything, v, age), workflow.definition))
                  for v in names]  # fmt: skip
        return f"{state}, {AGE_LABELS[age].lower()}", groups
    if unit == "age":
        groups = [(AGE_LABELS[v], figure(chosen(everything, level, v), workflow.definition))
                  for v in ("u5", "o5", "pw")]  # fmt: skip
        return f"{state}, {LEVEL_LABELS[level].lower()}", groups
    rows = [r for r in chosen(everything, level, age) if in_lga(r, slots)]
    if unit == "lga":
        found = figures_by(rows, lambda r: r.lga, workflow.definition)
    elif unit == "facility":
        names_of = dict(Facility.objects.filter(upload=workflow.upload, state=state)
                        .values_list("id", "name"))  # fmt: skip
        by_id = figures_by(rows, lambda r: r.facility_id, workflow.definition)
        return f"{state}, {said}", [(names_of[k], v) for k, v in by_id.items()]
    else:
        found = figures_by([r for r in rows if r.ward], lambda r: f"{r.ward} ({r.lga})",
                           workflow.definition)  # fmt: skip
    return f"{state}, {said}", list(found.items())


_MEASURES: dict[str, Callable[[Figure], float | None]] = {
    "tpr": lambda f: f.tpr,
    "tests": lambda f: f.tested,
    "positives": lambda f: f.positive,
    "facilities": lambda f: f.facilities,
    "completeness": lambda f: 100 * f.facility_periods / f.rows if f.rows else None,
}


def rank(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    unit, by = str(slots.get("unit") or "ward"), str(slots.get("by") or "tpr")
    if state_of_question(workflow, slots) not in state_counts(workflow):
        return Reply(text="Choose a state first; then I can rank its wards and LGAs.")
    if by not in _MEASURES or unit not in ("ward", "lga", "facility", "level", "age"):
        return not_yet(workflow, slots)
    said, groups = grouped(workflow, slots, unit)
    measure = _MEASURES[by]
    known = [(name, f) for name, f in groups if measure(f) is not None]
    lowest = slots.get("order") == "lowest"
    known.sort(key=lambda g: ((measure(g[1]) or 0) * (1 if lowest else -1), g[0]))
    try:
        n = max(1, min(int(str(slots.get("n") or 10)), 50))
    except ValueError:
        n = 10
    word = "Lowest" if lowest else "Highest"
    return Reply(
        text=f"{len(known)} of {len(groups)} have a value; {said}. Few tests make extreme rates: "
        "read them with the tests.",
        figures=[figure_table(f"{word} {min(n, len(known))} by {by}", unit, known[:n])],
    )


def figure_table(caption: str, unit: str, groups: list[tuple[str, Figure]]) -> dict[str, Any]:
    columns = [(unit.upper() if unit == "lga" else unit.capitalize(), False), ("Tested", True),
               ("Positive", True), ("TPR", True), ("95 % interval", True)]  # fmt: skip
    rows = [
        [
            name,
            count(f.tested or 0),
            count(f.positive or 0),
            percent(f.tpr),
            interval(*f.shown),
        ]
        for name, f in groups
    ]
    return table(caption, columns, rows)


def breakdown(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    unit = str(slots.get("by") or "lga")
    if state_of_question(workflow, slots) not in state_counts(workflow):
        return Reply(text="Choose a state first; then I can break its figures down.")
    if unit not in ("lga", "ward", "level", "age", "facility"):
        return not_yet(workflow, slots)
    said, groups = grouped(workflow, slots, unit)
    return Reply(text=f"{said.capitalize() if not said[0].isupper() else said}.",
                 figures=[figure_table(f"By {unit}", unit, groups[:40])])  # fmt: skip


def exceeding(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    state = state_of_question(workflow, slots)
    if state not in state_counts(workflow):
        return issues(workflow, slots)
    level, age, said = selection(workflow, slots)
    f = figure(chosen(rows_of_state(workflow, state), level, age), workflow.definition)
    return Reply(
        text=f"{plural(f.excluded_cells, 'pair')} with more positives than tests in {state} ({said}): "
        f"{count(f.excluded_tested)} tests, {count(f.excluded_positive)} positives. Treatment in "
        f"force: {workflow.exceeding}. They are listed under Quality."
    )


def not_yet(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    kind = str(slots.get("q") or slots.get("kind") or "this").replace("_", " ")
    return Reply(
        text=f"I understood a question about {kind}. That figure is not computed in this version; "
        "nearest: positivity of a place, highest and lowest wards, counts, completeness and the "
        "points under Quality."
    )
