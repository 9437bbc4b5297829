"""What the reader says of a file, in sentences with its real numbers (inputs.md section 11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tpr.domain.issues import INFO, ISSUE_CODES

Remark = Mapping[str, Any]
Remarks = Sequence[Remark]

_EXAMPLES: Final = 4
_SUMS: Final = re.compile(r"[\d,]+(?: \+ [\d,]+)+ = [\d,]+")
_SIZES: Final = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 row`` or ``1,170 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentences(remarks: Remarks, found: Mapping[str, int], counts: Mapping[str, Any]) -> list[str]:
    """Return one sentence per kind of remark that a person should know of.

    Parameters
    ----------
    remarks : rows of the remark list (``code``, ``row``, ``value``, ``action``, ``count``).
    found : full count per code; a cut list keeps it.
    counts : what was read (`result.json`); empty when the reading stopped early.

    Returns
    -------
    list of str
        In the order of inputs.md section 11.
    """
    by_code: dict[str, list[Remark]] = {}
    for remark in remarks:
        by_code.setdefault(str(remark["code"]), []).append(remark)
    said = []
    for codes, words in _WORDS:
        rows = [row for code in codes for row in by_code.get(code, ())]
        if rows:
            said.append(words(rows, found, counts))
    return said


def closing(counts: Mapping[str, Any], found: Mapping[str, int]) -> str:
    """Return the sentence that closes a reading: what, where, when, how complete."""
    rows = max(int(counts["rows_used"]), 1)
    places = ", ".join(
        plural(int(counts[name]), *words)
        for name, *words in (
            ("states", "state"),
            ("lgas", "LGA"),
            ("wards", "ward"),
            ("facilities", "facility", "facilities"),
        )
    )
    first, last = counts.get("first_period"), counts.get("last_period")
    when = "no period" if first is None else first if first == last else f"{first}–{last}"
    size = _SIZES.get(str(counts.get("granularity")))
    attention = sum(1 for code in found if ISSUE_CODES[code].severity != INFO)
    return (
        f"Read: {places}, {when}{f' ({size})' if size else ''}. "
        f"RDT present in {100 * counts['rows_with_rdt'] / rows:.0f} % of rows, microscopy in "
        f"{100 * counts['rows_with_microscopy'] / rows:.0f} %. "
        + (
            f"{plural(attention, 'point needs', 'points need')} your attention."
            if attention
            else "Nothing needs your attention."
        )
    )


def _n(rows: Remarks, found: Mapping[str, int]) -> int:
    return sum(found[code] for code in {str(row["code"]) for row in rows})


def _extension(rows: Remarks, *_: object) -> str:
    kind = str(rows[0]["action"]).removeprefix("read as ")
    return f"The file is called '{rows[0]['value']}' but is {kind}; I read it as that."


def _archive(rows: Remarks, *_: object) -> str:
    return f"The archive holds one readable file, '{rows[0]['value']}'; I read that one."


def _sheets(rows: Remarks, *_: object) -> str:
    number = int(rows[0]["count"])
    verb = "looks like a summary and was" if number == 1 else "look like summaries and were"
    return (
        f"I {rows[0]['action']}. {'Sheet' if number == 1 else 'Sheets'} {rows[0]['value']} "
        f"{verb} not used."
    )


def _header(rows: Remarks, *_: object) -> str:
    above = int(rows[0]["row"]) - 1
    passed = plural(above, "row above it was", "rows above it were")
    return f"The headers are in row {above + 1}; {passed} passed over."


def _lost_signs(rows: Remarks, *_: object) -> str:
    return (
        f"{plural(len(rows), 'header')} lost the sign before 5 years; the other columns leave "
        f"under 5 only: {_list(str(row['column']) for row in rows)}."
    )


def _formed(rows: Remarks, *_: object) -> str:
    return "There is no tested column. " + " ".join(
        f"{_capital(str(row['value']))}: {row['action']}." for row in rows[:_EXAMPLES]
    )


def _total(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    number = _n(rows, found)
    if number == 1:
        return f"Row {rows[0]['row']:,} is a grand total and was left out."
    return f"{number:,} rows are grand totals and were left out."


def _subtotals(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    number = _n(rows, found)
    return (
        f"{plural(number, 'row is a', 'rows are')} ward {'subtotal' if number == 1 else 'subtotals'}"
        " or stores; I used the facility rows instead. See the list."
    )


def _subtotal_only(rows: Remarks, *_: object) -> str:
    wards = _list(str(row["ward"]) for row in rows)
    return (
        f"{plural(len(rows), 'ward has', 'wards have')} a subtotal only ({wards}); it is kept as "
        "one reporting unit."
    )


def _copies(rows: Remarks, *_: object) -> str:
    sums = [
        f"{str(row['value']).partition(' columns of ')[2]} {match[0]}"
        for row in rows
        if (match := _SUMS.search(str(row["action"])))
    ]
    many = plural(len(rows), "column appears", "columns appear")
    return f"{many} more than once. I combined the copies" + (
        f": {_list(sums)}." if sums else "; every row keeps its text."
    )


def _encoding(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    number = plural(_n(rows, found), "text was", "texts were")
    example = next((str(row["value"]) for row in rows if row["value"]), "")
    return f"Some characters were damaged; {number} repaired by a fixed table, such as '{example}'."


def _zeros(rows: Remarks, *_: object) -> str:
    repaired = sum(row["code"] == "NA_ZERO_REPAIRED" for row in rows)
    kept = len(rows) - repaired
    return (
        "Some names were damaged ('na' became '0'). I repaired "
        f"{plural(repaired, 'name that matches', 'names that match')} a known name; "
        f"{kept:,} {'is' if kept == 1 else 'are'} waiting for you."
    )


def _code_used(rows: Remarks, *_: object) -> str:
    name, _sign, code = str(rows[0]["value"]).rpartition(" / ")
    return f"The period column says {name}, the code says {code}. I used the code."


def _unknown_ward(rows: Remarks, *_: object) -> str:
    return (
        f"{rows[0]['value']} have no ward. They count for the LGA and the state but not for any "
        "ward."
    )


def _inferred(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    return (
        f"The file has no facility level. I read it from the names of {_n(rows, found):,} "
        "facilities (about 83 % accurate); 'all facilities' is the safe choice."
    )


def _level_unknown(rows: Remarks, *_: object) -> str:
    return " ".join(
        f"{plural(int(row['count']), 'facility has', 'facilities have')} the level "
        f"'{row['value']}', which I do not know. They count only under 'all facilities'."
        for row in rows[:_EXAMPLES]
    )


def _exceeding(rows: Remarks, found: Mapping[str, int], counts: Mapping[str, Any]) -> str:
    figures = ""
    if counts:
        figures = (
            f" ({counts['exceeding_tested']:,} tests, {counts['exceeding_positive']:,} positives)"
        )
    number = plural(_n(rows, found), "pair of figures has", "pairs of figures have")
    return (
        f"{number} more positives than tests{figures}. They are left out; you can keep or cap "
        "them instead."
    )


def _texts(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    number = plural(_n(rows, found), "cell is not a number", "cells are not numbers")
    return f"{number} and treated as missing."


def _conflicts(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    number = plural(_n(rows, found), "report stands", "reports stand")
    return (
        f"{number} beside another of the same facility and period with different figures; one row "
        f"is used: {_way(rows)}."
    )


def _way(rows: Remarks) -> str:
    """The rule by which one of two rows stays, from the remark itself."""
    action = str(rows[0].get("action") or "") if rows else ""
    return action.partition(": ")[2] or "the one with more filled test cells"


def _future(rows: Remarks, found: Mapping[str, int], _: object) -> str:
    number = plural(_n(rows, found), "row is dated", "rows are dated")
    return f"{number} in the future and not used."


def _annual(*_rows: object) -> str:
    return "The periods are whole years, so completeness by month cannot be given."


def _plain(rows: Remarks, *_: object) -> str:
    """The sentence of the kind, with what was done."""
    kind = ISSUE_CODES[str(rows[0]["code"])]
    action = str(rows[0]["action"] or "")
    return f"{kind.sentence.rstrip('.')}: {action}." if action else kind.sentence


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list(items: Any) -> str:
    texts = list(items)
    more = len(texts) - _EXAMPLES
    return ", ".join(texts[:_EXAMPLES]) + (f" and {more:,} more" if more > 0 else "")


_Words = Callable[[Remarks, Mapping[str, int], Mapping[str, Any]], str]
_WORDS: Final[tuple[tuple[tuple[str, ...], _Words], ...]] = (
    (("EXTENSION_DIFFERS",), _extension),
    (("ARCHIVE_OPENED",), _archive),
    (("SHEETS_NOT_USED",), _sheets),
    (("HEADER_ROW_MOVED",), _header),
    (("HEADER_SIGN_LOST",), _lost_signs),
    (("NEGATIVE_FORMED",), _formed),
    (("METHOD_NOT_STATED",), _plain),
    (("STATE_FROM_PREFIX",), _plain),
    (("GRAND_TOTAL_LEFT_OUT",), _total),
    (("SUBTOTAL_LEFT_OUT", "STORE_LEFT_OUT"), _subtotals),
    (("SUBTOTAL_ONLY",), _subtotal_only),
    (("SUBTOTALS_KEPT",), _plain),
    (("DUPLICATE_HEADER_COMBINED",), _copies),
    (("ENCODING_REPAIRED",), _encoding),
    (("NA_ZERO_REPAIRED", "NA_ZERO_KEPT"), _zeros),
    (("PERIOD_CODE_USED",), _code_used),
    (("DATE_TRAP_DECIDED",), _plain),
    (("UNKNOWN_WARD",), _unknown_ward),
    (("LEVEL_INFERRED",), _inferred),
    (("LEVEL_UNKNOWN",), _level_unknown),
    (("SWAPPED_DECIDED",), _plain),
    (("LOOKS_SWAPPED",), _plain),
    (("POSITIVE_ABOVE_TESTED",), _exceeding),
    (("TEXT_IN_COUNT", "ERROR_IN_COUNT"), _texts),
    (("DUPLICATE_CONFLICT",), _conflicts),
    (("PERIOD_FUTURE",), _future),
    (("PERIODS_ANNUAL",), _annual),
)
