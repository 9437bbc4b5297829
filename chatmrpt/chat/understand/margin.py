"""How far the best reading is from the second: one number between 0 and 1 (workflow.md §9).

Two things compete with an action: another option that is nearly what was typed, and that nothing
was decided at all. Another option is as strong as its spelling is near to the word typed; "nothing
decided" is as strong as the part of the sentence that the action leaves unsaid. What is left of
the best reading's own score is the margin; below `MARGIN_LIMIT` a question is asked instead.

A question or a figure changes nothing, so it is answered by the order of the rules even when
another answer is near; its margin begins at the limit and grows with the distance of the two.
"""

from __future__ import annotations

from .facts import Facts
from .normalise import is_word
from .reading import ACTING, MARGIN_LIMIT, Candidate, Command
from .spelling import distance
from .vocabulary.talk import CARRIERS

UNSAID = 0.5
"""Strength of "nothing was decided" when no word of the text belongs to the action."""
CHOOSING = frozenset({Command.SELECT, Command.SWITCH, Command.START_TPR})
_OPTIONS = frozenset({"state", "level", "age", "child"})


def margin_of(facts: Facts, candidates: list[Candidate]) -> float:
    """Distance of the best candidate from what competes with it, rounded to three decimals."""
    best = candidates[0]
    rivals = [
        c.score
        for c in candidates[1:]
        if (c.command, dict(c.slots)) != (best.command, dict(best.slots))
    ]
    if best.command in ACTING:
        rivals += [_other_option(facts, best), _nothing_decided(facts, best)]
    gap = max(0.0, min(1.0, best.score - max(rivals, default=0.0)))
    if best.command not in ACTING and best.command is not Command.CLARIFY:
        gap = MARGIN_LIMIT + (1 - MARGIN_LIMIT) * gap
    return round(gap, 3)


def _other_option(facts: Facts, best: Candidate) -> float:
    """Nearness of the words chosen to a word for another value: 1 minus the share that differs."""
    if best.command not in CHOOSING:
        return 0.0
    near = 0.0
    for span in facts.spans:
        if span.kind not in _OPTIONS or facts.is_negated(span) or " " in span.surface:
            continue
        # As where misspelt words are read: the first letter is always right.
        for word, (kind, value) in facts.words.spelling.get(span.surface[0], {}).items():
            longest = max(len(word), len(span.surface))
            if kind in _OPTIONS and value != span.value:
                far = distance(span.surface, word, 2)
                near = max(near, 1 - far / longest if far <= 2 else 0.0)
    return near


def _nothing_decided(facts: Facts, best: Candidate) -> float:
    """The part of the text that says nothing towards the action; usual words count half."""
    inside = {i for s in facts.spans for i in range(s.start, s.end)}
    inside |= {i for n in facts.numbers for i in range(n.start, n.end)}
    answers = best.command in (Command.CONFIRM, Command.REJECT)
    own = facts.words.yes | facts.words.no if answers else frozenset()
    unsaid, words = 0.0, 0
    for i, token in enumerate(facts.tokens):
        if not is_word(token):
            continue
        words += 1
        if i in inside or token in facts.words.fillers or token in own:
            continue
        if token in CARRIERS:
            unsaid += 0.5 if best.command in CHOOSING else 0.25
        elif best.command in CHOOSING or token not in facts.words.known:
            unsaid += 1
    return UNSAID * unsaid / words if words else 0.0
