"""Joining the wards of a data file to the wards of a boundary list, one to one, never by guess.

State first, then LGA inside the state, then ward inside the LGA (domain/wards.md sections 1 to 5).
Only an equal code, an equal text or an equal key joins; everything else is a suggestion for a
person. Without an LGA there is no identity: such a ward joins by its code or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from chatmrpt.common.names import (
    clean_state,
    final_number,
    is_unknown_ward,
    lga_key,
    row_prefix,
    spaceless,
    strip_prefix,
    tidy,
    ward_key,
)
from chatmrpt.common.states import state_by_name
from tpr.domain.suggesting import suggest
from tpr.domain.wardlists import (
    MATCHED,
    DataWard,
    Decision,
    Entry,
    ListWard,
    MatchOutcome,
    Method,
    Place,
    Suggestion,
    memory_key,
    zero_repairs,
)

__all__ = [
    "MATCHED",
    "DataWard",
    "Decision",
    "ListWard",
    "MatchOutcome",
    "Method",
    "Suggestion",
    "match",
]


def match(
    data_wards: Sequence[DataWard],
    list_wards: Sequence[ListWard],
    decisions: Sequence[Decision] = (),
) -> list[MatchOutcome]:
    """Join data wards to the wards of one boundary list.

    Parameters
    ----------
    data_wards
        Wards as written (DHIS2 prefixes allowed) or as cleaned, in any order, repeats allowed.
    list_wards
        All wards of one list with different codes; other states than those of the data are
        ignored.
    decisions
        What people said before about names of these LGAs, one per name beside ``different``. The
        word of a person about a name goes before the rules for that name; where its ward belongs
        to another name by code, text or key, the name waits for a person.

    Returns
    -------
    list of MatchOutcome
        One per data ward, in the same order. A list ward is joined to one data ward only;
        spelling variants of one key in one LGA (``Akanbi V``, ``Akanbi 5``) count as one and say
        so. Unknown wards have method ``none`` and no suggestion.

    Notes
    -----
    Steps: code (same state), exact text, equal key or equal space-free key that is unique on the
    list's side, the "0" repair, then suggestions: domain/wards.md sections 2, 4 and 5. An LGA that
    is not in the list is never searched across LGAs except for suggestions, at most 0.80.
    """
    entries = _entries(data_wards)
    distinct = list(entries.values())
    _remind(distinct, decisions)
    index = _index(list_wards, {entry.state for entry in distinct})
    taken = _by_code(distinct, list_wards)
    here: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in distinct:
        if not is_unknown_ward(entry.text):
            here[entry.state, entry.lga].append(entry)
        elif entry.ward is None:
            entry.reason = "no ward stated"
    found = {key: _place_of(*key, index) for key in here}
    for key, group in here.items():
        place = found[key]
        if place is not None:
            _by_name([e for e in group if not _settled(e)], place, taken)
    _by_memory(distinct, {ward.id: ward for ward in list_wards}, taken)
    for group in here.values():
        _note_variants(group)
    for key, group in here.items():
        still_open = [entry for entry in group if entry.ward is None and not _closed(entry)]
        if still_open:
            suggest(still_open, found[key], index.get(key[0], {}), taken)
    return [_outcome(entries[data]) for data in data_wards]


def _remind(entries: Iterable[Entry], decisions: Sequence[Decision]) -> None:
    """Give each name what was decided about it."""
    said: dict[tuple[str, str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        said[decision.state, decision.lga_key, decision.name_key].append(decision)
    for entry in entries if said else ():
        known = said.get((entry.state, entry.lga, memory_key(entry.key)), [])
        entry.decision = next((d for d in known if d.kind != "different"), None)
        entry.never = frozenset(d.ward_id for d in known if d.kind == "different" and d.ward_id)


def _settled(entry: Entry) -> bool:
    return entry.decision is not None


def _closed(entry: Entry) -> bool:
    return entry.decision is not None and entry.decision.kind == "not_on_list"


def _by_memory(
    entries: Iterable[Entry], wards: Mapping[int, ListWard], taken: dict[int, Entry]
) -> None:
    """Step 4: what a person said, unless the ward is somebody else's by now."""
    for entry in entries:
        said = entry.decision
        if said is None or entry.ward is not None:
            continue
        when = f" on {said.since:%d %b %Y}" if said.since else ""
        if said.kind == "not_on_list":
            entry.reason = f"marked as not on this list{when}"
            continue
        ward = wards.get(said.ward_id or 0)
        if ward is None:
            continue
        how = f"remembered from {said.since:%d %b %Y}" if said.since else "remembered"
        if said.kind == "merge":
            taken.setdefault(ward.id, entry)
            entry.take(ward, "alias", f"{how}: the same ward under two names")
        else:
            _take_if_free(entry, ward, "alias", how, taken)


def _entries(data_wards: Sequence[DataWard]) -> dict[DataWard, Entry]:
    """Clean each distinct data ward and give it its keys."""
    distinct = dict.fromkeys(data_wards)
    states = {text: clean_state(text) for text in {data.state for data in distinct}}
    rows = [(data, states[data.state], row_prefix(data.state, data.lga)) for data in distinct]
    common = _prefix_of_every_ward(rows)
    entries = {}
    for data, state, prefix in rows:
        prefix = prefix or common.get(state)
        lga = lga_key(data.lga, prefix)
        text = strip_prefix(tidy(data.ward), prefix)
        entries[data] = Entry(data, state, lga, text, ward_key(text, lga=lga))
    return entries


