"""Net plans as scenarios: "what if the buffer is 15 %", "compare with the last plan"."""

from __future__ import annotations

from dataclasses import replace

from .facts import Facts
from .nets import net_slots
from .normalise import Utterance
from .reading import Candidate, Command

_SUPPOSE = (("what", "if"), ("suppose",), ("how", "about"), ("what", "about"), ("and", "if"))
_PLAN = frozenset(("plan", "plans", "scenario", "scenarios"))
_COMPARE = frozenset(("compare", "comparison", "difference", "against", "versus", "vs"))
_EARLIER = frozenset(
    ("last", "previous", "other", "earlier", "first", "two", "both", "old", "before", "with", "the",
     "between", "net", "nets", "this", "my", "our", "these", "to", "and", "plan", "plans", "scenario",
     "scenarios", "one", "me", "show", "of")
)  # fmt: skip
_STAGES = frozenset(("complete", "risk", "nets"))


def what_if(facts: Facts) -> Candidate | None:
    """A supposition about nets is a plan to make: a copy with other parameters.

    "What if" is no question here: the answer is another plan beside the first.
    """
    if facts.context.stage not in _STAGES or facts.negation.present:
        return None
    words = facts.said.words
    start = next((s for s in _SUPPOSE if words[: len(s)] == s), None)
    if start is None:
        return None
    rest = facts.said.raw.casefold().split(None, len(start))[-1].rstrip(" ?!.")
    as_nets = replace(facts.context, stage="nets")
    about = Facts(Utterance.of(rest), as_nets, facts.words)
    slots = net_slots(about)
    if not slots or "nets" in slots:  # a stock that is only supposed starts nothing
        return None
    return Candidate(Command.PLAN_NETS, slots)


def compare_plans(facts: Facts) -> Candidate | None:
    """ "Compare with the last plan": two scenarios, not two rates."""
    words = set(facts.said.words)
    if facts.context.stage not in _STAGES or not (words & _COMPARE and words & _PLAN):
        return None
    if words - _COMPARE - _EARLIER - set(facts.words.fillers):
        return None
    return Candidate(Command.COMPARE, {"of": "plans"})
