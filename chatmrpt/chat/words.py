"""How the conversation writes figures and names. One place, so that pages and replies agree."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chatmrpt.common.language import Words, figure, mark, say, say_number

LEVEL_LABELS = Words(
    {
        "primary": "Primary",
        "secondary": "Secondary",
        "tertiary": "Tertiary",
        "all": "All facilities",
    }
)
AGE_LABELS = Words(
    {"u5": "Under five", "o5": "Five and over", "pw": "Pregnant women", "all": "All ages"}
)
DEFINITION_LABELS = Words(
    {
        "facility_max": "Positivity, larger of RDT and microscopy in each facility-period",
        "rdt": "Positivity, RDT only",
        "microscopy": "Positivity, microscopy only",
        "pooled": "Positivity, both tests added",
        "dominant": "Positivity, main test of each facility",
        "method_max": "Higher of the two ward rates (comparison only, biased upward)",
        "opd": "Positives per out-patient: a ratio, not positivity",
        "fever": "Positives per person with fever: a ratio, not positivity",
    }
)
EXCEEDING_LABELS = Words(
    {
        "exclude": "left out",
        "keep": "kept as reported",
        "cap": "cut to the number tested",
    }
)
STATUS_LABELS = Words(
    {
        "ok": "",
        "too_few": "fewer than 20 tests",
        "no_tests": "no tests",
        "unmatched": "not on the ward list",
        "not_in_file": "not in the file",
    }
)
REASON_LABELS = Words(
    {
        "no_level_match": "no facility of this level",
        "not_reported": "nothing reported",
        "zero_tests": "zero tests reported",
        "all_excluded": "all rows left out, positives exceed tests",
        "no_denominator": "no denominator in the file",
        "unknown_ward": "no ward stated",
        "no_facility": "no facility in the file",
        "positives_exceed_tests": "rows with more positives than tests",
        "tests_without_result": "tests without a result",
        "above_100": "above 100 %",
        "several_names": "several names in the file, counted as one ward",
        "too_few_tests": "too few independent tests",
    }
)
MONTHS = (mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun"),
          mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec"))  # fmt: skip


def count(value: float | int | None) -> str:
    """1584 → `1,584`; a missing number → `not reported`."""
    if value is None:
        return say("not reported")
    return figure(value, 0 if float(value).is_integer() else 1)


def percent(value: float | None) -> str:
    """61.13 → `61.1 %`; undefined → `no rate`."""
    return say("no rate") if value is None else f"{figure(value, 1)} %"


def interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return say("{low} to {high} %", low=figure(low, 1), high=figure(high, 1))


def shown_interval(totals: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the interval to show with a state's totals: the wider one where it was computed."""
    if totals.get("wide_low") is None:
        return totals["low"], totals["high"]
    return totals["wide_low"], totals["wide_high"]


def plural(number: float | int | None, one: str, many: str | None = None) -> str:
    return f"{count(number)} {say_number(one, many or one + 's', number or 0)}"


def month_name(number: int) -> str:
    """1 → `Jan`."""
    return say(MONTHS[number - 1])


def month(value: date | str | None) -> str:
    if value is None:
        return ""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{month_name(day.month)} {day.year}"


def period(first: date | str | None, last: date | str | None) -> str:
    """`Jan to Dec 2024`, `Jan 2022 to Dec 2024`, or `undated`."""
    if not first:
        return say("undated")
    a, b = month(first), month(last or first)
    if a == b:
        return a
    short = a.partition(" ")[0] if a[-4:] == b[-4:] else a
    return say("{first} to {last}", first=short, last=b)


def join(names: list[str], last: str = mark("and")) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {say(last)} {names[-1]}"


def table(
    caption: str,
    columns: list[tuple[str, bool]],
    rows: list[list[str]],
    total: list[str] | None = None,
    note: str = "",
) -> dict[str, Any]:
    """A figure of kind table; `columns` are (label, is it numeric)."""
    return {
        "kind": "table",
        "caption": caption,
        "columns": [{"label": label, "numeric": numeric} for label, numeric in columns],
        "rows": rows,
        "total": total,
        "note": note,
    }


def bars(
    caption: str, label: str, rows: list[dict[str, Any]], *, unit: str = "", note: str = ""
) -> dict[str, Any]:
    """A figure of kind bars, read like a table; a row is {label, value, text[, low, high]}.

    `value` None has no bar; `text` says the value, or why there is none.
    """
    return {"kind": "bars", "caption": caption, "label": label, "rows": rows, "unit": unit,
            "note": note}  # fmt: skip


def lines(
    caption: str, label: str, points: list[dict[str, Any]], *, unit: str = "", note: str = ""
) -> dict[str, Any]:
    """A figure of kind lines: one series in time order; a point is {label, value, text[, low, high]}.

    `value` None is a gap.
    """
    return {"kind": "lines", "caption": caption, "label": label, "rows": points, "unit": unit,
            "note": note}  # fmt: skip


def share(part: float | None, whole: float | None) -> str:
    """`62.0 % (31 of 50)`; a share of nothing is `no rate (0 of 0)`."""
    value = 100 * (part or 0) / whole if whole else None
    return say("{share} ({part} of {whole})", share=percent(value), part=count(part or 0),
               whole=count(whole or 0))  # fmt: skip


def points(value: float | None) -> str:
    """A difference of two rates: `+3.2 points`."""
    return say("no difference") if value is None else say("{change} points", change=f"{value:+.1f}")
