"""Numbers of the list on screen (workflow.md §2.2, slot ``item``)."""

from __future__ import annotations

import re

from .facts import Facts
from .normalise import is_word
from .reading import SLOTS, Candidate, Command
from .vocabulary.wordlist import wordset

_NUMBER_WORDS_AROUND = wordset(
    """i want choose pick select take go with for the lets use my answer is option number choice
    item one please it we will would like to make give me prefer say enter na ok okay just
    type typed um let us wan a only then am selection and or on list top menu chosen no yes
    sorry meant actually instead"""
)
_CODE = re.compile(r"[{}\[\]*\\^~|=$_@<>≤≥]")


def item(facts: Facts) -> Candidate | None:
    """A number that is the whole answer, or that stands with option/number/an ordinal."""
    shown = facts.context.list_on_screen
    if not shown or _CODE.search(facts.said.raw):
        return None
    last = facts.has("last one", "the last", "last option")
    if any(span.kind not in ("all_alone",) for span in facts.spans):
        return None
    taken = {i for number in facts.numbers for i in range(number.start, number.end)}
    rest = {
        word
        for i, word in enumerate(facts.tokens)
        if is_word(word) and i not in taken and not _around_number(word, facts)
    }
    only_one = all(facts.tokens[n.start] == "one" for n in facts.numbers)
    if last and only_one and rest <= {"last"} and not facts.negation.present:
        return _resolved(facts, len(shown))
    if not facts.numbers or rest:
        return None
    if any(word in ("+", "<", ">", "≥", "≤", ">=", "<=", "/", "%") for word in facts.tokens):
        return None
    values = tuple(dict.fromkeys(number.plain for number in facts.numbers))
    slot = shown[0][0] if shown[0][0] in SLOTS else "input"
    named = [shown[int(v) - 1][1] for v in values if v == int(v) and 1 <= v <= len(shown)]
    if facts.negation.present:
        return Candidate(Command.CLARIFY, {"about": slot, "exclude": named})
    if len(values) > 1 or facts.hedged:
        return Candidate(Command.CLARIFY, {"about": slot, "candidates": named})
    value = values[0]
    if value != int(value) or not 1 <= value <= len(shown):
        return Candidate(Command.ERROR, {"kind": "number_out_of_range", "number": value})
    return _resolved(facts, int(value))


def _around_number(word: str, facts: Facts) -> bool:
    return word in _NUMBER_WORDS_AROUND or word in facts.words.fillers or word == "not"


def _resolved(facts: Facts, number: int) -> Candidate:
    slot, value = facts.context.list_on_screen[number - 1]
    if slot not in SLOTS:
        return Candidate(Command.SELECT, {"item": number})
    return Candidate(Command.SELECT, {slot: value}, heard=((f"option {number}", slot, value),))
