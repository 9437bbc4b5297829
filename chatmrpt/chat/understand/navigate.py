"""Navigation, greetings and small talk: whole texts only (workflow.md §3)."""

from __future__ import annotations

from .asking import Asking, asking
from .facts import Facts
from .reading import ACTING, YES_NO_STAGES, Candidate, Command
from .spelling import is_swap
from .vocabulary import phrase
from .vocabulary.navigation import BACK_ARTICLES, TARGET_ENDINGS
from .vocabulary.speech import PREFIXES, SUFFIXES
from .vocabulary.talk import GREETINGS, SMALLTALK
from .vocabulary.wordlist import wordset

_PREFIXES = tuple(phrase(text) for text in PREFIXES)
_SUFFIXES = tuple(phrase(text) for text in SUFFIXES)
_GREETINGS = frozenset(phrase(text) for text in GREETINGS)
_SMALLTALK = frozenset(phrase(text) for text in SMALLTALK)


def navigate(facts: Facts) -> Candidate | None:
    """A navigation command if the whole text is one, else ``None``."""
    kind = asking(facts)
    for words in _forms(facts):
        meaning = facts.words.navigation.get(words)
        if meaning:
            found = _candidate(facts, meaning, kind)
            if found:
                return found
        target = _target(words, facts)
        if target:
            found = _candidate(facts, ("back", target), kind)
            if found and not facts.negation.present and not facts.numbers:
                return found
    if len(facts.core) == 1 and len(facts.core[0]) >= 4:
        word = facts.core[0]
        if word not in facts.words.known:
            for known, meaning in facts.words.navigation.items():
                if len(known) == 1 and is_swap(word, known[0]):
                    return Candidate(
                        Command(meaning[0]), {}, 0.8, heard=((word, "command", meaning[0]),)
                    )
    return _restart_with_slots(facts, kind)


def _forms(facts: Facts) -> list[tuple[str, ...]]:
    """The whole text, without fillers, and without polite openings and endings."""
    forms = [facts.exact_core, facts.core]
    for words in (facts.exact_core, facts.core):
        for _ in range(3):
            cut = next(
                (
                    words[len(p) :]
                    for p in _PREFIXES
                    if words[: len(p)] == p and len(words) > len(p)
                ),
                words,
            )
            if cut == words:
                break
            words = cut
            forms.append(words)
    for words in tuple(forms):
        for suffix in _SUFFIXES:
            if len(words) > len(suffix) and words[-len(suffix) :] == suffix:
                forms.append(words[: -len(suffix)])
    return forms


def _target(words: tuple[str, ...], facts: Facts) -> str | None:
    """ "back to the facility step": a stem, an article, a stage, nothing else."""
    for stem in facts.words.back_stems:
        if words[: len(stem)] != stem:
            continue
        rest = words[len(stem) :]
        while rest and rest[0] in BACK_ARTICLES:
            rest = rest[1:]
        while rest and rest not in facts.words.back_targets and rest[-1] in TARGET_ENDINGS:
            rest = rest[:-1]
        if rest in facts.words.back_targets:
            return facts.words.back_targets[rest]
    return None


def _candidate(facts: Facts, meaning: tuple[str, str], kind: Asking) -> Candidate | None:
    command, value = Command(meaning[0]), meaning[1]
    if facts.context.stage in YES_NO_STAGES and facts.exact_core[:2] in (
        ("stop", "here"),
        ("no", "wait"),
    ):
        return None
    unsure = facts.hedged and command is not Command.HELP  # "I don't know what to do" asks for help
    if facts.exact_core[:1] in (("not",), ("never",), ("maybe",)) or unsure:
        return None
    if command in ACTING and kind in (Asking.QUESTION, Asking.ECHO):
        return Candidate(Command.CLARIFY, {"about": "yes_no"}, 0.6)
    if command is Command.BACK and value:
        return Candidate(command, {"target": value})
    if command is Command.HELP:
        return Candidate(command, {"topic": value or "stage"})
    return Candidate(command)


def _restart_with_slots(facts: Facts, kind: Asking) -> Candidate | None:
    """ "restart with Kano", "start over for pregnant women"."""
    if kind is Asking.QUESTION or facts.negation.present or facts.hedged:
        return None
    slots = {s: facts.values(s) for s in ("state", "level", "age")}
    if not any(slots.values()) or any(len(v) > 1 for v in slots.values()):
        return None
    taken = {i for s in facts.spans for i in range(s.start, s.end)}
    rest = tuple(
        t
        for i, t in enumerate(facts.tokens)
        if i not in taken and t[0].isalnum() and t not in _AROUND
    )
    if rest and rest != ("reset",) and facts.words.navigation.get(rest) == ("restart", ""):
        return Candidate(Command.RESTART, {name: v[0] for name, v in slots.items() if v})
    return None


_AROUND = wordset(
    """with for using and at in state the facilities facility age group please pls data abeg on"""
)


def greet(facts: Facts) -> Candidate | None:
    """A greeting, thanks or small talk, alone or before "I'd like to analyse some data"."""
    words = facts.exact_core
    for start in range(1, min(5, len(words)) + 1):
        if words[:start] in _GREETINGS:
            rest = words[start:]
            if not rest or all(word in _POLITE_REST for word in rest) or (rest in _SMALLTALK):
                return Candidate(Command.GREET)
            no_option = (
                not facts.spans and asking(facts) is not Asking.QUESTION and not facts.numbers
            )
            if (
                no_option
                and all(w in _WISH for w in rest)
                and facts.context.stage == "awaiting_upload"
            ):
                return Candidate(Command.GREET)
    if words in _SMALLTALK or facts.core in _SMALLTALK:
        return Candidate(Command.SMALLTALK)
    tail = tuple(w for w in words if w not in _POLITE_REST)
    if tail in _SMALLTALK or (
        words and not tail and {"thanks", "thank", "merci", "tnx", "thx"} & set(words)
    ):
        return Candidate(Command.SMALLTALK)
    return None


_POLITE_REST = wordset(
    """sir ma madam boss oga chatmrpt bot there all everyone team o my friend dear chief you na
    bros how are thank thanks so much very"""
)
_WISH = wordset(
    """i would like to want need analyze analyse some malaria data the my a we have look at work
    on with please am here for do analysis can you help me us wan from states programme our
    tpr use this tool"""
)
