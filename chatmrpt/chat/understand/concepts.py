"""Naming what a text is about: table concepts plus those derived from the options seen."""

from __future__ import annotations

import re
from typing import cast

from .asking import Asking, asking
from .facts import Facts
from .normalise import is_word, squeeze
from .spelling import distance
from .vocabulary.wordlist import wordset

_LITTLE = wordset(
    """what is are the a an do does you by mean means wetin be dey this it in my of"""
)
_UNITS = (
    "STATE",
    "LGA",
    "WARD",
    "FACILITY",
    "LEVEL",
    "AGE",
    "METHOD",
    "MONTH",
    "YEAR",
    "COMBINATION",
)
_COLUMN_NAME = re.compile(
    r"[`\"']([^`\"']+)[`\"']|\b([A-Za-z]+_[A-Za-z0-9_]+|[A-Za-z]+\d[A-Za-z0-9]{2,})\b"
)
_HEADERS = wordset(
    """orgunitlevel periodname periodcode organisationunitname organisationunitid dataelement"""
)


def concepts_of(facts: Facts) -> frozenset[str]:
    """All concepts of an utterance."""
    if "concepts" not in facts.memo:
        facts.memo["concepts"] = frozenset(_find(facts))
    return cast("frozenset[str]", facts.memo["concepts"])


def _find(facts: Facts) -> set[str]:
    found: set[str] = set()
    for _, _, names in concept_hits(facts):
        found |= names
    how = [i for i, word in enumerate(facts.tokens) if word == "how"]
    many = [i for i in how if facts.tokens[i + 1 : i + 2] in (("many",), ("much",))]
    if how and how == many:  # "how many" asks for a number, not for a way
        found.discard("HOW")
    if many:
        found.add("HOWMANY_ASKED")
    return found | _derived(facts, found)


Hit = tuple[int, int, frozenset[str]]


def concept_hits(facts: Facts) -> list[Hit]:
    """``(start, end, concepts)`` of every phrase of the table, overlapping ones included."""
    if "hits" in facts.memo:
        return cast("list[Hit]", facts.memo["hits"])
    masked = {
        i
        for s in facts.spans
        if (s.kind in ("age", "state", "level") and s.value != "all") or s.kind == "recommended"
        for i in range(s.start, s.end)
    }
    hits: list[Hit] = []
    for position, token in enumerate(facts.tokens):
        if position in masked:
            continue
        seen = False
        for length, meanings in facts.words.concepts.every(facts.tokens, position):
            hits.append((position, position + length, frozenset(value for _, value in meanings)))
            seen = True
        spelt = None if seen else _spelt(token, facts)
        if spelt:
            for _, meanings in facts.words.concepts.every((spelt,), 0):
                hits.append((position, position + 1, frozenset(value for _, value in meanings)))
    facts.memo["hits"] = hits
    return hits


def _spelt(token: str, facts: Facts) -> str | None:
    """A longer question word with one letter wrong; only questions are read this way."""
    if token in facts.words.known or len(token) < 5 or not token.isalpha():
        return None
    simple = facts.words.squeezed.get(squeeze(token))
    if simple and facts.words.concepts.at((simple,), 0):
        return simple
    for word in facts.words.concepts.by_letter.get(token[0], ()):
        if (
            abs(len(word) - len(token)) <= 1
            and distance(token, word, 1) == 1
            and facts.words.concepts.at((word,), 0)
        ):
            return word
    return None


def _derived(facts: Facts, found: set[str]) -> set[str]:
    kinds = {(s.kind, s.value) for s in facts.spans}
    names = {kind for kind, _ in kinds}
    extra: set[str] = set()
    has = facts.has
    if "level" in names or "hospital" in names:
        extra.add("LEVELVALUE")
    if "age" in names or "child" in names or "women" in names:
        extra.add("AGEVALUE")
    if "method" in names:
        extra.add("METHODVALUE")
    if names & {"state", "lga", "ward", "facility", "city"} or (
        has("lga", "ward") and facts.place_asked_about
    ):
        extra.add("PLACENAME")
    extra |= {f"{kind.upper()}NAME" for kind in names & {"lga", "ward", "facility"}}
    if any(
        n.start and facts.tokens[n.start - 1] in ("above", "over", ">", "past", "beyond")
        for n in facts.numbers
    ):
        extra.add("ABOVEVALUE")
    if facts.place_asked_about and "LGANAME" not in extra:
        extra |= {"WARDNAME"}
    if ("age", "pw") in kinds or "women" in names:
        extra.add("PREGNANT")
    if ("age", "u5") in kinds or "child" in names:
        extra.add("CHILD")
    if "recommended" in names:
        extra.add("RECOMMENDWORD")
    if any(number.percent for number in facts.numbers):
        extra.add("PERCENT")
    tokens = set(facts.tokens)
    content = [w for w in facts.core if w not in _LITTLE]
    if len(content) <= 4:
        extra.add("SHORT")
    pending = facts.context.pending
    if "available" in tokens and not found & set(_UNITS) and pending == "state":
        extra.add("STATE")
    extra |= {name for name, words in _PLAIN.items() if tokens & words}
    if found & set(_UNITS) or tokens & {"one"}:
        extra.add("UNITWORD")
    if (
        found & {"STATE", "LGA", "WARD", "FACILITY", "LEVEL", "AGE", "METHOD", "MONTH", "YEAR"}
        and "BYWORD" in extra
    ):
        extra.add("BYUNIT")
    if asking(facts) in (Asking.QUESTION, Asking.ECHO):
        extra.add("QUESTION")
    if column_name(facts):
        extra.add("COLUMNNAME")
    return extra


_PLAIN: dict[str, frozenset[str]] = {
    "EACH": wordset("each every type types per by"),
    "BYWORD": wordset("by per each across between among different"),
    "YOU": wordset("you una u system tool app"),
    "SHOULD": wordset("should would better best"),
    "UNKNOWNWARD": wordset("unknown"),
    "PLACEWORD": wordset("this that my our"),
    "CAN": wordset("can could possible is be"),
    "SUPPOSED": frozenset({"if"}),
    "HIGHER": wordset("higher more high low lower"),
    "SHOWMAP": wordset("map maps"),
    "HOWMATCH": wordset("how wrong incorrect"),
    "INCLUDES": wordset("include includes contain contains"),
    "QUALITYWORD": wordset("quality issues useless problems errors anomalies"),
    "TARGETVALUE": frozenset(),
    "FEWMATCH": wordset("unmatched mismatch mismatched"),
    "MEAN_ONLY": wordset("mean means meaning definition define"),
    "HOWCALC": wordset("calculated computed formula calculation"),
    "RESULTS": wordset("result results findings"),
    "OVERALLDATA": wordset("data dataset file spreadsheet"),
    "SUPERWHICH": wordset("top bottom"),
}


def column_name(facts: Facts) -> str | None:
    """A column header named in the text: quoted, with digits or underscores inside, or usual."""
    match = _COLUMN_NAME.search(facts.said.raw)
    if match:
        name = (match[1] or match[2]).strip()
        if name.casefold() not in ("u5", "o5", "5s") and len(name) < 80:
            return name
    return next(
        (t for t in facts.tokens if is_word(t) and t.rstrip("0123456789") in _HEADERS), None
    )
