"""``set``: method, period, exceeding rows, out-patient ratio, bands, output (workflow.md §5)."""

from __future__ import annotations

from .concepts import concepts_of
from .facts import Facts
from .reading import FINISHED_STAGES, Candidate, Command
from .vocabulary.wordlist import wordset

_WORDS = wordset(
    """use calculate recalculate recompute compute redo rerun run set apply with using only alone
    just period method definition denominator outpatient out patient attendance opd ratio rule
    urban turn off on disable enable switch cap capped exclude keep rows row exceeding above
    over percent at 100 threshold thresholds bands band who low moderate medium high
    transmission very class classes limit limits table map output show want need no hide tests
    test tests both added pooled dominant main rdt rdts microscopy slide slides rapid
    diagnostic as in for from to of and the data year years month months between until till
    through january february march april may june july august september october november
    december jan feb mar apr jun jul aug sep sept oct nov dec last positivity tpr wards ward
    them those these it values value facilities facility where positives positive more than
    tested exceed exceeds column adjustment correction add include remove drop delete ignore
    deactivate activate again results result analysis go without quarter not do mode view list
    default facility max maximum format restrict pass"""
)


_OFF = wordset("off disable remove deactivate drop ignore")
_ON = wordset("use on enable apply add include activate denominator")


def settings(facts: Facts) -> Candidate | None:
    """A setting, when every word belongs to one and results (or the ratio question) are there."""
    tokens = set(facts.tokens)
    if facts.context.stage not in (*FINISHED_STAGES, "threshold_check"):
        return None
    for read in (_output, _opd, _bands, _exceeding, _period, _method):
        slots = read(facts, tokens)
        if not slots:
            continue
        if facts.unexplained(more=_WORDS, numbers=True):
            return None
        switched = "method" in slots and tokens & {"switch", "change", "show"}
        return Candidate(Command.SWITCH if switched else Command.SET, slots, 0.95)
    return None


def _output(facts: Facts, tokens: set[str]) -> dict[str, object] | None:
    if len(facts.said.words) > 8 or facts.spans:
        return None
    table, chart = "table" in tokens or "tables" in tokens, "map" in tokens or "maps" in tokens
    if not (table or chart) or not tokens & wordset("only just no not without hide instead rather"):
        return None
    if table and chart:
        said = facts.tokens
        refused = {said[i] for i in facts.negation.covered}
        if refused & {"map", "maps"} and not refused & {"table", "tables"}:
            return {"output": "table"}
        if refused & {"table", "tables"} and not refused & {"map", "maps"}:
            return {"output": "map"}
        return None
    if facts.negation.present:
        return {"output": "map"} if table else {"output": "table"}
    if tokens & {"only", "just"}:
        return {"output": "table"} if table else {"output": "map"}
    return None


def _opd(facts: Facts, tokens: set[str]) -> dict[str, object] | None:
    if "OPD" not in concepts_of(facts) or concepts_of(facts) & {
        "HOW_MANY",
        "EXPLAIN",
        "TREND",
        "CHARTWORD",
    }:
        return None
    named = bool(
        tokens
        & wordset(
            """opd outpatient outpatients attendance ratio rule patient adjustment correction"""
        )
    )
    if not named:
        return None
    if facts.negation.count > 1:
        return None
    covered = {facts.tokens[i] for i in facts.negation.covered}
    refused = bool(covered & wordset("opd outpatient outpatients attendance ratio rule"))
    if facts.negation.present and (not refused or covered & _OFF):
        return None  # the negation is about something else, or "do not turn off …"
    if refused or tokens & _OFF:
        return {"opd": False}
    return {"opd": True} if tokens & _ON else None


def _bands(facts: Facts, tokens: set[str]) -> dict[str, object] | None:
    if facts.negation.present or not tokens & wordset(
        "threshold thresholds band bands classes limits"
    ):
        return None
    if tokens & {"urban", "wards", "lgas", "show", "list"} and "bands" not in tokens:
        return None
    limits = sorted({number.plain for number in facts.numbers if 0 < number.value < 100})
    return {"bands": limits} if len(limits) >= 2 else None


def _exceeding(facts: Facts, tokens: set[str]) -> dict[str, object] | None:
    about = (
        "EXCEED" in concepts_of(facts)
        or "exceeding" in tokens
        or facts.has("at 100", "at 100 %", "at 100 percent")
    )
    words = {
        "cap": "cap",
        "capped": "cap",
        "exclude": "exclude",
        "ignore": "exclude",
        "keep": "keep",
        "drop": "exclude",
        "remove": "exclude",
    }
    found = {value for word, value in words.items() if word in tokens}
    if not about or len(found) != 1 or tokens & {"not", "never", "no"}:
        return None
    return {"exceeding": found.pop()}


def _period(facts: Facts, tokens: set[str]) -> dict[str, object] | None:
    verb = tokens & wordset(
        """use recalculate recompute calculate compute only just set restrict rerun redo run
        period"""
    )
    ranged = ".." in (facts.period or "") and facts.tokens[facts.opening :][:1] == ("from",)
    if not facts.period or not (verb or ranged) or facts.negation.present or facts.spans:
        return None
    if concepts_of(facts) & {"TREND", "HOW_MANY", "MISSING", "COMPARE", "CHARTWORD", "RANKWORD"}:
        return None
    return {"period": facts.period}


def _method(facts: Facts, tokens: set[str]) -> dict[str, object] | None:
    methods = facts.values("method")
    concepts = concepts_of(facts)
    if facts.negation.present or concepts & wordset(
        "HOW_MANY COMPARE TREND MISSING CHARTWORD MAPWORD"
    ):
        return None
    if (
        any(span.kind in ("state", "level", "age", "child") for span in facts.spans)
        or facts.numbers
    ):
        return None
    verb = tokens & wordset(
        """use only alone recalculate calculate compute set with switch change definition method
        recompute apply using"""
    )
    if (
        len(methods) == 2
        and set(methods) == {"rdt", "microscopy"}
        and tokens & {"added", "both", "pooled", "plus"}
    ):
        return {"method": "pooled"}
    return {"method": methods[0]} if len(methods) == 1 and verb else None
