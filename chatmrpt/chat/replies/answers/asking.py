"""Questions about the data, answered from the data, with filter and denominator said."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    LEVEL_LABELS,
    count,
    interval,
    join,
    percent,
    period,
    plural,
    table,
)
from tpr.aggregation import base_rows
from tpr.domain.positivity import BaseRow, Figure, chosen, figure, figures_by
from tpr.models import Facility, Workflow
from tpr.selectors.results import current_result, ward_figures


def ask(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Answer one question; the pending question follows it unchanged."""
    if workflow.upload is None or not (workflow.upload.counts or {}).get("by_state"):
        return Reply(text="There is no file to look into yet. Upload one and I can answer that. "
                     + choices_here(workflow))  # fmt: skip
    kind = str(slots.get("q") or "")
    reply = ANSWERS.get(kind, _not_yet)(workflow, slots)
    reply.text = f"{reply.text}\n\n{choices_here(workflow)}"
    return reply


def _state(workflow: Workflow, slots: dict[str, Any]) -> str | None:
    named = slots.get("state")
    return named if isinstance(named, str) else workflow.state


def _selection(workflow: Workflow, slots: dict[str, Any]) -> tuple[str, str, str]:
    level = slots.get("level") or workflow.level or "all"
    age = slots.get("age") or workflow.age_group or "all"
    level = level if isinstance(level, str) else "all"
    age = age if isinstance(age, str) else "all"
    said = f"{LEVEL_LABELS.get(level, level)}, {AGE_LABELS.get(age, age).lower()}"
    return level, age, said


def _rows(workflow: Workflow, state: str) -> list[BaseRow]:
    assert workflow.upload is not None
    return base_rows(upload_id=workflow.upload.pk, state=state, exceeding=workflow.exceeding)


def _counts(workflow: Workflow) -> dict[str, dict[str, Any]]:
    assert workflow.upload is not None
    counts: dict[str, dict[str, Any]] = workflow.upload.counts["by_state"]
    return counts


