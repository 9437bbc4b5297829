"""Suggestions for the names that did not join: scored, one to one, for a person to judge.

domain/wards.md section 5. No suggestion is ever applied by the system.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from chatmrpt.common.names import clean_state, lga_key
from tpr.domain.assignment import assign
from tpr.domain.likeness import WEAKEST, Wording, score, wording
from tpr.domain.wardlists import Entry, ListWard, Place, Suggestion, zero_repairs

SHOWN: Final = 5
CLOSE: Final = 0.05
OTHER_LGA_CEILING: Final = 0.80
ONLY_PAIR_BONUS: Final = 0.05


def suggest(
    entries: list[Entry],
    place: Place | None,
    in_state: dict[str, Place],
    taken: dict[int, Entry],
) -> None:
    """Score the open names of one LGA against its free wards, and exact keys in other LGAs."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.group].append(entry)
    firsts = [group[0] for group in groups.values()]
    free = [ward for ward in place.wards if ward.id not in taken] if place else []
    pairs = _scored_pairs(firsts, free)
    best = assign({pair: value for pair, (value, _why) in pairs.items()})
    candidates: dict[int, list[tuple[bool, Suggestion]]] = defaultdict(list)
    for (row, column), (value, why) in pairs.items():
        candidates[row].append((best.get(row) == column, Suggestion(free[column], value, why)))
    for row, group in enumerate(groups.values()):
        elsewhere = _in_other_lgas(group[0], place, in_state, taken)
        chosen, remark = _ordered([*candidates[row], *((False, other) for other in elsewhere)])
        for entry in group:
            entry.suggestions = chosen
            entry.method = "suggested" if chosen else "none"
            entry.reason = entry.reason or remark or _why_none(entry, place)


def _scored_pairs(
    entries: list[Entry], free: list[ListWard]
) -> dict[tuple[int, int], tuple[float, str]]:
    if not entries or not free:
        return {}
    names = [_wordings(entry) for entry in entries]
    wards = [wording(w.name, state=clean_state(w.state), lga=lga_key(w.lga)) for w in free]
    bonus = ONLY_PAIR_BONUS if len(entries) == len(free) == 1 else 0.0
    pairs = {}
    for row, forms in enumerate(names):
        for column, ward in enumerate(wards):
            if free[column].id in entries[row].never:
                continue
            value, why = max((score(form, ward) for form in forms), key=lambda pair: pair[0])
            value = round(min(1.0, value + bonus), 3) if value else 0.0
            if value >= WEAKEST:
                pairs[row, column] = (value, why)
    return pairs


def _wordings(entry: Entry) -> list[Wording]:
    forms = [wording(entry.text, state=entry.state, lga=entry.lga, key=entry.key)]
    repairs = zero_repairs(entry.text)
    return forms + [wording(text, state=entry.state, lga=entry.lga) for text in repairs]


def _in_other_lgas(
    entry: Entry, place: Place | None, in_state: dict[str, Place], taken: dict[int, Entry]
) -> list[Suggestion]:
    return [
        Suggestion(ward, OTHER_LGA_CEILING, "other LGA")
        for other in in_state.values()
        if other is not place
        for ward in other.by_key.get(entry.key, [])
        if ward.id not in taken and ward.id not in entry.never
    ]


def _ordered(candidates: list[tuple[bool, Suggestion]]) -> tuple[tuple[Suggestion, ...], str]:
    """At most five, best first; the assigned one leads unless another is within 0.05 of it."""
    ranked = sorted(candidates, key=lambda c: (-c[1].score, not c[0], c[1].ward.code))
    if not ranked:
        return (), ""
    scores = [suggestion.score for _first, suggestion in ranked]
    if len(scores) > 1 and scores[0] - scores[1] < CLOSE:
        return tuple(s for _f, s in ranked[:SHOWN]), "two candidates are close: none leads"
    leading = [c for c in ranked if c[0]] + [c for c in ranked if not c[0]]
    remark = leading[0][1].reason
    return tuple(suggestion for _first, suggestion in leading[:SHOWN]), remark


def _why_none(entry: Entry, place: Place | None) -> str:
    if not entry.lga:
        return "no LGA stated: without it a ward name has no identity"
    if place is None:
        return f"the list has no LGA “{entry.data.lga}” in {entry.state or 'this state'}"
    return "no ward of the LGA has this name"
