"""An allocation that was edited in Excel and came back (nets.md §13, plan template)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.exports import FORMULA_STARTS
from itn.domain.numbers import parse_count

TEMPLATE_COLUMNS = ("ward_code", "state", "lga", "ward", "target", "planned", "units", "reason")
"""`planned` is what the plan gives; a person types the wanted figure over `units`, and why."""
REASON_LEAST = 10
WardKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class EditedRow:
    """One line that wants something else than the plan."""

    ward: WardKey
    before: int
    units: int
    reason: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Edits:
    """What a returned table changes; `not_found` as written, `missing` from the table."""

    changes: tuple[EditedRow, ...]
    not_found: tuple[str, ...]
    missing: tuple[str, ...]
    unchanged: int

    @property
    def problems(self) -> tuple[EditedRow, ...]:
        return tuple(row for row in self.changes if row.problem)


def read_edits(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    planned: Mapping[WardKey, int],
    targets: Mapping[WardKey, int],
) -> Edits:
    """Compare a returned table with the plan.

    Parameters
    ----------
    planned, targets : bales (nets in a plan of single nets) by ward.

    A ward is found by its code, or by state, LGA and name. An empty `units` leaves the ward as it
    is.

    Raises
    ------
    InvalidInput : `COLUMNS_MISSING`, `WARD_TWICE`, `INVALID_NUMBER` naming line and value.
    """
    lacking = [name for name in ("ward", "units", "reason") if name not in columns]
    if lacking:
        raise InvalidInput(
            "COLUMNS_MISSING",
            f"The table lacks the columns {', '.join(lacking)}. Download the template, change "
            "'units' and 'reason' in it, and send it back with its header.",
            {"missing": lacking, "found": list(columns)},
        )
    by_code = {key[0]: key for key in planned if key[0]}
    by_name = {tuple(part.casefold() for part in key[1:]): key for key in planned}
    seen: set[WardKey] = set()
    changes, not_found, unchanged = [], [], 0
    for number, row in enumerate(rows, 2):
        cell = {name: _as_exported(row.get(name)) for name in TEMPLATE_COLUMNS}
        if not any(cell.values()):
            continue
        name = (cell["state"].casefold(), cell["lga"].casefold(), cell["ward"].casefold())
        key = by_code.get(cell["ward_code"]) or by_name.get(name)
        if key is None:
            not_found.append(f"line {number}: {cell['ward']} ({cell['lga']})")
            continue
        if key in seen:
            raise InvalidInput(
                "WARD_TWICE", f"Line {number}: {key[3]} ({key[2]}) stands in the table twice.",
                {"line": number, "ward": key[3]},
            )  # fmt: skip
        seen.add(key)
        if not cell["units"]:
            unchanged += 1
            continue
        units = parse_count(cell["units"], what=f"units in line {number} ({key[3]})")
        if units == planned[key]:
            unchanged += 1
            continue
        changes.append(_change(key, planned[key], units, targets.get(key, 0), cell["reason"]))
    missing = [f"{key[3]} ({key[2]})" for key in planned if key not in seen]
    return Edits(tuple(changes), tuple(not_found), tuple(missing), unchanged)


def _as_exported(value: object) -> str:
    """Return a cell without the apostrophe that our export puts before a formula-like text."""
    text = str(value if value is not None else "").strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def _change(key: WardKey, before: int, units: int, target: int, reason: str) -> EditedRow:
    problem = ""
    if len(reason) < REASON_LEAST:
        problem = f"the reason has fewer than {REASON_LEAST} characters"
    elif units > target:
        problem = f"more than the target of {target:,}"
    return EditedRow(key, before, units, reason, problem)
