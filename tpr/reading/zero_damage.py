"""Repairing "na" that became "0" in the names of a file, and listing what was done."""

from __future__ import annotations

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

    def apply(self, unit: Unit, raw: dict[str, str], rows: int) -> dict[str, str]:
        """Return the names of a unit with the repairs that were accepted.

        Parameters
        ----------
        unit : its state must be known; its prefix is used to clean the readings.
        raw : names as written; never changed.
        rows : rows of the unit, for the count of the remarks.
        """
        if not any("0" in text for text in raw.values()):
            return raw
        fixed = dict(raw)
        if unit.state == _NASARAWA:
            fixed |= {name: with_prefix_restored(text) for name, text in raw.items()}
            unit.prefix = unit.prefix or names.row_prefix(fixed.get("state"), fixed.get("lga"))
        state = fixed.get("state", "")
        if unit.state and is_damaged(state):
            self._case("state", "", "", state, Repair(unit.state, "")).rows += rows
        lga = fixed.get("lga", "")
        if is_damaged(lga):
            case = self._cases.get(("lga", unit.state, "", lga)) or self._case(
                "lga", unit.state, "", lga, self._known.repair_lga(unit.state, lga)
            )
            case.rows += rows
            fixed["lga"] = case.repair.text or lga
        ward = fixed["ward"]
        if is_damaged(ward) and not names.is_unknown_ward(ward):
            key = names.lga_key(fixed.get("lga", ""), unit.prefix)
            case = self._cases.get(("ward", unit.state, key, ward)) or self._case(
                "ward", unit.state, key, ward, self._ward(unit, key, ward, fixed.get("lga", ""))
            )
            case.rows += rows
            fixed["ward"] = case.repair.text or ward
        facility = fixed.get("facility", "")
        if is_damaged(facility):
            self._facilities[facility] = self._facilities.get(facility, 0) + rows
        return fixed

    def _ward(self, unit: Unit, key: str, ward: str, lga: str) -> Repair:
        return self._known.repair_ward(
            unit.state, key, ward, lambda reading: names.clean_ward(reading, unit.prefix, lga)
        )

    def _case(self, field: str, state: str, lga: str, text: str, repair: Repair) -> _Case:
        place = ", ".join(part for part in (lga.title(), state) if part)
        return self._cases.setdefault((field, state, lga, text), _Case(repair, place))

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
