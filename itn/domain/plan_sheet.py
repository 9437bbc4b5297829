"""A planning sheet of others, line by line, and what is odd in it (nets.md §12, P1 to P10)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import half_up, number_text, total
from itn.domain.plausibility import (
    BALES_TOLERANCE,
    ERRORS,
    FLAG_CHECK,
    FLAG_WORDS,
    Check,
    Flag,
    PlanLine,
    bales_missing,
    line_flags,
)
from itn.domain.population_table import (
    LGA_NAMES,
    PERSONS_NAMES,
    STATE_NAMES,
    WARD_NAMES,
    persons_in,
)

NETS_NAMES = ("nets", "itn", "itns", "llin", "llins", "totalnets", "netsrequired", "netsneeded",
              "netneed", "needednets", "numberofnets", "allocatednets", "netsallocated",
              "netsplanned")  # fmt: skip
BALES_NAMES = ("bales", "totalbales", "numberofbales", "allocatedbales", "balesrequired", "bale")
CODE_NAMES = ("wardcode", "wardpcode", "code")
TOTALS = ("total", "totals", "grandtotal", "sum", "national", "overall", "all", "nigeria")
_YEARED = re.compile(r"^(?:ward|total|projected|target)*pop(?:ulation)?(?:19|20)\d\d$")
PLACES_LISTED = 20
RATIO_LOW, RATIO_HIGH = Fraction(1, 2), Fraction(2)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One place of the sheet: `number` counts from 2; None where a cell is blank."""

    number: int
    state: str
    lga: str
    ward: str
    code: str
    population: Decimal | None
    nets: Decimal | None
    bales: Decimal | None

    @property
    def place(self) -> str:
        name = self.ward or self.lga or self.state or self.code
        within = [part for part in (self.lga, self.state) if part and part != name]
        return f"{name} ({', '.join(within)})" if within else name


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as read; `total` is its own line of sums; `unread` cells that are no number."""

    columns: dict[str, str]
    lines: tuple[SheetLine, ...]
    total: SheetLine | None
    unread: tuple[str, ...]

    @property
    def level(self) -> str:
        return "ward" if any(line.ward or line.code for line in self.lines) else (
            "lga" if any(line.lga for line in self.lines) else "state"
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Against:
    """What a sheet is compared with: persons by ward code or (LGA, ward) in lower case.

    `wards`: wards of the list in the states of the sheet; None where nothing is compared.
    """

    source: str = ""
    by_code: Mapping[str, Decimal] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    wards: int | None = None


def read_sheet(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Sheet:
    """Recognise the columns and read every line.

    Raises
    ------
    InvalidInput : `COLUMNS_MISSING` without a place or nets, `EMPTY_TABLE` without a line.
    """
    found = _columns(columns)
    lines: list[SheetLine] = []
    totals: list[SheetLine] = []
    unread: list[str] = []
    for number, row in enumerate(rows, 2):
        figures: dict[str, Decimal | None] = {}
        for what in ("population", "nets", "bales"):
            try:
                figures[what] = persons_in(row.get(found[what])) if what in found else None
            except ValueError as error:
                figures[what] = None
                unread.append(f"line {number}, {found[what]}: {error}"[:200])
        names = {what: _text(row.get(found[what])) if what in found else ""
                 for what in ("state", "lga", "ward", "code")}  # fmt: skip
        if not any(names.values()):
            continue
        line = SheetLine(
            number, names["state"], names["lga"], names["ward"], names["code"],
            figures["population"], figures["nets"], figures["bales"],
        )  # fmt: skip
        summed = any(_bare(name) in TOTALS for name in names.values())
        (totals if summed else lines).append(line)
    if not lines:
        raise InvalidInput("EMPTY_TABLE", "The sheet names no place, so there is nothing to check.")
    return Sheet(found, tuple(lines), totals[-1] if len(totals) == 1 else None, tuple(unread))


def sheet_flags(sheet: Sheet, *, bale: int) -> list[tuple[SheetLine, list[Flag]]]:
    """Return every line with its flags, in the order of the sheet."""
    keyed = _keyed(sheet)
    flags = line_flags(keyed, bale=bale, wards=sheet.level == "ward")
    return [(line, flags[key.place]) for line, key in zip(sheet.lines, keyed, strict=True)]


def sheet_checks(
    sheet: Sheet, *, bale: int = 50, stock: int | None = None, against: Against | None = None
) -> list[Check]:
    """Return the findings over the whole sheet, P1 to P10, those with a line first named."""
    found = sheet_flags(sheet, bale=bale)
    checks = [_of_flag(flag, [line for line, flags in found if flag in flags]) for flag in Flag]
    checks += [_by_area(sheet, area) for area in ("lga", "state")]
    checks += [_sum_of_bales(sheet, bale), *_totals(sheet, stock), *_compared(sheet, against)]
    present = [check for check in checks if check is not None]
    return sorted(present, key=lambda check: (int(check.id[1:]), check.level))


def _of_flag(flag: Flag, lines: Sequence[SheetLine]) -> Check | None:
    if not lines:
        return None
    return Check(
        FLAG_CHECK[flag], "error" if flag in ERRORS else "warning", len(lines),
        tuple(line.place for line in lines[:PLACES_LISTED]),
        f"{len(lines):,} {'line' if len(lines) == 1 else 'lines'}: {FLAG_WORDS[flag]}.",
    )  # fmt: skip


def _by_area(sheet: Sheet, area: str) -> Check | None:
    """P1 over the sums of LGAs or states, where the sheet lists something smaller."""
    if sheet.level == area:
        return None
    sums: dict[str, list[Fraction]] = {}
    for line in sheet.lines:
        name = line.lga if area == "lga" else line.state
        if name and line.population is not None and line.nets is not None:
            have = sums.setdefault(name, [Fraction(0), Fraction(0)])
            have[0] += Fraction(line.population)
            have[1] += Fraction(line.nets)
    odd = [
        f"{name} {half_up(people / nets, 2)}"
        for name, (people, nets) in sorted(sums.items())
        if nets and not Fraction(17, 10) <= people / nets <= 2
    ]
    if not odd:
        return None
    return Check(
        "P1", "warning", len(odd), tuple(odd[:PLACES_LISTED]),
        f"{len(odd):,} {'LGAs' if area == 'lga' else 'states'} as a whole have fewer than 1.70 or "
        "more than 2.00 persons per net.",
    )  # fmt: skip


def _sum_of_bales(sheet: Sheet, bale: int) -> Check | None:
    keyed = _keyed(sheet)
    missing = bales_missing(keyed, bale)
    if abs(missing) <= BALES_TOLERANCE * max(1, len(keyed)):
        return None
    words = "missing" if missing > 0 else "too many"
    return Check(
        "P5", "error", 1, (),
        f"All nets make {abs(int(missing)):,} bales of {bale} {'more' if missing > 0 else 'fewer'} "
        f"than the bales written: {number_text(half_up(abs(missing), 2))} {words}.",
    )  # fmt: skip


def _totals(sheet: Sheet, stock: int | None) -> list[Check]:
    checks = []
    nets = total(Fraction(line.nets) for line in sheet.lines if line.nets is not None)
    if stock is not None and nets > stock:
        checks.append(Check(
            "P6", "error", 1, (),
            f"The lines add up to {number_text(nets)} nets, above the stock of {stock:,}.",
        ))  # fmt: skip
    if sheet.total is None:
        return checks
    for what in ("population", "nets", "bales"):
        said = getattr(sheet.total, what)
        parts = total(
            Fraction(getattr(line, what)) for line in sheet.lines
            if getattr(line, what) is not None
        )  # fmt: skip
        if said is not None and abs(Fraction(said) - parts) > Fraction(1, 2):
            checks.append(Check(
                "P6", "error", 1, (sheet.total.place,),
                f"The line '{sheet.total.place}' says {number_text(said)} for {what}, the lines add "
                f"up to {number_text(half_up(parts, 2))}.",
            ))  # fmt: skip
    return checks


def _compared(sheet: Sheet, against: Against | None) -> list[Check]:
    """P7 against another population list, P8 against the wards of the list."""
    if against is None:
        return []
    checks = []
    far = []
    for line in sheet.lines:
        other = against.by_code.get(line.code.casefold()) if line.code else None
        if other is None and line.ward:
            other = against.by_name.get((line.lga.casefold(), line.ward.casefold()))
        if not other or not line.population:
            continue
        ratio = Fraction(line.population) / Fraction(other)
        if not RATIO_LOW <= ratio <= RATIO_HIGH:
            far.append(f"{line.place} {half_up(ratio, 2)}")
    if far:
        checks.append(Check(
            "P7", "warning", len(far), tuple(far[:PLACES_LISTED]),
            f"{len(far):,} populations are less than half or more than twice those of "
            f"{against.source}.",
        ))  # fmt: skip
    if against.wards is not None and sheet.level == "ward" and against.wards != len(sheet.lines):
        checks.append(Check(
            "P8", "error", 1, (),
            f"The sheet has {len(sheet.lines):,} wards, the ward list {against.wards:,}. 186 of 193 "
            "in a DHIS2 file is known and explained; any other gap is a question.",
        ))  # fmt: skip
    return checks


def _keyed(sheet: Sheet) -> list[PlanLine]:
    """Return the lines with places that differ, as the flags are found by place."""
    return [
        PlanLine(f"{line.number}|{line.place}", line.population, _whole(line.nets), line.bales)
        for line in sheet.lines
    ]


def _whole(nets: Decimal | None) -> int | None:
    return None if nets is None else int(half_up(Fraction(nets)))


def _columns(columns: Sequence[str]) -> dict[str, str]:
    bare: dict[str, str] = {}
    for column in columns:
        bare.setdefault(_bare(column), column)

    def first(names: Sequence[str]) -> str:
        return next((bare[name] for name in names if name in bare), "")

    yeared = [column for name, column in bare.items() if _YEARED.match(name)]
    found = {
        "state": first(STATE_NAMES), "lga": first(LGA_NAMES), "ward": first(WARD_NAMES),
        "code": first(CODE_NAMES), "nets": first(NETS_NAMES), "bales": first(BALES_NAMES),
        "population": first(PERSONS_NAMES) or (yeared[0] if len(yeared) == 1 else ""),
    }  # fmt: skip
    if not found["nets"] or not any(found[name] for name in ("state", "lga", "ward", "code")):
        lacking = "nets" if not found["nets"] else "state, lga or ward"
        raise InvalidInput(
            "COLUMNS_MISSING",
            f"The sheet has no column for {lacking}. Needed are a place (state, lga, ward or "
            f"ward_code) and nets; population and bales are checked if there. Its columns are: "
            f"{', '.join(columns)[:500]}.",
            {"found": list(columns)[:60]},
        )
    return {what: column for what, column in found.items() if column}


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value if value is not None else "").split())[:200]