def _overview(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    upload, states = workflow.upload, _counts(workflow)
    assert upload is not None
    rows = [
        [s, count(c["lgas"]), count(c["wards"]), count(c["facilities"]), count(c["tests"]),
         period(c["first_period"], c["last_period"])]
        for s, c in states.items()
    ]  # fmt: skip
    columns = [("State", False), ("LGAs", True), ("Wards", True), ("Facilities", True),
               ("Tests", True), ("Period", False)]  # fmt: skip
    text = f"{upload.original_name}: {count(upload.counts.get('rows_used'))} rows used"
    text += f", sheet '{upload.sheet}'." if upload.sheet else "."
    return Reply(text=text, figures=[table("What the file holds", columns, rows[:40])])


_COUNTED = {
    "states": "states", "lgas": "LGAs", "wards": "wards", "facilities": "facilities",
    "rows": "reports", "tests": "tests", "positives": "positives", "periods": "periods",
}  # fmt: skip


def _count(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    of = str(slots.get("of") or "facilities")
    states, state = _counts(workflow), _state(workflow, slots)
    if of == "states":
        return Reply(
            text=f"The file holds {plural(len(states), 'state')}: {join(list(states)[:10])}."
        )
    place = f"in {state}" if state in states else "in the whole file"
    chosen_states = [states[state]] if state in states else list(states.values())
    if of in ("lgas", "wards", "facilities") and not any(slots.get(k) for k in ("level", "lga")):
        number = sum(c[of] for c in chosen_states)
        return Reply(text=f"{count(number)} {_COUNTED[of]} {place} (distinct, not rows).")
    if of == "rows":
        return Reply(
            text=f"{count(sum(c['reports'] for c in chosen_states))} facility reports {place}."
        )
    if of == "periods":
        return _period(workflow, slots)
    if of == "unknown_wards" or state not in states:
        total = (workflow.upload.counts or {}).get("unknown_ward_rows") if workflow.upload else None
        if of == "unknown_wards":
            return Reply(text=f"{count(total or 0)} rows have no ward. They count for the LGA and "
                         "the state, not for any ward.")  # fmt: skip
        number = sum(c["tests"] for c in chosen_states)
        return Reply(text=f"{count(number)} tests as reported {place}. Choose a state and I can be "
                     "exact.")  # fmt: skip
    level, age, said = _selection(workflow, slots)
    rows = [r for r in chosen(_rows(workflow, state), level, age) if _in_lga(r, slots)]
    found = figure(rows, workflow.definition)
    where = f"{slots['lga']}, {state}" if isinstance(slots.get("lga"), str) else state
    if of in ("tests", "positives"):
        number_of = found.tested if of == "tests" else found.positive
        return Reply(text=f"{count(number_of or 0)} {of} in {where} ({said}), from rows with both "
                     "tested and positive; blank cells are not zeros.")  # fmt: skip
    if of == "wards":
        return Reply(text=f"{count(len({(r.lga, r.ward) for r in rows if r.ward}))} wards in {where} "
                     f"({said}).")  # fmt: skip
    if of == "lgas":
        return Reply(text=f"{count(len({r.lga for r in rows}))} LGAs in {state} ({said}).")
    return Reply(text=f"{plural(found.facilities, 'facility', 'facilities')} in {where} ({said}); "
                 f"{count(found.reporting)} of them with tests.")  # fmt: skip


def _in_lga(row: BaseRow, slots: dict[str, Any]) -> bool:
    lga = slots.get("lga")
    return not isinstance(lga, str) or row.lga.casefold() == lga.casefold()


def _list(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    of, state = str(slots.get("of") or "states"), _state(workflow, slots)
    states = _counts(workflow)
    if of == "states" or state not in states:
        names = sorted(states)
    else:
        field = {"lgas": "lga", "wards": "ward", "facilities": "name"}.get(of, "lga")
        names = sorted(
            set(Facility.objects.filter(upload=workflow.upload, state=state)
                .exclude(**{field: ""}).values_list(field, flat=True))
        )  # fmt: skip
    shown = names[:40]
    more = f" and {count(len(names) - 40)} more" if len(names) > 40 else ""
    where = f" of {state}" if of != "states" and state else ""
    return Reply(
        text=f"{count(len(names))} {_COUNTED.get(of, of)}{where}: {', '.join(shown)}{more}."
    )


def _presence(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    states = _counts(workflow)
    for slot, field in (("state", "state"), ("lga", "lga"), ("ward", "ward"), ("facility", "name")):
        name = slots.get(slot)
        if not isinstance(name, str):
            continue
        found = Facility.objects.filter(upload=workflow.upload, **{f"{field}__iexact": name})
        number = found.count()
        if number:
            return Reply(text=f"Yes, {name} is in the file, with "
                         f"{plural(number, 'facility', 'facilities')}.")  # fmt: skip
        return Reply(text=f"No, {name} is not in the file. It has: {join(sorted(states)[:8])}.")
    return _overview(workflow, slots)


def _period(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    states, state = _counts(workflow), _state(workflow, slots)
    c = [states[state]] if state in states else list(states.values())
    firsts = [x["first_period"] for x in c if x["first_period"]]
    lasts = [x["last_period"] for x in c if x["last_period"]]
    if not firsts:
        return Reply(text="The file has no period column; it is read as one undated period.")
    number = max(x["periods"] for x in c)
    return Reply(text=f"{period(min(firsts), max(lasts))}, {plural(number, 'period')}.")


def _rate_text(place: str, said: str, found: Figure) -> str:
    if found.tpr is None:
        return f"There is no rate for {place} ({said}): {str(found.reason).replace('_', ' ')}."
    shown = f" (95 % interval {interval(found.low, found.high)})" if found.low is not None else ""
    return (
        f"TPR of {place} is {percent(found.tpr)}{shown}: {count(found.positive)} positive of "
        f"{count(found.tested)} tested, {count(found.reporting)} of "
        f"{plural(found.facilities, 'facility', 'facilities')} with tests ({said})."
    )


def _tpr(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    state = _state(workflow, slots)
    if state not in _counts(workflow):
        return Reply(text="For which state? Choose one and I can give its positivity.")
    level, age, said = _selection(workflow, slots)
    rows = chosen(_rows(workflow, state), level, age)
    place, ward = state, slots.get("ward")
    if isinstance(slots.get("lga"), str):
        place, rows = f"{slots['lga']}, {state}", [r for r in rows if _in_lga(r, slots)]
    if isinstance(ward, str):
        place = f"{ward}, {place}"
        rows = [r for r in rows if r.ward.casefold() == ward.casefold()]
        lgas = sorted({r.lga for r in rows})
        if len(lgas) > 1:
            return Reply(text=f"{ward} is a ward in {join(lgas)}. Which one do you mean?")
    return Reply(text=_rate_text(place, said, figure(rows, workflow.definition)),
                 heard=DEFINITION_LABELS[workflow.definition])  # fmt: skip


def _grouped(
    workflow: Workflow, slots: dict[str, Any], unit: str
) -> tuple[str, list[tuple[str, Figure]]]:
    state = _state(workflow, slots)
    assert state is not None
    everything = _rows(workflow, state)
    level, age, said = _selection(workflow, slots)
    if unit == "level":
        names = [v for v in ("primary", "secondary", "tertiary") if chosen(everything, v, age)]
        groups = [(LEVEL_LABELS[v], figure(chosen(everything, v, age), workflow.definition))
                  for v in names]  # fmt: skip
        return f"{state}, {AGE_LABELS[age].lower()}", groups
    if unit == "age":
        groups = [(AGE_LABELS[v], figure(chosen(everything, level, v), workflow.definition))
                  for v in ("u5", "o5", "pw")]  # fmt: skip
        return f"{state}, {LEVEL_LABELS[level].lower()}", groups
    rows = [r for r in chosen(everything, level, age) if _in_lga(r, slots)]
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


def _rank(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    unit, by = str(slots.get("unit") or "ward"), str(slots.get("by") or "tpr")
    if _state(workflow, slots) not in _counts(workflow):
        return Reply(text="Choose a state first; then I can rank its wards and LGAs.")
    if by not in _MEASURES or unit not in ("ward", "lga", "facility", "level", "age"):
        return _not_yet(workflow, slots)
    said, groups = _grouped(workflow, slots, unit)
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
        figures=[_figure_table(f"{word} {min(n, len(known))} by {by}", unit, known[:n])],
    )


def _figure_table(caption: str, unit: str, groups: list[tuple[str, Figure]]) -> dict[str, Any]:
    columns = [(unit.upper() if unit == "lga" else unit.capitalize(), False), ("Tested", True),
               ("Positive", True), ("TPR", True), ("95 % interval", True)]  # fmt: skip
    rows = [
        [
            name,
            count(f.tested or 0),
            count(f.positive or 0),
            percent(f.tpr),
            interval(f.low, f.high),
        ]
        for name, f in groups
    ]
    return table(caption, columns, rows)


def _breakdown(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    unit = str(slots.get("by") or "lga")
    if _state(workflow, slots) not in _counts(workflow):
        return Reply(text="Choose a state first; then I can break its figures down.")
    if unit not in ("lga", "ward", "level", "age", "facility"):
        return _not_yet(workflow, slots)
    said, groups = _grouped(workflow, slots, unit)
    return Reply(text=f"{said.capitalize() if not said[0].isupper() else said}.",
                 figures=[_figure_table(f"By {unit}", unit, groups[:40])])  # fmt: skip


def _exceeding(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    state = _state(workflow, slots)
    if state not in _counts(workflow):
        return _issues(workflow, slots)
    level, age, said = _selection(workflow, slots)
    f = figure(chosen(_rows(workflow, state), level, age), workflow.definition)
    return Reply(
        text=f"{plural(f.excluded_cells, 'pair')} with more positives than tests in {state} ({said}): "
        f"{count(f.excluded_tested)} tests, {count(f.excluded_positive)} positives. Treatment in "
        f"force: {workflow.exceeding}. They are listed under Quality."
    )


def _issues(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.selectors import issue_groups

    groups = issue_groups(workflow.upload)
    rows = [[g["sentence"], count(g["count"])] for g in groups[:15]]
    return Reply(
        text="Everything repaired, left out or noticed while reading; the stored file is unchanged.",
        figures=[table("Points", [("What", False), ("Count", True)], rows)],
        links=[{"href": "?tab=quality", "label": "Open Quality"}],
    )


def _missing(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    states, state = _counts(workflow), _state(workflow, slots)
    c = [states[state]] if state in states else list(states.values())
    filled, whole = sum(x["reports_with_tests"] for x in c), sum(x["reports"] for x in c)
    place = state if state in states else "the whole file"
    return Reply(text=f"{count(filled)} of {count(whole)} reports of {place} hold a test count "
                 f"({percent(100 * filled / whole if whole else None)}; denominator: rows present in "
                 "the file). Blank is missing, not zero.")  # fmt: skip


def _source(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    u = workflow.upload
    assert u is not None
    return Reply(text=f"File {u.original_name}, sheet '{u.sheet or 'the only one'}', header in row "
                 f"{u.header_row}, received {u.created_at:%d %b %Y}, SHA-256 {u.sha256[:12]}…")  # fmt: skip


def _places(status: str, words: str) -> Callable[[Workflow, dict[str, Any]], Reply]:
    def answer(workflow: Workflow, slots: dict[str, Any]) -> Reply:
        result = current_result(workflow)
        if result is None:
            return Reply(text="That is known once the ward TPR is there.")
        rows = [w for w in ward_figures(result) if w.status == status]
        if not rows:
            return Reply(text=f"None: there are no wards {words}.")
        shown = [[w.ward or "unknown ward", w.lga, count(w.tested or 0)] for w in rows[:25]]
        return Reply(
            text=f"{plural(len(rows), 'ward')} {words}.",
            figures=[table("Wards", [("Ward", False), ("LGA", False), ("Tested", True)], shown)],
            links=[{"href": "?tab=quality", "label": "Open Quality"}],
        )

    return answer


def _summary(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.replies.moves import result_summary

    result = current_result(workflow)
    return result_summary(result) if result else _tpr(workflow, slots)


def _not_yet(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    kind = str(slots.get("q") or slots.get("kind") or "this").replace("_", " ")
    return Reply(
        text=f"I understood a question about {kind}. That figure is not computed in this version; "
        "nearest: positivity of a place, highest and lowest wards, counts, completeness and the "
        "points under Quality."
    )


ANSWERS: dict[str, Callable[[Workflow, dict[str, Any]], Reply]] = {
    "overview": _overview, "columns": _overview, "count": _count, "list": _list,
    "presence": _presence, "period": _period, "feasibility": _period, "missing": _missing,
    "quality": _issues, "cleaning": _issues, "total_rows": _issues, "exceeding": _exceeding,
    "source": _source, "tpr": _tpr, "interval": _tpr, "sample_size": _tpr, "summary": _summary,
    "rank": _rank, "breakdown": _breakdown, "unmatched": _places("unmatched", "not on the ward list"),
    "no_data": _places("no_tests", "of the file without tests"),
    "low_volume": _places("too_few", "with fewer than 20 tests"),
}  # fmt: skip


def trend(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(text="Trends over years are not computed in this version. "
                 + _period_text(workflow) + " " + choices_here(workflow))  # fmt: skip


def _period_text(workflow: Workflow) -> str:
    if workflow.upload is None or not workflow.upload.counts:
        return "There is no file yet."
    return f"The file covers: {_period(workflow, {}).text}"


def compare(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Compare levels or age groups of the state; other comparisons say what is nearest."""
    of = str(slots.get("of") or "")
    unit = {"levels": "level", "ages": "age"}.get(of)
    state = _state(workflow, slots)
    if workflow.upload is None or not workflow.upload.counts or state is None:
        return Reply(text=f"There is nothing to compare yet. {choices_here(workflow)}")
    unit = unit or ("age" if slots.get("age") else "level")
    place, groups = _grouped(workflow, {}, unit)
    return Reply(text=f"{place}. Overlapping intervals do not prove that two rates are equal.\n\n"
                 + choices_here(workflow),
                 figures=[_figure_table(f"Compared by {unit}", unit, groups)])  # fmt: skip
