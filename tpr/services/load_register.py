"""Loading a register of facilities, the denominator of completeness (c) of inputs.md §7."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.names import clean_facility, clean_lga, clean_ward, lga_key, tidy, ward_key
from chatmrpt.common.states import canonical_state
from chatmrpt.common.tables import Cell, Table, read_table
from tpr.domain.aliases import exact_field, fold
from tpr.domain.levels import read_level
from tpr.domain.quality.register import name_key
from tpr.models import FacilityRegister, RegisterFacility

FIELDS = ("state", "lga", "ward", "facility", "level")
OF_REGISTERS = {
    "facility": ("facility_name", "name", "hf_name", "prim_name"),
    "level": ("facility_level", "category"),
    "ward": ("wardname",),
    "lga": ("lganame",),
}
"""Headers that registers use beside those of test files; compared after folding."""


@dataclass(frozen=True, slots=True)
class RegisterLoad:
    """What was loaded: facilities per state, and what was left out."""

    register: FacilityRegister
    facilities: dict[str, int]
    columns: dict[str, str]
    without_level: int
    twice: int
    nameless: int


def load_register(
    path: Path, *, name: str, year: int | None = None, state: str = "", replace: bool = False,
    told: dict[str, str | None] | None = None,
) -> RegisterLoad:  # fmt: skip
    """Load a register under a name.

    Writes: FacilityRegister, RegisterFacility. Raises Conflict REGISTER_EXISTS without `replace`;
    InvalidInput NO_REGISTER_COLUMN, NO_STATE, UNKNOWN_STATE, and those of `read_table`.
    """
    if not name.strip():
        raise InvalidInput("NO_REGISTER_NAME", "Give the register a name with --name.")
    table = read_table(path)
    columns = _columns(table, {k: v for k, v in (told or {}).items() if v})
    rows, twice, nameless = _rows(table, columns, state)
    with transaction.atomic():
        current = FacilityRegister.objects.select_for_update().filter(
            name=name, superseded_at__isnull=True
        )
        if current.exists() and not replace:
            raise Conflict(
                "REGISTER_EXISTS",
                f"A register named '{name}' is loaded already. Choose another name, or --replace "
                "to put this one in its place.",
                {"name": name},
            )
        current.update(superseded_at=timezone.now())
        register = FacilityRegister.objects.create(
            name=name, year=year, file_name=path.name, columns=columns,
            file_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        )  # fmt: skip
        for row in rows:
            row.register = register
        RegisterFacility.objects.bulk_create(rows, batch_size=1000)
    return RegisterLoad(
        register, dict(Counter(row.state for row in rows)), columns,
        sum(row.level is None for row in rows), twice, nameless,
    )  # fmt: skip


def _columns(table: Table, told: dict[str, str]) -> dict[str, str]:
    """Return field → header: as told, else by the aliases of test files, else of registers."""
    found: dict[str, str] = {}
    for field in FIELDS:
        if field in told:
            if told[field] not in table.columns:
                raise InvalidInput(
                    "NO_REGISTER_COLUMN",
                    f"There is no column '{told[field]}'. Found: {', '.join(table.columns[:20])}.",
                    {"column": told[field], "columns": table.columns},
                )
            found[field] = told[field]
            continue
        extra = {fold(header) for header in OF_REGISTERS.get(field, ())}
        matching = [c for c in table.columns if exact_field(c) == field] or [
            c for c in table.columns if fold(c) in extra
        ]
        if matching:
            found[field] = matching[0]
    missing = [field for field in ("facility", "lga") if field not in found]
    if missing:
        raise InvalidInput(
            "NO_REGISTER_COLUMN",
            f"The register has no column for {' and '.join(missing)}. Found: "
            f"{', '.join(table.columns[:20])}. Name it with --{missing[0]}-field.",
            {"missing": missing, "columns": table.columns},
        )
    return found


def _rows(
    table: Table, columns: dict[str, str], state: str
) -> tuple[list[RegisterFacility], int, int]:
    if "state" not in columns and not state:
        raise InvalidInput(
            "NO_STATE", "The register has no state column. Name the state with --state."
        )
    found: dict[tuple[str | None, ...], RegisterFacility] = {}
    twice = nameless = 0
    for row in table.rows:

        def cell(field: str, row: dict[str, Cell] = row) -> str:
            return tidy(row.get(columns.get(field, "")) or "")

        named = state or cell("state")
        canonical = canonical_state(named)
        if canonical is None:
            raise InvalidInput(
                "UNKNOWN_STATE", f"'{named}' is not a state of Nigeria.", {"state": named}
            )
        facility = clean_facility(cell("facility"))
        if not name_key(facility):
            nameless += 1
            continue
        lga, ward = clean_lga(cell("lga")), clean_ward(cell("ward"), None, cell("lga"))
        one = RegisterFacility(
            state=canonical, lga=lga, lga_key=lga_key(lga), ward=ward,
            ward_key=ward_key(ward, lga=lga) if ward else "", name=facility[:300],
            name_key=name_key(facility)[:300], level=read_level(cell("level")),
        )  # fmt: skip
        key = (one.state, one.lga_key, one.ward_key, one.name_key, one.level)
        twice += key in found
        found.setdefault(key, one)
    return list(found.values()), twice, nameless
