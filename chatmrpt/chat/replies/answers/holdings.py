"""What the file holds: counts, names, periods, completeness, remarks, source."""

from typing import Any

from chatmrpt.chat.replies.answers.scope import (
    in_lga,
    rows_of_state,
    selection,
    state_counts,
    state_of_question,
)
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, join, percent, period, plural, table
from tpr.domain.positivity import chosen, figure
from tpr.models import Facility, Workflow


def overview(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    upload, states = workflow.upload, state_counts(workflow)
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


def count_things(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    of = str(slots.get("of") or "facilities")
    states, state = state_counts(workflow), state_of_question(workflow, slots)
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
        return covered_period(workflow, slots)
    if of == "unknown_wards" or state not in states:
        total = (workflow.upload.counts or {}).get("unknown_ward_rows") if workflow.upload else None
        if of == "unknown_wards":
            return Reply(text=f"{count(total or 0)} rows have no ward. They count for the LGA and "
                         "the state, not for any ward.")  # fmt: skip
        number = sum(c["tests"] for c in chosen_states)
        return Reply(text=f"{count(number)} tests as reported {place}. Choose a state and I can be "
                     "exact.")  # fmt: skip
    level, age, said = selection(workflow, slots)
    rows = [r for r in chosen(rows_of_state(workflow, state), level, age) if in_lga(r, slots)]
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


def list_names(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    of, state = str(slots.get("of") or "states"), state_of_question(workflow, slots)
    states = state_counts(workflow)
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


def presence(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    states = state_counts(workflow)
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
    return overview(workflow, slots)


def covered_period(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    states, state = state_counts(workflow), state_of_question(workflow, slots)
    c = [states[state]] if state in states else list(states.values())
    firsts = [x["first_period"] for x in c if x["first_period"]]
    lasts = [x["last_period"] for x in c if x["last_period"]]
    if not firsts:
        return Reply(text="The file has no period column; it is read as one undated period.")
    number = max(x["periods"] for x in c)
    return Reply(text=f"{period(min(firsts), max(lasts))}, {plural(number, 'period')}.")


def issues(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    from chatmrpt.chat.selectors import issue_groups

    groups = issue_groups(workflow.upload)
    rows = [[g["sentence"], count(g["count"])] for g in groups[:15]]
    return Reply(
        text="Everything repaired, left out or noticed while reading; the stored file is unchanged.",
        figures=[table("Points", [("What", False), ("Count", True)], rows)],
        links=[{"href": "?tab=quality", "label": "Open Quality"}],
    )


def missing(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    states, state = state_counts(workflow), state_of_question(workflow, slots)
    c = [states[state]] if state in states else list(states.values())
    filled, whole = sum(x["reports_with_tests"] for x in c), sum(x["reports"] for x in c)
    place = state if state in states else "the whole file"
    return Reply(text=f"{count(filled)} of {count(whole)} reports of {place} hold a test count "
                 f"({percent(100 * filled / whole if whole else None)}; denominator: rows present in "
                 "the file). Blank is missing, not zero.")  # fmt: skip


def source(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    u = workflow.upload
    assert u is not None
    return Reply(text=f"File {u.original_name}, sheet '{u.sheet or 'the only one'}', header in row "
                 f"{u.header_row}, received {u.created_at:%d %b %Y}, SHA-256 {u.sha256[:12]}…")  # fmt: skip
