"""Questions and requests for figures, texts, charts and maps: the rule table applied."""

from __future__ import annotations

from collections.abc import Callable

from .concepts import column_name, concepts_of
from .facts import Facts
from .normalise import is_word
from .reading import Candidate, Command
from .vocabulary.rules import RULES, Rule

_UNITS = (
    ("LGA", "lga"),
    ("WARD", "ward"),
    ("LEVEL", "level"),
    ("AGE", "age"),
    ("METHOD", "method"),
    ("MONTH", "month"),
    ("COMBINATION", "combination"),
    ("FACILITY", "facility"),
    ("STATE", "state"),
    ("YEAR", "year"),
)
_BY = (
    ("MISSING", "completeness"),
    ("RISK", "risk"),
    ("BURDEN", "burden"),
    ("TPR", "tpr"),
    ("POSITIVES", "positives"),
    ("TESTS", "tests"),
    ("FACILITY", "facilities"),
)
_MEASURES = (
    ("MISSING", "missing"),
    ("BURDEN", "burden"),
    ("TPR", "tpr"),
    ("POSITIVES", "positives"),
    ("TESTS", "tests"),
    ("FACILITY", "facilities"),
)
_SHOWS = (
    ("MISSING", "missing"),
    ("INTERVAL", "interval"),
    ("TREND", "trend"),
    ("RISK", "risk"),
    ("NETS", "nets"),
    ("BURDEN", "burden"),
    ("TPR", "tpr"),
    ("TESTS", "tests"),
    ("POSITIVES", "burden"),
    ("FACILITY", "facilities"),
)
_UNIT_WORDS = {"lga": "LGA", "ward": "WARD", "facility": "FACILITY", "state": "STATE"}


def answers(facts: Facts) -> list[Candidate]:
    """All readings the rule table offers, best first; the first is the one meant."""
    concepts = concepts_of(facts)
    found: list[Candidate] = []
    for position, rule in enumerate(RULES):
        if _fits(rule, concepts):
            slots = dict(rule.slots)
            for name in rule.take:
                _TAKE.get(name, _filter(name))(facts, concepts, slots)
            if rule.slots.get("topic") == "column":
                name_ = column_name(facts)
                if name_:
                    slots["column"] = name_.casefold()
            if rule.slots.get("topic") == "interpret_value":
                value = next((n.plain for n in facts.numbers if n.percent), None)
                if value is not None:
                    slots["value"] = value
            candidate = Candidate(Command(rule.command), slots, max(0.3, 0.9 - 0.004 * position))
            if not any((c.command, c.slots) == (candidate.command, candidate.slots) for c in found):
                found.append(candidate)
            if len(found) == 3:
                break
    return found


def _fits(rule: Rule, concepts: frozenset[str]) -> bool:
    if rule.none_of and concepts & frozenset(rule.none_of.split("|")):
        return False
    return all(concepts & frozenset(group.split("|")) for group in rule.all_of)


def _unit_of(facts: Facts, concepts: frozenset[str]) -> str | None:
    """The thing that is ranked: the first unit word of the text."""
    first: tuple[int, str] | None = None
    for i, token in enumerate(facts.tokens):
        if not is_word(token):
            continue
        hit = facts.words.concepts.at(facts.tokens, i)
        if not hit:
            continue
        names = {value for _, value in hit[1]}
        for concept, unit in _UNITS:
            if concept in names and (first is None or i < first[0]):
                first = (i, unit)
                break
    if first is None:
        return None
    return first[1]


