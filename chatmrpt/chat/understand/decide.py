"""Order of reading, margin, and the question asked back when nothing is clear."""

from __future__ import annotations

from .asking import Asking, asking
from .facts import Facts
from .figures import answers
from .listed import item
from .margin import margin_of
from .navigate import greet, navigate
from .normalise import LONGEST, Utterance
from .places import place_trouble
from .plans import compare_plans, what_if
from .reading import ACTING, MARGIN_LIMIT, Candidate, Command, Context, Heard, Reading
from .selection import select
from .tasks import acting_tasks, other_tasks
from .vague import vague
from .vocabulary import Vocabulary
from .yes_no import thumbs, yes_no

_ABOUT = {
    "awaiting_upload": "file",
    "reading_upload": "file",
    "review_upload": "yes_no",
    "state_selection": "state",
    "state_confirmation": "yes_no",
    "facility_selection": "level",
    "age_group_selection": "age",
    "threshold_check": "yes_no",
    "nets": "nets",
}


def understand(text: str, context: Context, vocabulary: Vocabulary | None = None) -> Reading:
    """Read one utterance.

    Parameters
    ----------
    text
        As typed; may be empty.
    context
        Stage, lists on screen and names of the data.
    vocabulary
        Tables to read with; the shipped ones when omitted.

    Returns
    -------
    Reading
        Exactly one command of the closed list. Deterministic, without I/O. An acting command is
        returned only when nearly every word of the text is explained by it (workflow.md §2).
    """
    facts = Facts(Utterance.of(text), context, vocabulary or Vocabulary.default())
    candidates = _candidates(facts)
    best = candidates[0]
    margin = margin_of(facts, candidates)
    if best.command in ACTING and margin < MARGIN_LIMIT:
        best = Candidate(Command.CLARIFY, {"about": about_stage(context)}, best.score)
    return Reading(
        command=best.command,
        slots=best.slots,
        clarify=best.command is Command.CLARIFY,
        margin=margin,
        heard=sentence(best.heard),
        readings=tuple(candidates),
    )


def about_stage(context: Context) -> str:
    """What a clarification is about when the text gives no hint."""
    return _ABOUT.get(context.stage, "input")


def _candidates(facts: Facts) -> list[Candidate]:
    nothing = Candidate(Command.CLARIFY, {"about": "input"}, 0.5)
    thumb = thumbs(facts)
    if thumb:
        return [thumb]
    if not facts.said.words or len(facts.said.raw) > LONGEST:
        symbols = (
            select(facts, Asking.NO) if facts.spans and len(facts.said.raw) <= LONGEST else None
        )
        return [symbols or nothing]
    kind = asking(facts)
    moved = navigate(facts)
    if moved:
        return [moved]
    first = greet(facts) or vague(facts, kind)
    if first:
        return [first]
    scenario = what_if(facts) or compare_plans(facts)
    if scenario:
        return [scenario]
    figures = answers(facts)
    shown = other_tasks(facts, kind)
    if kind is Asking.QUESTION:
        found = ([shown] if shown else []) + figures
        return found or [_not_understood(facts, kind)]
    refused = [f for f in figures if f.command is Command.REFUSE]
    if refused:
        return refused
    acting = acting_tasks(facts, kind)
    if acting:
        return [acting]
    if shown:
        return [shown, *figures[:1]]
    number = item(facts)
    if number:
        return [number]
    trouble = place_trouble(facts, figures)
    if trouble:
        return [trouble]
    chosen = select(facts, kind)
    if chosen and (chosen.command is not Command.CLARIFY or chosen.score >= 0.9):
        return [chosen]
    answer = yes_no(facts, kind)
    if answer and answer.command is not Command.CLARIFY:
        return [answer]
    if figures and not (facts.negation.present and (chosen or _forbids(facts))):
        return figures
    if chosen:
        return [chosen]
    return [answer or _not_understood(facts, kind)]


def _forbids(facts: Facts) -> bool:
    """ "Don't show the map yet" is no request for the map."""
    start = facts.tokens[facts.opening : facts.opening + 2]
    return start == ("do", "not") or start[:1] == ("never",) or facts.tokens[:2] == ("do", "not")


def _not_understood(facts: Facts, kind: Asking) -> Candidate:
    """Known words but no reading: ask; nothing known at all: say so."""
    known = [w for w in facts.said.words if w in facts.words.known and len(w) > 1]
    if (
        facts.context.stage == "state_selection"
        and kind is not Asking.QUESTION
        and len(facts.said.words) <= 3
        and ("state" in facts.tokens)
    ):
        return Candidate(Command.ERROR, {"kind": "unknown_state"}, 0.5)
    if not known:
        return Candidate(Command.UNKNOWN, {}, 0.3)
    about = about_stage(facts.context)
    named = facts.values(about)
    more = {"candidates": list(named)} if len(named) > 1 else {}
    return Candidate(Command.CLARIFY, {"about": about, **more}, 0.3)


_NAMES = {
    "primary": "Primary",
    "secondary": "Secondary",
    "tertiary": "Tertiary",
    "u5": "Under 5",
    "o5": "5 and over",
    "pw": "Pregnant women",
}
_ALL = {"level": "All facilities", "age": "All ages"}


def sentence(heard: tuple[Heard, ...]) -> str:
    """ "Understood “phc” as Primary": one clause per option whose words were not its own."""
    clauses = []
    for surface, slot, value in heard:
        name = _ALL.get(slot, value) if value == "all" else _NAMES.get(value, value)
        if surface not in (value.casefold(), name.casefold()) and value != "true":
            clauses.append(f"“{surface}” as {name}")
    return f"Understood {', '.join(clauses)}" if clauses else ""
