# ruff: noqa: E501  (tables: one subject per line)
"""Turns of speech around what is meant: openings, endings, suggestions, strategies."""

from __future__ import annotations

PREFIXES = (
    "i want to", "i would like to", "i wan", "i need to", "can i", "can we", "could you", "can you", "could we", "lets",
              "let me", "make we", "may i", "i said", "ok", "okay", "wait", "sorry", "no", "actually", "you can", "we should",
              "i will", "i don tire", "i am tired", "show me", "tell me", "i go", "show", "yes", "hello", "hi", "first"
)  # fmt: skip
SUFFIXES = (
    "for me", "for now", "again", "a bit", "for a moment", "for a while", "the workflow", "everything", "here", "then",
              "my friend", "so far", "already", "immediately", "right now", "from here", "i will continue tomorrow", "i will continue later",
              "i will come back", "i will come back later", "i will be back", "i will come back tomorrow", "continue tomorrow", "continue later",
              "thank you", "for today", "this moment", "at this point", "with this", "in this workflow", "in the process"
)  # fmt: skip
OPENERS = (
    "actually", "and", "but", "also", "so", "well", "hold on", "wait", "first", "before i choose", "before choosing",
    "before i decide", "before we proceed", "before i proceed", "before that", "before i select", "before i pick", "before we continue",
    "before i continue", "before we go", "quick question", "one question", "question", "i have a question", "one more thing", "by the way", "just wondering",
    "i want to know", "i would like to know", "i need to know", "i wan know", "let me know", "please tell me", "forget the workflow for a second",
    "that is helpful", "interesting", "thanks", "thank you", "okay", "ok", "great", "good", "nice", "sorry", "excuse me", "based on the trends",
    "based on the trend", "based on this", "based on the data", "first tell me", "no", "yes", "hmm", "then", "now", "before anything", "in the data",
)  # fmt: skip
NOT_QUESTIONS = (
    "what you recommend", "what you suggest", "what you think is best", "what you advise", "wetin you recommend",
    "wetin you suggest", "which one you go advise", "which one you go recommend", "which one you go suggest",
    "wetin you go advise", "wetin you go recommend", "where i stopped", "where we stopped", "where i left off", "where we left off", "do it",
    "do them", "do the", "do all", "do primary", "have to", "what i want", "what i meant", "what i mean", "do am",
)  # fmt: skip
STRATEGIES: dict[str, tuple[str, ...]] = {
    "legacy_two_tier": ("rural first", "rural wards first", "rural areas first", "rural before urban", "prioritise rural", "prioritize rural", "start with rural",
                        "two tier", "legacy two tier", "rural communities first"),
    "risk_order": ("risk order", "highest risk first", "high risk first", "by risk", "worst first", "worst wards first", "in order of risk", "risk first", "by rank", "by risk rank",
                   "highest risk wards first", "by ranking", "highest first", "order of risk"),
    "proportional": ("proportional", "proportionally", "share equally", "equal share", "in proportion", "by population", "share by population", "proportion to population",
                     "same share", "pro rata", "divide equally", "evenly"),
    "floor_then_risk": ("floor then risk", "minimum for everyone", "minimum for all", "floor first", "minimum first", "minimum for every ward"),
    "burden_weighted": ("burden weighted", "by burden", "weighted by burden", "according to burden", "burden weighting", "weight by burden"),
    "deprioritise": ("deprioritise", "deprioritize", "leave out low risk", "deprioritisation", "deprioritization", "leave out the low risk wards"),
}  # fmt: skip
