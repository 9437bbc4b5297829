"""Imperatives other than choosing: start, settings, risk, nets, export, compare, filter.

Each reader returns a candidate only when nearly every word of the text is explained; a text with
a negation, a hedge or a question never acts.
"""

from __future__ import annotations

import re

from .asking import Asking
from .concepts import concepts_of
from .facts import Facts
from .matches import fix_match
from .nets import net_slots, nets_error
from .periods import YEAR
from .reading import FINISHED_STAGES, Candidate, Command
from .selection import select
from .settings import settings
from .vocabulary.wordlist import wordset

_START = wordset(
    """start begin run calculate compute do launch perform conduct initiate get analyse analyze
    commence estimate work make find generate kick calc open proceed calculating computing
    starting"""
)
_TPR_TAIL = wordset(
    """workflow analysis calculation calculations computation process thing tpr test positivity
    rate rates tests again new wizard module tool step kick off procedure"""
)
_RISK_VERBS = wordset(
    """run start begin do make create perform proceed continue go compute calculate launch
    conduct rank generate prioritise prioritize give get carry produce"""
)
_RISK_TAIL = wordset(
    """risk analysis assessment ranking rank score scores composite vulnerability malaria ward
    wards prioritise prioritize prioritisation prioritization next step model profile legacy
    sound scoring by now yes run reprioritization reprioritisation out"""
)
_EXPORT = wordset("download export save print csv xlsx geojson shapefile")
_FORMATS = (
    ("csv", "csv"),
    ("excel", "xlsx"),
    ("xlsx", "xlsx"),
    ("spreadsheet", "xlsx"),
    ("xls", "xlsx"),
    ("workbook", "xlsx"),
    ("geojson", "geojson"),
    ("shapefile", "geojson"),
    ("shape", "geojson"),
    ("gis", "geojson"),
    ("pdf", "report"),
    ("report", "report"),
    ("print", "report"),
    ("printable", "report"),
    ("printout", "report"),
    ("word", "report"),
)
_OF = (
    ("nets", ("net", "nets", "itn", "itns", "allocation")),
    ("risk", ("risk", "ranking", "ranks", "vulnerability")),
    ("quality", ("quality", "issues")),
    ("matches", ("matches", "matching", "match")),
)


def acting_tasks(facts: Facts, kind: Asking) -> Candidate | None:
    """A task that changes something."""
    if kind in (Asking.QUESTION, Asking.ECHO) or facts.hedged:
        return None
    return (
        nets_error(facts)
        or fix_match(facts)
        or _fix_match(facts)
        or settings(facts)
        or _run_risk(facts)
        or _plan_nets(facts)
        or _start_tpr(facts)
    )


def other_tasks(facts: Facts, kind: Asking) -> Candidate | None:
    """Export, compare and filter: they show, and change nothing."""
    return _export(facts, kind) or _compare(facts) or _filter(facts, kind)


def _start_tpr(facts: Facts) -> Candidate | None:
    if (
        facts.negation.present
        or "TPRWORD" not in concepts_of(facts)
        or not set(facts.tokens) & _START
    ):
        return None
    if concepts_of(facts) & wordset(
        "HOW_MANY CHARTWORD COMPARE SUPERLATIVE TREND DIST EXPLAIN MISSING"
    ):
        return None
    if facts.unexplained(more=_TPR_TAIL | _START) or any(s.kind == "void" for s in facts.spans):
        return None
    stage = facts.context.stage
    if any(s.kind in ("state", "level", "age", "child") for s in facts.spans):
        chosen = select(facts, Asking.NO)
        if (
            chosen
            and chosen.command in (Command.SELECT, Command.SWITCH)
            and stage == "awaiting_upload"
        ):
            return Candidate(Command.START_TPR, chosen.slots, chosen.score, chosen.heard)
        return None
    if stage in ("awaiting_upload", *FINISHED_STAGES):
        return Candidate(Command.START_TPR)
    if facts.context.pending:
        return Candidate(Command.CLARIFY, {"about": facts.context.pending}, 0.6)
    return None


def _run_risk(facts: Facts) -> Candidate | None:
    concepts = concepts_of(facts)
    tokens = set(facts.tokens)
    wards = "WARD" in concepts and tokens & wordset(
        "rank prioritise prioritize reprioritise reprioritize"
    )
    # The name of the next step alone, when it is the next step: "risk".
    named = tokens == {"risk"} and facts.context.stage in FINISHED_STAGES
    if facts.negation.present or concepts & wordset("MAPWORD CHARTWORD SAVE HOW_MANY TREND NETS"):
        return None
    if (
        facts.numbers
        or "SUPERLATIVE" in concepts
        or not (("RISK" in concepts and (tokens & (_RISK_VERBS | {"analysis"}) or named)) or wards)
    ):
        return None
    if tokens & {"show", "list", "explain", "see", "table"} or facts.unexplained(
        more=_RISK_TAIL | _RISK_VERBS
    ):
        return None
    slots: dict[str, object] = {}
    for profile in ("legacy", "sound"):
        if profile in tokens:
            slots["profile"] = profile
    return Candidate(Command.RUN_RISK, slots)


