# ruff: noqa: E501  (tables: one subject per line)
"""Which concepts together are which question or task; the first rule that fits is taken.

``all_of`` are groups of alternatives (``"A|B"``), every group needs one member; ``none_of`` must
be absent. ``take`` names the filters that are added when they stand in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PLACES = ("state", "lga", "ward", "facility")
FILTERS = (*PLACES, "level", "age", "method", "period")


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    command: str
    slots: Mapping[str, object]
    all_of: tuple[str, ...]
    none_of: str = ""
    take: tuple[str, ...] = field(default=())


def _ask(q: str, need: str, none: str = "", take: tuple[str, ...] = (), **more: object) -> Rule:
    return Rule("ask", {"q": q, **more}, tuple(need.split()), none, take)


def _explain(topic: str, need: str, none: str = "") -> Rule:
    return Rule("explain", {"topic": topic}, tuple(need.split()), none)


def _trend(kind: str, need: str, none: str = "") -> Rule:
    return Rule("trend", {"kind": kind}, tuple(need.split()), none, ("unit", "period"))


def _error(kind: str, need: str, none: str = "") -> Rule:
    return Rule("error", {"kind": kind}, tuple(need.split()), none)


RULES: tuple[Rule, ...] = (
    Rule("refuse", {"reason": "privacy"}, ("PERSONAL",), "PRIVACYQ"),
    _explain("data_handling", "PRIVACYQ"),
    _error("not_in_data", "FIVEYEAR", "AGEDEF"),
    _error("not_supported", "NOTSUPPORTED"),
    _error("not_in_data", "NOTINDATA"),
    _ask("columns", "STRUCTURE"),
    _explain("column", "MEAN COLUMNNAME", "HOW_MANY|TPRWORD"),
    _ask("cleaning", "CHANGED DATA|ROWS|COLUMN YOU", "TPRWORD|BURDEN"),
    # knowledge about choices
    _explain("file_types", "FILETYPE UPLOAD"),
    _explain("why_level", "WHY LEVEL|FACILITY WHYSELECT", "RECOMMEND"),
    _explain("why_age", "WHY AGE WHYSELECT", "RECOMMEND"),
    _explain("why_recommended", "WHY RECOMMEND|RECOMMENDWORD", "TREND|WARD|LGA"),
    _explain("level_rationale", "WHY LEVELVALUE SHORT", "HIGH|TPRWORD|TESTS|TREND|HOW_MANY|MISSING|WARD|LGA|AGEVALUE"),
    _explain("why_age", "WHY AGEVALUE SHORT", "HIGH|TPRWORD|TESTS|TREND|HOW_MANY|MISSING|WARD|LGA|LEVELVALUE"),
    _explain("level_inferred", "INFERRED"),
    _explain("level_inferred", "LEVEL MISSING HOW|SUPPOSED", "MONTH|YEAR"),
    _explain("recommend_level", "RECOMMEND LEVEL|FACILITY|LEVELVALUE WHICH|SHOULD", "WARD|LGA|TPRWORD|TESTS|HOW_MANY"),
    _explain("why_recommended", "RECOMMEND AGE|AGEVALUE WHICH|SHOULD", "HIGH"),
    _explain("recommend_level", "LEVEL|LEVELVALUE|FACILITY SHOULD|RECOMMENDWORD QUESTION", "WARD|LGA|TPRWORD|TESTS|HOW_MANY|WHY|HIGH"),
    _explain("why_recommended", "WHICH RECOMMENDWORD"),
    _explain("age_source", "VERIFIED AGE|AGEVALUE"),
    _explain("age_groups", "AGE DEFINED", "TPRWORD|HOW_MANY|HIGH"),
    _explain("age_groups", "AGEVALUE MEANS|INCLUDE QUESTION", "TPRWORD|HOW_MANY|HIGH|TESTS|TREND|LLIN|NETS"),
    _explain("age_groups", "AGEVALUE WHATIS SHORT", "TPRWORD|HOW_MANY|HIGH|TESTS|TREND|LLIN|NETS"),
    _explain("method_overlap", "BOTHTESTS HOW|WHICH|QUESTION"),
    _explain("levels", "LEVELVALUE|LEVEL INCLUDE QUESTION", "HOW_MANY|TPRWORD|TESTS|HIGH"),
    _explain("levels", "LEVELVALUE|LEVEL MEANS", "HOW_MANY|TPRWORD|TESTS|HIGH|BURDEN"),
    _explain("levels", "LEVELVALUE|LEVEL WHATIS SHORT", "HOW_MANY|TPRWORD|TESTS|HIGH|BURDEN"),
    _explain("tpr_not_prevalence", "TPRWORD PREVALENCE"),
    _explain("tpr_not_prevalence", "PERCENT PREVALENCE"),
    _explain("tpr_vs_incidence", "TPRWORD INCIDENCE"),
    _explain("denominator", "DENOMINATOR"),
    _explain("method_choices", "ALTERNATIVE"),
    _explain("trend_maths", "MATHS", "SIGNIFICANT"),
    _explain("over_100", "FULL100 WHY TPRWORD", "WARDNAME|FACILITYNAME|LGANAME"),
    _explain("over_100", "EXCEED WHY|HOW|CAN", "WARDNAME|FACILITYNAME"),
    # data questions
    _ask("exceeding", "EXCEED", take=PLACES),
    _ask("autocorrelation", "MORAN"),
    _ask("verify", "VERIFY", "DRIVE"),
    _ask("drivers", "DRIVE"),
    _ask("nets_needed", "NETS NEEDED HOW_MANY|QUESTION"),
    _ask("coverage", "LLIN COVERAGE PREGNANT", of="llin_pw", take=PLACES),
    _ask("coverage", "LLIN COVERAGE CHILD", of="llin_u5", take=PLACES),
    _ask("coverage", "LLIN|NETS COVERAGE", take=PLACES),
    _ask("count", "LLIN PREGNANT", of="llin_pw", take=PLACES),
    _ask("count", "LLIN CHILD", of="llin_u5", take=PLACES),
    _explain("net_rules", "NETRULES NETS"),
    Rule("chart", {}, ("CHARTWORD",), "", ("show", "by", "state", "lga", "ward")),
    Rule("map", {}, ("MAPWORD", "SHOWMAP"), "MATCH|NODATA", ("show", "by", "state", "lga")),
    _explain("opd_ratio", "OPD MEAN|WHY|HOW|WHICH", "HOW_MANY"),
    _ask("no_data", "WARD|LGA|FACILITY NODATA", take=("state", "lga")),
    _ask("unmatched", "WARD|FACILITY|LGA MATCH NEG|FEWMATCH", "HOWMATCH", take=("state", "lga")),
    _explain("matching", "MATCH HOW|WHY"),
    _ask("unmatched", "MATCH WARD|MAPWORD", take=("state", "lga")),
    _ask("non_reporting", "FACILITY|LGA REPORT NEG", take=("state", "lga", "ward", "level", "period")),
    _ask("low_volume", "FEW WARD|FACILITY|LGA TESTS", take=("below", "state", "lga")),
    _ask("low_volume", "LOW WARD|FACILITY|LGA TESTS", "TPRWORD|SUPERLATIVE|POSITIVES|WHY", take=("below", "state", "lga")),
    _ask("low_volume", "LOWVOLUME", take=("below", "state", "lga")),
    _ask("interval", "INTERVAL", take=PLACES),
    _ask("outliers", "OUTLIER", take=("state", "lga", "ward", "level")),
    _ask("sample_size", "ENOUGH TESTS|AGE|DATA", "FEASIBLE", take=FILTERS),
    _ask("feasibility", "FEASIBLE MONTH|YEAR|PERIODS"),
    _ask("feasibility", "ENOUGH MONTH|YEAR|PERIODS"),
    # trends
    _trend("priority", "TREND PRIORITY"),
    _trend("significance", "SIGNIFICANT"),
    Rule("trend", {"kind": "threshold"}, ("CROSSED", "WARD|LGA|STATE|FACILITY"), "", ("unit", "value", "period")),
    Rule("trend", {"kind": "threshold"}, ("ABOVEVALUE", "WARD|LGA|STATE|FACILITY"), "TESTS|EXCEED", ("unit", "value", "period")),
    _trend("persistent", "PERSIST WARD|LGA|STATE|FACILITY"),
    _trend("worsening", "WORSE WARD|LGA|STATE|FACILITY|TPRWORD|BURDEN"),
    _trend("improving", "BETTER WARD|LGA|STATE|FACILITY|TPRWORD|BURDEN", "TARGETVALUE"),
    _trend("by_month", "TREND MONTH"),
    _trend("change", "TREND CHANGE|YEAR"),
    _trend("change", "CHANGE TPRWORD|BURDEN|POSITIVES", "DATA"),
    _trend("overall", "TREND"),
    _trend("priority", "PRIORITY WARD|LGA|STATE NETS|TREND"),
    # ranks and breakdowns
    _ask("rank", "RISK SUPERLATIVE|WHICH|RANKWORD WARD|LGA", "WHY|WARDNAME", by="risk", take=("unit", "n", "order", "state", "lga")),
    _ask("why_rank", "WHY WARDNAME|LGANAME HIGH|LOW|RISK|RANKWORD", take=("ward", "lga")),
    _ask("why_rank", "WHY WARD HIGH|LOW|RISK|RANKWORD THEY|PLACEWORD", take=("ward", "lga")),
    _ask("rank", "INTERVENE", "PRESENT", by="risk", unit="ward", take=("state", "lga")),
    _ask("rank", "PRIORITY WARD|LGA", "NETS", by="risk", take=("unit", "n")),
    _ask("breakdown", "HOW_MANY FACILITY EACH LEVEL", by="level", measure="facilities", take=("state", "lga")),
    _ask("count", "WARD UNKNOWNWARD", of="unknown_wards", take=("state", "lga")),
    _ask("breakdown", "COMPARE DIST LGA|WARD", "LGANAME|WARDNAME", take=("by_unit", "state", "measure")),
    _ask("breakdown", "COMPARE BURDEN|TESTS|POSITIVES LGA|WARD|LEVEL|AGE|METHOD|MONTH|YEAR", "LGANAME|WARDNAME", take=("by_unit", "state", "measure")),
    _ask("rank", "SUPERLATIVE|HIGHER UNITWORD|SUPERWHICH", "HOWMANY_ASKED|COLUMN", take=("unit", "by", "n", "order", "state", "lga", "level", "age", "method", "period")),
    # structure and quality
    _explain("columns", "COLUMN EVERY EXPLAIN"),
    _ask("columns", "COLUMN", "MISSING"),
    _ask("total_rows", "BIGROW"),
    _ask("source", "SHEET"),
    _trend("change", "CHANGED SINCE YEAR", "COLUMN|ROWS|YOU"),
    _ask("cleaning", "CHANGED DATA|ROWS|COLUMN QUESTION"),
    _ask("cleaning", "CHANGED WHICH"),
    _ask("missing", "MISSING", take=("by", "period", "lga", "ward", "state", "method", "level", "age")),
    _ask("quality", "FITNESS DATA QUESTION", "HOW_MANY|TPRWORD|WHY"),
    _ask("quality", "QUALITY DATA|QUALITYWORD", "HOW_MANY"),
    _ask("quality", "ANGRY"),
    # counts and lists
    _ask("count", "HOW_MANY LLIN|NETS", "NEEDED", of="llin_pw", take=PLACES),
    _ask("count", "HOW_MANY UNKNOWNWARD", of="unknown_wards"),
    _ask("count", "HOW_MANY POSITIVES", of="positives", take=FILTERS),
    _ask("count", "HOW_MANY TESTS", of="tests", take=FILTERS),
    _ask("breakdown", "HOW_MANY FACILITY BYWORD LEVEL", by="level", measure="facilities"),
    _ask("count", "HOW_MANY FACILITY|LEVELVALUE", of="facilities", take=("state", "lga", "ward", "level")),
    _ask("count", "HOW_MANY WARD", of="wards", take=("state", "lga")),
    _ask("count", "HOW_MANY LGA", of="lgas", take=("state",)),
    _ask("count", "HOW_MANY STATE", of="states"),
    _ask("count", "HOW_MANY ROWS", of="rows", take=("state", "lga")),
    _ask("count", "HOW_MANY MONTH|YEAR|PERIODS", of="periods", take=("state",)),
    _ask("presence", "INCLUDES CONTAINER QUESTION", "HOW_MANY|TPRWORD|WHICH|HOW", take=(*PLACES, "level", "age", "method")),
    _ask("presence", "PRESENT PLACENAME", "HOW_MANY|TPRWORD", take=PLACES),
    _ask("period", "PERIODS", "TPRWORD"),
    _ask("period", "MONTH|YEAR WHICH PRESENT|LIST"),
    _ask("breakdown", "DIST TPRWORD|BURDEN|TESTS|POSITIVES|FACILITY BYUNIT", take=("by_unit", "measure", "state", "lga", "level", "age", "method", "period")),
    _ask("tpr", "TPRWORD PLACENAME|AGEVALUE|LEVELVALUE|METHODVALUE", "MEAN_ONLY|HOWCALC", take=FILTERS),
    _explain("risk_profiles", "RISK FORMULA"),
    _explain("formula", "FORMULA"),
    _explain("transmission", "TRANSMIT"),
    _explain("tpr_not_prevalence", "TPRWORD PREVALENCE"),
    _explain("interpret_value", "PERCENT|TPRWORD GOODBAD QUESTION", "WARD|LGA|WHY"),
    _explain("interpret_value", "PERCENT MEAN"),
    _explain("test_methods", "TESTTYPE COMPARE|MEAN|WHY|BETTER|DIST"),
    _explain("completeness", "COMPLETE MEAN"),
    _explain("burden", "BURDEN MEAN"),
    _explain("risk_profiles", "PROFILE"),
    _explain("net_rules", "NETRULES"),
    _explain("tpr", "TPRWORD MEAN", "PLACENAME"),
    _explain("workflow_steps", "STEPS"),
    _ask("summary", "SUMMARY TPRWORD|RESULTWORD|RESULTS", "OVERALLDATA"),
    _ask("overview", "OVERVIEW"),
    _ask("overview", "SHOW DATA", "PLACENAME|LEVELVALUE|AGEVALUE"),
    _ask("list", "WHICH|LIST STATE", of="states"),
    _ask("list", "WHICH|LIST LGA", of="lgas", take=("state",)),
    _ask("list", "WHICH|LIST WARD", "THEY", of="wards", take=("state", "lga")),
    _ask("list", "WHICH|LIST FACILITY", of="facilities", take=("state", "lga", "ward", "level")),
    _ask("summary", "SUMMARY"),
    _ask("tpr", "WHICH TPRWORD", "MEAN_ONLY", take=FILTERS),
    _explain("risk_profiles", "RISK MEAN|HOW"),
)  # fmt: skip