def _take_unit(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    unit = _unit_of(facts, concepts)
    if unit is None and slots.get("q") == "rank":
        unit = facts.context.pending if facts.context.pending else "ward"
    if (
        unit
        and "unit" not in slots
        and (slots.get("q") == "rank" or unit in ("ward", "lga", "state", "facility"))
    ):
        slots["unit"] = unit


def _take_by(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    if slots.get("q") == "missing":
        for concept, by in (
            ("YEAR", "year"),
            ("MONTH", "month"),
            ("LGA", "lga"),
            ("LEVEL", "level"),
            ("COLUMN", "column"),
        ):
            if (
                concept in concepts
                and facts.period is None
                and (concepts & {"BYWORD", "WHICH", "EACH"} or facts.has(concept.lower() + "ly"))
            ):
                slots["by"] = by
                return
        return
    if "q" in slots and slots["q"] == "rank":
        slots.setdefault("by", _ranked_by(facts, concepts, slots))
        return
    for concept, by in (
        ("YEAR", "year"),
        ("MONTH", "month"),
        ("LGA", "lga"),
        ("LEVEL", "level"),
        ("AGE", "age"),
        ("METHOD", "method"),
        ("WARD", "ward"),
    ):
        if concept in concepts:
            slots["by"] = by
            return
    if slots.get("show") == "facilities":
        slots["by"] = "level"


def _ranked_by(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> str:
    unit = slots.get("unit")
    for concept, by in _BY:
        if concept == "FACILITY" and unit == "facility":
            continue
        if concept in concepts:
            return by
    return "tpr"


def _take_show(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    found = next((show for concept, show in _SHOWS if concept in concepts), None)
    if found is None and slots.get("show") is None:
        if "AGE" in concepts or "METHOD" in concepts:
            found = "tests"
        elif "LEVEL" in concepts:
            found = "facilities"
        else:
            found = "tpr"
    if found == "tests" and "TPR" in concepts:
        found = "tpr"
    slots["show"] = found


def _take_n(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    period_years = {facts.period} if facts.period else set()
    for number in facts.numbers:
        if (
            number.ordinal
            or facts.tokens[number.start] == "one"
            or number.percent
            or number.value < 1
            or str(number.plain) in period_years
        ):
            continue
        if 1 <= number.value <= 1000 and number.value == int(number.value):
            slots["n"] = number.plain
            return


def _take_order(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    tokens = set(facts.tokens)
    if tokens & {"lowest", "least", "bottom", "fewest", "smallest", "minimum", "min", "lower"} or (
        tokens & {"best"} and slots.get("by") in ("tpr", "risk", "burden")
    ):
        slots["order"] = "lowest"


def _take_measure(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    for concept, measure in _MEASURES:
        if concept in concepts and not (measure == "facilities" and slots.get("by") == "facility"):
            if measure != "tpr":
                slots.setdefault("measure", measure)
            return


def _take_by_unit(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    for concept, by in (
        ("LGA", "lga"),
        ("WARD", "ward"),
        ("LEVEL", "level"),
        ("AGE", "age"),
        ("METHOD", "method"),
        ("MONTH", "month"),
        ("YEAR", "year"),
    ):
        if concept in concepts:
            slots["by"] = by
            return
    slots["by"] = "level" if "FACILITY" in concepts else "lga"


def _take_below(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    number = next((n for n in facts.numbers if not n.percent and not n.ordinal), None)
    if number is not None:
        slots["below"] = number.plain


def _take_value(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    tokens = facts.tokens
    for number in facts.numbers:
        before = tokens[number.start - 1] if number.start else ""
        if before in (
            "above",
            "over",
            "than",
            "threshold",
            "exceeded",
            "passed",
            "crossed",
            "past",
            "of",
            "reached",
            ">",
            "cross",
            "the",
            "surpassed",
        ):
            slots["value"] = number.plain
            return


def _take_period(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
    if facts.period:
        slots["period"] = facts.period


Take = Callable[[Facts, frozenset[str], dict[str, object]], None]


def _filter(name: str) -> Take:
    def take(facts: Facts, concepts: frozenset[str], slots: dict[str, object]) -> None:
        if name in slots or (name == "lga" and "ward" in slots):
            return
        values = [v for v in facts.values(name) if v != "all"]
        if name == "age" and not values and facts.values("child"):
            values = ["u5"]
        if name in ("lga", "ward") and not values and facts.place_asked_about:
            values = (
                [facts.place_asked_about] if name == ("lga" if facts.has("lga") else "ward") else []
            )
        if name == "lga" and slots.get("by") == "lga":
            return
        if len(values) == 1:
            slots[name] = values[0]

    return take


_TAKE: dict[str, Take] = {
    "unit": _take_unit,
    "by": _take_by,
    "show": _take_show,
    "n": _take_n,
    "order": _take_order,
    "measure": _take_measure,
    "by_unit": _take_by_unit,
    "below": _take_below,
    "value": _take_value,
    "period": _take_period,
}
