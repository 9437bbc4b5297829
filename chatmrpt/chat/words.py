"""How the conversation writes figures and names. One place, so that pages and replies agree."""

from collections.abc import Mapping
from datetime import date
from typing import Any

LEVEL_LABELS = {
    "primary": "Primary",
    "secondary": "Secondary",
    "tertiary": "Tertiary",
    "all": "All facilities",
}
AGE_LABELS = {"u5": "Under five", "o5": "Five and over", "pw": "Pregnant women", "all": "All ages"}
DEFINITION_LABELS = {
    "facility_max": "Positivity, larger of RDT and microscopy in each facility-period",
    "rdt": "Positivity, RDT only",
    "microscopy": "Positivity, microscopy only",
    "pooled": "Positivity, both tests added",
    "dominant": "Positivity, main test of each facility",
    "method_max": "Higher of the two ward rates (comparison only, biased upward)",
    "opd": "Positives per out-patient: a ratio, not positivity",
    "fever": "Positives per person with fever: a ratio, not positivity",
}
EXCEEDING_LABELS = {
    "exclude": "left out",
    "keep": "kept as reported",
    "cap": "cut to the number tested",
}
STATUS_LABELS = {
    "ok": "",
    "too_few": "fewer than 20 tests",
    "no_tests": "no tests",
    "unmatched": "not on the ward list",
    "not_in_file": "not in the file",
}
REASON_LABELS = {
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
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def count(value: float | int | None) -> str:
    """1584 → `1,584`; a missing number → `not reported`."""
    if value is None:
        return "not reported"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def percent(value: float | None) -> str:
    """61.13 → `61.1 %`; undefined → `no rate`."""
    return "no rate" if value is None else f"{value:.1f} %"


def interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.1f} to {high:.1f} %"


def shown_interval(totals: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Return the interval to show with a state's totals: the wider one where it was computed."""
    if totals.get("wide_low") is None:
        return totals["low"], totals["high"]
    return totals["wide_low"], totals["wide_high"]


def plural(number: float | int | None, one: str, many: str | None = None) -> str:
    word = one if number == 1 else (many or one + "s")
    return f"{count(number)} {word}"


def month(value: date | str | None) -> str:
    if value is None:
        return ""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{MONTHS[day.month - 1]} {day.year}"


def period(first: date | str | None, last: date | str | None) -> str:
    """`Jan to Dec 2024`, `Jan 2022 to Dec 2024`, or `undated`."""
    if not first:
        return "undated"
    a, b = month(first), month(last or first)
    if a == b:
        return a
    return f"{a[:3]} to {b}" if a[-4:] == b[-4:] else f"{a} to {b}"


def join(names: list[str], last: str = "and") -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


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
    return f"{percent(value)} ({count(part or 0)} of {count(whole or 0)})"


def points(value: float | None) -> str:
    """A difference of two rates: `+3.2 points`."""
    return "no difference" if value is None else f"{value:+.1f} points"
