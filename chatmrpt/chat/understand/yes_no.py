"""Yes and no, at stages that ask for it, whole text only (workflow.md §2.6)."""

from __future__ import annotations

from .asking import Asking
from .facts import Facts
from .normalise import is_word, squeeze
from .reading import YES_NO_STAGES, Candidate, Command
from .vocabulary import Vocabulary
from .vocabulary.talk import ANSWER_TAIL

_DELAY = frozenset({"tomorrow", "later", "yet", "not"})
THUMBS = {"👍": Command.CONFIRM, "✅": Command.CONFIRM, "👎": Command.REJECT, "❌": Command.REJECT}


def thumbs(facts: Facts) -> Candidate | None:
    """👍 ✅ 👎 ❌ alone, with or without a skin tone."""
    marks = {THUMBS[sign] for sign in THUMBS if sign in facts.said.raw}
    if facts.said.words or len(marks) != 1:
        return None
    if facts.context.stage in YES_NO_STAGES:
        return Candidate(marks.pop())
    return None


def yes_no(facts: Facts, kind: Asking) -> Candidate | None:
    """``confirm``, ``reject``, or the question back when it is neither clear nor absent."""
    if kind is Asking.QUESTION or not facts.said.words:
        return None
    yes, no, weak, rest = _parts(tuple(t for t in facts.tokens if is_word(t)), facts.words)
    if not (yes or no or weak):
        return (
            Candidate(Command.CLARIFY, {"about": "yes_no"}, 0.6)
            if facts.hedged and not rest
            else None
        )
    unclear = Candidate(Command.CLARIFY, {"about": "yes_no"}, 0.6)
    if facts.context.stage not in YES_NO_STAGES:
        if rest:
            return None
        about = facts.context.pending or {"awaiting_upload": "file", "nets": "nets"}.get(
            facts.context.stage, "input"
        )
        return Candidate(Command.CLARIFY, {"about": about}, 0.6)
    if rest or facts.hedged or kind is Asking.ECHO or (yes and no):
        return unclear
    if no:
        return Candidate(Command.REJECT)
    if (facts.negation.present and not weak) or set(facts.tokens) & _DELAY:
        return unclear
    return Candidate(Command.CONFIRM) if yes else unclear


def _parts(words: tuple[str, ...], table: Vocabulary) -> tuple[int, int, int, list[str]]:
    yes = no = weak = 0
    rest: list[str] = []
    i = 0
    while i < len(words):
        no_phrase = next((p for p in table.no_phrases if words[i : i + len(p)] == p), None)
        yes_phrase = next(
            ((p, w) for p, w in table.yes_phrases if words[i : i + len(p)] == p), None
        )
        word = words[i] if words[i] in table.known else squeeze(words[i])
        if no_phrase:
            no += 1
            i += len(no_phrase)
            continue
        if yes_phrase:
            if yes_phrase[1]:
                weak += 1
            else:
                yes += 1
            i += len(yes_phrase[0])
            continue
        single = len(word) == 1 and any(w not in table.fillers for w in words[:i] + words[i + 1 :])
        if single and word in table.yes | table.no:
            rest.append(word)  # "n/a" is no answer
        elif word in table.yes and not (word == "right" and len(words) > 1):
            yes += 1
        elif word in table.no:
            no += 1
        elif word not in ANSWER_TAIL and word not in table.fillers:
            rest.append(word)
        i += 1
    return yes, no, weak, rest
