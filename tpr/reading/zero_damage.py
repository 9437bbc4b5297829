"""Repairing "na" that became "0" in the names of a file, and listing what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chatmrpt.common import names
from tpr.domain.na_zero import KnownPlaces, Repair, is_damaged, with_prefix_restored
from tpr.reading.issue_log import IssueLog
from tpr.reading.units import Unit

_NASARAWA = "Nasarawa"  # its prefix is "na", which the same damage turns into "0"


@dataclass(slots=True)
class _Case:
    repair: Repair
    place: str
    row: int
    rows: int = 0


class ZeroRepair:
    """Repairs the state, LGA and ward names of one file.

    Parameters
    ----------
    known : the closed lists; without a list of the state every damaged name is kept.
    """

    def __init__(self, known: KnownPlaces, log: IssueLog) -> None:
        self._known = known
        self._log = log
        self._cases: dict[tuple[str, str, str, str], _Case] = {}
        self._facilities: dict[str, int] = {}

    def apply(self, unit: Unit, raw: dict[str, str], rows: int, row: int) -> dict[str, str]:
        """Return the names of a unit with the repairs that were accepted.

        Parameters
        ----------
        unit : its state must be known; its prefix is used to clean the readings.
        raw : names as written; never changed.
        rows, row : rows of the unit and the first of them, for the remarks.
        """
        if not any("0" in text for text in raw.values()):
            return raw
        fixed = dict(raw)
        if unit.state == _NASARAWA:
            fixed |= {name: with_prefix_restored(text) for name, text in raw.items()}
            unit.prefix = unit.prefix or names.row_prefix(fixed.get("state"), fixed.get("lga"))
        state = fixed.get("state", "")
        if unit.state and is_damaged(state):
            self._settle("state", ("", ""), state, rows, row, lambda: Repair(unit.state, ""))
        lga = fixed.get("lga", "")
        if is_damaged(lga):
            fixed["lga"] = lga = self._settle(
                "lga", (unit.state, ""), lga, rows, row,
                lambda: self._known.repair_lga(unit.state, lga),
            )  # fmt: skip
        ward = fixed["ward"]
        if is_damaged(ward) and not names.is_unknown_ward(ward):
            key = names.lga_key(lga, unit.prefix)
            fixed["ward"] = self._settle(
                "ward", (unit.state, key), ward, rows, row,
                lambda: self._known.repair_ward(
                    unit.state, key, ward,
                    lambda reading: names.clean_ward(reading, unit.prefix, lga),
                ),
            )  # fmt: skip
        facility = fixed.get("facility", "")
        if is_damaged(facility):
            self._facilities[facility] = self._facilities.get(facility, 0) + rows
        return fixed

    def _settle(
        self,
        field: str,
        place: tuple[str, str],
        text: str,
        rows: int,
        row: int,
        repair: Callable[[], Repair],
    ) -> str:
        """Return the name to use; the repair is tried once per name and place."""
        case = self._cases.get((field, *place, text))
        if case is None:
            shown = ", ".join(part for part in (place[1].title(), place[0]) if part)
            case = self._cases[(field, *place, text)] = _Case(repair(), shown, row)
        case.rows += rows
        return case.repair.text or text

    def report(self) -> None:
        """List every repaired and every kept name once, with its rows."""
        for (field, _, _, text), case in self._cases.items():
            repaired = case.repair.text
            action = (
                f"read as '{repaired}'"
                if repaired is not None
                else f"kept as written: {case.repair.reason}"
            )
            self._log.add(
                "NA_ZERO_KEPT" if repaired is None else "NA_ZERO_REPAIRED",
                count=case.rows,
                row=case.row,
                column=field,
                ward=text if field == "ward" else "",
                value=text,
                action=f"{action} ({case.place})" if case.place else action,
            )
        # A single facility name with a 0 says nothing; beside other damage it is the same damage.
        if self._cases and self._facilities:
            example = ", ".join(list(self._facilities)[:3])
            self._log.add("NA_ZERO_IN_FACILITY", column="facility", value=example,
                          count=len(self._facilities), action="kept as written")  # fmt: skip