def _plan_nets(facts: Facts) -> Candidate | None:
    if facts.negation.present or concepts_of(facts) & wordset(
        "SAVE MAPWORD CHARTWORD HOW_MANY COMPARE LIST TREND"
    ):
        return None
    slots = net_slots(facts)
    return None if slots is None else Candidate(Command.PLAN_NETS, slots)


def _fix_match(facts: Facts) -> Candidate | None:
    concepts = concepts_of(facts)
    tokens = set(facts.tokens)
    if (
        "MATCH" in concepts
        and tokens & {"wrong", "incorrect", "fix", "correct", "mistaken", "bad"}
        and not facts.negation.count > 1
    ):
        if facts.unexplained(more=_MATCH_WORDS):
            return Candidate(Command.CLARIFY, {"about": "ward"}, 0.6)
        return Candidate(Command.FIX_MATCH)
    return None


_MATCH_WORDS = wordset(
    """match matched matching matches wrong incorrect fix correct ward wards map mistaken bad not
    very name names boundary please lga was been has"""
)


def _export(facts: Facts, kind: Asking) -> Candidate | None:
    tokens = set(facts.tokens)
    concepts = concepts_of(facts)
    sends = "FULLREPORT" in concepts and tokens & wordset(
        """generate create produce make give send prepare need want get write bring"""
    )
    if not (tokens & _EXPORT or sends) or facts.negation.present or "NEG" in concepts:
        return None
    if kind is Asking.QUESTION:
        first = facts.tokens[facts.opening] if facts.opening < len(facts.tokens) else ""
        if first in ("how", "where") and tokens & {"save", "download", "export", "print", "get"}:
            return Candidate(Command.HELP, {"topic": "download"})
        if not (first == "can" and tokens & {"download", "export", "save", "print"}):
            return None
    if tokens & {"upload", "uploaded", "uploading"}:
        return None
    slots: dict[str, object] = {}
    found = next((value for word, value in _FORMATS if word in tokens), None)
    if found:
        slots["format"] = found
    about = next((value for value, words in _OF if tokens & set(words)), None)
    if about:
        slots["of"] = about
    return Candidate(Command.EXPORT, slots, 0.95)


def _compare(facts: Facts) -> Candidate | None:
    concepts = concepts_of(facts)
    if (
        "COMPARE" not in concepts
        or concepts & {"CHARTWORD", "TREND", "INTERVAL", "OUTLIER"}
        or facts.tokens[-1:] == ("against",)
    ):
        return None
    slots: dict[str, object] = {}
    for name in ("lga", "ward", "level", "age", "method"):
        values = list(facts.values(name))
        if name == "age" and facts.values("child") and "u5" not in values:
            values.insert(0, "u5")
        if name == "age" and facts.values("women") and "pw" not in values:
            values.append("pw")
        if len(values) >= 2:
            slots[name] = values
    states = facts.values("state")
    if len(states) >= 2:
        slots["state"] = list(states)
    years = list(dict.fromkeys(token for token in facts.tokens if YEAR.fullmatch(token)))
    if not slots and len(years) == 2 and not (facts.values("lga") or facts.values("ward")):
        return Candidate(Command.COMPARE, {"period": years}, 0.95)
    if not slots:
        names = _two_names(facts)
        if names:
            slots["lga" if not facts.has("wards") and not facts.has("ward") else "ward"] = names
    if slots:
        for name in ("level", "age", "method"):
            single = facts.values(name)
            if name not in slots and len(single) == 1 and single[0] != "all":
                slots[name] = [single[0]]
        if facts.period:
            slots["period"] = facts.period
        return Candidate(Command.COMPARE, slots, 0.95)
    if "BURDEN" in concepts or "TESTS" in concepts or ("LGA" in concepts and "DIST" in concepts):
        return None
    for concept, of in (
        ("COMBINATION", "combinations"),
        ("LEVEL", "levels"),
        ("AGE", "ages"),
        ("METHOD", "methods"),
    ):
        if concept in concepts:
            return Candidate(Command.COMPARE, {"of": of}, 0.9)
    return None


def _two_names(facts: Facts) -> list[str]:
    """ "compare Offa and Oyun" where the names are in no list: taken as typed."""
    match = re.search(
        r"(?:compare|between|comparing)\s+([A-Z][\w'-]*(?:\s[A-Z][\w'-]*){0,2})\s+(?:and|with|to|vs\.?|against|&)\s+([A-Z][\w'-]*(?:\s[A-Z][\w'-]*){0,2})\b",
        facts.said.raw,
    )
    return [match[1], match[2]] if match else []


def _filter(facts: Facts, kind: Asking) -> Candidate | None:
    if (
        kind in (Asking.QUESTION, Asking.ECHO)
        or facts.context.stage not in FINISHED_STAGES
        or facts.negation.present
    ):
        return None
    tokens = set(facts.tokens)
    concepts = concepts_of(facts)
    only = "only" in tokens or "just" in tokens or "FILTERWORD" in concepts
    places = {name: facts.values(name) for name in ("lga", "ward", "level")}
    slots = {name: values[0] for name, values in places.items() if len(values) == 1}
    if "FILTERWORD" in concepts and slots:
        return Candidate(Command.FILTER, dict(slots), 0.95)
    if (
        only
        and ("lga" in slots or "ward" in slots)
        and not facts.unexplained(more=wordset("ward wards lga lgas in"))
    ):
        return Candidate(Command.FILTER, dict(slots), 0.9)
    return None