def _prefix_of_every_ward(rows: Iterable[tuple[DataWard, str, str | None]]) -> dict[str, str]:
    """The prefix of a state when all its wards (two or more) carry it: wards.md 3.1."""
    wards: dict[str, set[str]] = defaultdict(set)
    for data, state, _prefix in rows:
        if not is_unknown_ward(data.ward):
            wards[state].add(tidy(data.ward))
    found = {}
    for name, texts in wards.items():
        known = state_by_name(name)
        prefix = known.prefixes[0] if known else ""
        if len(texts) > 1 and all(strip_prefix(text, prefix) != text for text in texts):
            found[name] = prefix
    return found


def _index(list_wards: Sequence[ListWard], states: set[str]) -> dict[str, dict[str, Place]]:
    index: dict[str, dict[str, Place]] = defaultdict(dict)
    names = {text: clean_state(text) for text in {ward.state for ward in list_wards}}
    lgas = {text: lga_key(text) for text in {ward.lga for ward in list_wards}}
    for ward in list_wards:
        state, lga = names[ward.state], lgas[ward.lga]
        if state not in states:
            continue
        place = index[state].setdefault(lga, Place())
        key = ward_key(ward.name, lga=lga)
        place.wards.append(ward)
        place.by_text[tidy(ward.name)].append(ward)
        place.by_key[key].append(ward)
        place.by_group[spaceless(key), final_number(key)].append(ward)
    return index


def _place_of(state: str, lga: str, index: dict[str, dict[str, Place]]) -> Place | None:
    """Find the LGA in its state: equal key, equal space-free key, or the "0" repair, if unique."""
    places = index.get(state, {})
    if not lga:
        return None
    if lga in places:
        return places[lga]
    for wanted in ({spaceless(lga)}, {spaceless(lga_key(text)) for text in zero_repairs(lga)}):
        equal = [place for key, place in places.items() if spaceless(key) in wanted]
        if len(equal) == 1:
            return equal[0]
    return None


def _by_code(entries: Iterable[Entry], list_wards: Iterable[ListWard]) -> dict[int, Entry]:
    """Step 1. Returns the list wards taken so far, with the data ward that took each."""
    by_code = {ward.code: ward for ward in list_wards if ward.code}
    taken: dict[int, Entry] = {}
    for entry in entries:
        ward = by_code.get(tidy(entry.data.code)) if entry.data.code else None
        if ward is None:
            continue
        if entry.state and clean_state(ward.state) != entry.state:
            entry.reason = f"code {ward.code} is a ward of {ward.state} in the list"
            continue
        named = ward_key(ward.name, lga=ward.lga)
        differs = entry.key != named and spaceless(entry.key) != spaceless(named)
        entry.take(ward, "exact", f"code; the list calls it {ward.name}" if differs else "code")
        taken.setdefault(ward.id, entry)
    return taken


def _by_name(entries: list[Entry], place: Place, taken: dict[int, Entry]) -> None:
    """Steps 2 and 3, then the "0" repair for what is left, inside one LGA."""
    for entry in entries:
        if entry.ward is not None:
            continue
        text = place.by_text.get(entry.text, [])
        fitting = text or place.by_key.get(entry.key) or place.by_group.get(entry.group, [])
        fitting = [ward for ward in fitting if ward.id not in entry.never]
        if len(fitting) > 1:
            entry.reason = "the list has this name more than once in the LGA"
        elif fitting:
            method: Method = "exact" if text else "normalised"
            how = "same text" if text else "same key"
            _take_if_free(entry, fitting[0], method, how, taken)
    for entry in entries:
        if entry.ward is None and not entry.reason:
            _by_zero_repair(entry, place, taken)


def _take_if_free(
    entry: Entry, ward: ListWard, method: Method, reason: str, taken: dict[int, Entry]
) -> None:
    holder = taken.setdefault(ward.id, entry)
    second = holder.decision is not None and holder.decision.kind == "merge"
    if holder is entry or holder.group == entry.group or second:
        entry.take(ward, method, reason)
    else:
        entry.reason = f"{ward.name} is already joined to “{holder.data.ward}”"


def _by_zero_repair(entry: Entry, place: Place, taken: dict[int, Entry]) -> None:
    found: dict[int, tuple[ListWard, str]] = {}
    for text in zero_repairs(entry.text):
        for ward in place.by_key.get(ward_key(text, lga=entry.lga), []):
            if ward.id not in entry.never:
                found.setdefault(ward.id, (ward, text))
    if len(found) == 1:
        ward, text = next(iter(found.values()))
        if ward.id not in taken:
            _take_if_free(entry, ward, "normalised", f"repaired: 0 read as in “{text}”", taken)


def _note_variants(entries: Iterable[Entry]) -> None:
    """Say on each spelling variant which other spellings were counted as the same ward."""
    joined: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.ward is not None:
            joined[entry.ward.id].append(entry)
    for group in joined.values():
        spellings = sorted({tidy(entry.data.ward) for entry in group})
        for entry in group if len(spellings) > 1 else ():
            others = ", ".join(s for s in spellings if s != tidy(entry.data.ward))
            entry.reason += f"; also written {others}"


def _outcome(entry: Entry) -> MatchOutcome:
    joined = entry.ward is not None
    best = max((s.score for s in entry.suggestions), default=0.0)
    return MatchOutcome(
        data=entry.data,
        ward=entry.ward,
        method=entry.method,
        score=1.0 if joined else best,
        suggestions=() if joined else entry.suggestions,
        reason=entry.reason,
        decision=entry.decision,
    )
