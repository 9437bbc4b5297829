"""Reading a table of ranked wards: `ward, rank, population` and optional columns.

Contract of `itn_plan --wards` (contracts.md §2): `urban_percentage, lga, state, ward_code, tpr`
(percent) and `burden` (positives per 1,000 people per year).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import exact
from itn.domain.limits import LgaLimit
from itn.domain.numbers import parse_count, parse_decimal
from itn.domain.wards import LgaKey, WardInput

Cell = str | float | None
NAMES: Mapping[str, tuple[str, ...]] = {
    "ward": ("ward", "wardname"),
    "rank": ("rank", "riskrank"),
    "population": ("population", "pop", "persons"),
    "urban_percentage": ("urbanpercentage", "urbanpercent", "urbanshare", "urban"),
    "lga": ("lga", "lganame"),
    "state": ("state", "statename"),
    "ward_code": ("wardcode", "code"),
    "tpr": ("tpr", "tprpercent"),
    "burden": ("burden", "rate"),
    "category": ("category", "riskclass"),
}
REQUIRED = ("ward", "rank", "population")


@dataclass(frozen=True, slots=True)
class WardTable:
    """Wards of a file; `rate_is_tpr` when no burden column had a value and TPR stands in."""

    wards: tuple[WardInput, ...]
    rate_is_tpr: bool


def wards_from_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> WardTable:
    """Read ranked wards; blank cells stay unknown.

    Raises
    ------
    InvalidInput : `COLUMN_MISSING`, `CELL_INVALID`, `WARD_NAME_MISSING`, each with row and value.
    """
    found = _columns(columns)
    table = list(rows)
    use_tpr = not any(_text(row, found.get("burden")) for row in table)
    wards = []
    for number, row in enumerate(table, start=2):
        name = _text(row, found["ward"])
        if not any(_text(row, column) for column in columns):
            continue  # a blank line is not a ward
        if not name:
            raise InvalidInput(
                "WARD_NAME_MISSING",
                f"Row {number} has no ward name. Fill it in, or remove the row.",
                {"row": number},
            )
        rank = _number(row, found["rank"], number)
        if rank is not None and rank != int(rank):
            raise _cell_error(found["rank"], number, rank, "a rank is a whole number from 1")
        burden = _number(row, found.get("burden"), number)
        tpr = _number(row, found.get("tpr"), number)
        wards.append(
            WardInput(
                code=_text(row, found.get("ward_code")),
                state=_text(row, found.get("state")),
                lga=_text(row, found.get("lga")),
                ward=name,
                rank=None if rank is None else int(rank),
                population=_number(row, found["population"], number),
                urban_percentage=_number(row, found.get("urban_percentage"), number),
                rate=(None if tpr is None else tpr * 10) if use_tpr else burden,
                category=_text(row, found.get("category")) or None,
            )
        )
    return WardTable(tuple(wards), use_tpr)


def _columns(columns: Sequence[str]) -> dict[str, str]:
    bare: dict[str, str] = {}
    for column in columns:
        bare.setdefault(re.sub(r"[^a-z0-9]", "", column.casefold()), column)
    found = {
        what: next((bare[name] for name in names if name in bare), "")
        for what, names in NAMES.items()
    }
    missing = [what for what in REQUIRED if not found[what]]
    if missing:
        raise InvalidInput(
            "COLUMN_MISSING",
            f"The table has no column {', '.join(missing)}. Needed are ward, rank and population; "
            f"its columns are: {', '.join(columns)}.",
            {"missing": missing, "columns": list(columns)},
        )
    return {what: column for what, column in found.items() if column}


def _text(row: Mapping[str, Cell], column: str | None) -> str:
    value = row.get(column) if column else None
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _number(row: Mapping[str, Cell], column: str | None, number: int) -> Decimal | None:
    """Return the number of a cell, exactly as its text says; None when blank."""
    text = _text(row, column)
    if not text or column is None or text.casefold() in ("na", "n/a", "nan", "null", "none", "-"):
        return None
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _cell_error(column, number, text, "it is not a number") from None
    if not value.is_finite() or value < 0:
        raise _cell_error(column, number, text, "it must be zero or above")
    return value


def _cell_error(column: str, number: int, value: object, why: str) -> InvalidInput:
    return InvalidInput(
        "CELL_INVALID",
        f"{column} = '{value}' in row {number}: {why}. Correct it, or leave the cell blank if it "
        "is not known.",
        {"column": column, "row": number, "value": str(value)},
    )


@dataclass(frozen=True, slots=True)
class Quota:
    """Bales for one LGA, or a share of its target; `state` empty when the file does not say."""

    state: str
    lga: str
    bales: LgaLimit


def quotas_from_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> list[Quota]:
    """Read LGA quotas from a table `lga, bales[, state]`."""
    by_name = {column.strip().casefold(): column for column in columns}
    if "lga" not in by_name or "bales" not in by_name:
        raise InvalidInput(
            "COLUMN_MISSING",
            f"A table of LGA quotas needs the columns lga and bales; it has: {', '.join(columns)}.",
            {"columns": list(columns)},
        )
    quotas = []
    for number, row in enumerate(rows, start=2):
        lga = _text(row, by_name["lga"])
        typed = _text(row, by_name["bales"])
        if typed.endswith("%") and lga:
            quotas.append(Quota(_text(row, by_name.get("state")), lga, limit_from(typed, lga)))
            continue
        bales = _number(row, by_name["bales"], number)
        if bales is None or not lga:
            continue
        if bales != int(bales):
            raise _cell_error("bales", number, bales, "bales are whole")
        quotas.append(Quota(_text(row, by_name.get("state")), lga, int(bales)))
    return quotas


def limit_from(text: str, lga: str) -> LgaLimit:
    """Read "40" as bales and "50 %" as a share of the target of the LGA.

    Raises
    ------
    InvalidInput : `INVALID_NUMBER`, `LGA_QUOTA_FORMAT` for a share above 100 %.
    """
    text = text.strip()
    if not text.endswith("%"):
        return parse_count(text, what=f"bales for {lga}")
    share = exact(parse_decimal(text, what=f"share for {lga}")) / 100
    if share > 1:
        raise InvalidInput(
            "LGA_QUOTA_FORMAT", f"{text[:20]} for {lga} is more than the whole target of the LGA.",
            {"lga": lga, "given": text[:20]},
        )  # fmt: skip
    return share


def quotas_from_text(text: str) -> list[Quota]:
    """Read LGA quotas typed into a form: "L1 = 40; L2 = 60", one per line or semicolon."""
    quotas = []
    for part in re.split(r"[;\n]+", text):
        if not part.strip():
            continue
        lga, separator, bales = part.rpartition("=")
        if not separator or not lga.strip() or not bales.strip():
            raise InvalidInput(
                "LGA_QUOTA_FORMAT",
                f"'{part.strip()[:80]}' is not a quota. Write one per line: name of the LGA = bales.",
                {"given": part.strip()[:80]},
            )
        quotas.append(Quota("", lga.strip(), limit_from(bales, lga.strip()[:60])))
    return quotas


def resolve_quotas(quotas: Iterable[Quota], wards: Iterable[WardInput]) -> dict[LgaKey, LgaLimit]:
    """Give each quota the state of its LGA.

    Raises
    ------
    InvalidInput : `LGA_UNKNOWN`, `LGA_AMBIGUOUS` (the name exists in several states),
        `LGA_QUOTA_TWICE`.
    """
    by_name: dict[str, set[LgaKey]] = {}
    for ward in wards:
        by_name.setdefault(ward.lga.casefold(), set()).add(ward.lga_key)
    resolved: dict[LgaKey, LgaLimit] = {}
    for quota in quotas:
        found = {
            key
            for key in by_name.get(quota.lga.casefold(), set())
            if not quota.state or key[0].casefold() == quota.state.casefold()
        }
        if not found:
            raise InvalidInput(
                "LGA_UNKNOWN",
                f"No ward of this plan lies in the LGA '{quota.lga}'. Check the spelling.",
                {"lga": quota.lga, "state": quota.state},
            )
        if len(found) > 1:
            states = sorted(key[0] for key in found)
            raise InvalidInput(
                "LGA_AMBIGUOUS",
                f"The LGA '{quota.lga}' exists in {', '.join(states)}. Add a state column.",
                {"lga": quota.lga, "states": states},
            )
        key = found.pop()
        if key in resolved:
            raise InvalidInput(
                "LGA_QUOTA_TWICE",
                f"The LGA '{quota.lga}' has two quotas. Keep one.",
                {"lga": quota.lga},
            )
        resolved[key] = quota.bales
    return resolved
