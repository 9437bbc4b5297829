"""Joining population rows to the wards of one list: by code, else by name, never by similarity."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chatmrpt.common.states import canonical_state
from itn.domain.population_table import PopulationRow, RejectedRow
from tpr.domain.matching import MATCHED, DataWard, ListWard, match


@dataclass(slots=True)
class PopulationJoin:
    """What became of the rows of a file against one ward list.

    `persons` : ward id to persons. `missing` : wards without a figure. `unmatched` : rows of the
    list's states that join to no ward. `conflicts` : wards that got different figures from
    several rows; they keep none. `other_states` : number of rows of states outside the list.
    """

    persons: dict[int, Decimal] = field(default_factory=dict)
    by_code: int = 0
    by_name: int = 0
    missing: list[ListWard] = field(default_factory=list)
    unmatched: list[RejectedRow] = field(default_factory=list)
    conflicts: list[RejectedRow] = field(default_factory=list)
    other_states: int = 0
    repeated: int = 0


def join_population(rows: Sequence[PopulationRow], wards: Sequence[ListWard]) -> PopulationJoin:
    """Join rows to wards one to one.

    A code joins before a name. Two rows for one ward with the same figure count once; with
    different figures the ward keeps none and both rows are listed: which one is right is for a
    person to say.
    """
    result = PopulationJoin()
    states = {ward.state for ward in wards}
    letters = {_letters(ward.code) for ward in wards}
    by_code = {ward.code.strip().casefold(): ward for ward in wards}
    joined: dict[int, list[PopulationRow]] = {}
    named: list[PopulationRow] = []
    for row in rows:
        ward = by_code.get(row.code.casefold()) if row.code else None
        if ward is not None:
            joined.setdefault(ward.id, []).append(row)
            result.by_code += 1
        elif is_elsewhere(row, states, letters):
            result.other_states += 1
        elif row.ward and row.lga and row.state:
            named.append(row)
        else:
            result.unmatched.append(_unmatched(row, "no ward of the list has this code"))
    outcomes = match([DataWard(row.state, row.lga, row.ward) for row in named], wards)
    for row, outcome in zip(named, outcomes, strict=True):
        if outcome.ward is not None and outcome.method in MATCHED:
            joined.setdefault(outcome.ward.id, []).append(row)
            result.by_name += 1
        else:
            result.unmatched.append(_unmatched(row, outcome.reason or "no such ward in the list"))
    for ward_id, found in joined.items():
        result.repeated += len(found) - 1
        if len({row.persons for row in found}) > 1:
            result.conflicts += [
                RejectedRow(
                    row.number, row.label, f"another row gives this ward a different figure "
                    f"({row.persons:,} here)",
                )
                for row in found
            ]  # fmt: skip
        else:
            result.persons[ward_id] = found[0].persons
    result.missing = [ward for ward in wards if ward.id not in result.persons]
    return result


def _letters(code: str) -> str:
    """Return the two letters that ward codes of one state share; empty for other codes."""
    start = code.strip()[:2].casefold()
    return start if start.isalpha() and len(start) == 2 else ""


def is_elsewhere(row: PopulationRow, states: set[str], letters: set[str]) -> bool:
    """Say whether a row belongs to a state outside the list, by its state cell or its code.

    The letters are compared with those of the list's own codes, not with a table: Niger's ward
    codes begin with NI while its state code is NG.
    """
    if row.state:
        state = canonical_state(row.state)
        return state is not None and state not in states
    return bool(row.code) and "" not in letters and _letters(row.code) not in letters


def _unmatched(row: PopulationRow, reason: str) -> RejectedRow:
    return RejectedRow(row.number, row.label, reason)
