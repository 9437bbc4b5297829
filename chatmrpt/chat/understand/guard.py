"""Ordinary talk that no word may turn into an action (workflow.md §2.4). Pure."""

from __future__ import annotations

from .decide import understand
from .defaults import default_context
from .vocabulary import Vocabulary

STAGES = (
    "state_selection", "state_confirmation", "facility_selection", "age_group_selection", "complete",
)  # fmt: skip
TALK = (
    "call me later", "call", "the ball is in your court", "football", "feedback", "exist", "existing",
    "is it ok to go on?", "all columns", "orgunitlevel3", "what is this?", "how far?", "back pain",
    "I will send the file tomorrow", "my phone is bad", "light has gone", "the network is slow",
    "who is there", "tell my boss", "we had a meeting yesterday", "good", "great", "why", "when",
    "the data are from the ministry", "this is the first time", "that is nice", "hmm", "we are many",
    "malaria", "ward", "file", "the report", "Ilorin", "my name is Musa", "we go see", "I dey come",
)  # fmt: skip


def acts_in_talk(before: Vocabulary, after: Vocabulary) -> str | None:
    """Return the first sentence that acts with the new tables and did not with the old ones."""
    for stage in STAGES:
        context = default_context(stage)
        for text in TALK:
            if understand(text, context, after).acting and not (
                understand(text, context, before).acting
            ):
                return text
    return None
