"""Names in which "na" was replaced by "0" (domain/inputs.md section 6.3).

A repair is accepted only when exactly one reading equals exactly one name of a closed list: the
states, the LGAs of the state, the wards of the LGA. Nothing here measures similarity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cached_property
from typing import Any, Final, NamedTuple

from chatmrpt.common.names import clean_lga, lga_key, tidy, ward_key
from tpr.domain.wardlists import zero_repairs

_BARE_PREFIX: Final = re.compile(r"^0(?=\s)")
NO_LIST: Final = "no boundary list of this state is loaded"
NO_LGA: Final = "the boundary list has no such LGA"


class Repair(NamedTuple):
    """The outcome for one name.

    Attributes
    ----------
    text : the repaired name, or None when the name is kept as written.
    reason : why it is kept, in words; empty when repaired.
    """

    text: str | None
    reason: str


def is_damaged(text: str) -> bool:
    """Say whether a 0 stands where letters were: it touches a letter and no other digit.

    Examples
    --------
    >>> [is_damaged(t) for t in ("Gwa0be", "0sarawa", "Ward 10", "KN1004", "Phase 0")]
    [True, True, False, False, False]
    """
    return bool(zero_repairs(text))


def with_prefix_restored(text: str) -> str:
    """Return the name of a Nasarawa unit whose prefix ``na`` became ``0`` (``0 Keffi Ward``)."""
    return _BARE_PREFIX.sub("na", text)


class KnownPlaces:
    """The names a repair may lead to.

    Parameters
    ----------
    places : ``{"lgas": {state: [LGA, …]}, "wards": {state: {lga: [ward, …]}}}``; each state from
        one boundary list.
    """

    def __init__(self, places: Mapping[str, Any] | None) -> None:
        self._lgas: Mapping[str, Sequence[str]] = (places or {}).get("lgas") or {}
        self._wards: Mapping[str, Mapping[str, Sequence[str]]] = (places or {}).get("wards") or {}

    def repair_lga(self, state: str, text: str) -> Repair:
        """Repair an LGA as written against the LGAs of its state."""
        if state not in self._lgas:
            return Repair(None, NO_LIST)
        known = {lga_key(name) for name in self._lgas[state]}
        return _only(text, known, lambda reading: lga_key(clean_lga(reading)), f"LGA of {state}")

    def repair_ward(self, state: str, lga: str, text: str, clean: Callable[[str], str]) -> Repair:
        """Repair a ward as written against the wards of its LGA.

        Parameters
        ----------
        lga : key of the LGA (`lga_key`).
        clean : removes prefix and "Ward" from a reading (`clean_ward` of the row).
        """
        if state not in self._wards:
            return Repair(None, NO_LIST)
        known = self._ward_keys.get((state, lga))
        if known is None:
            return Repair(None, NO_LGA)
        key = lambda reading: ward_key(clean(reading), lga=lga)  # noqa: E731
        return _only(text, known, key, "ward of the LGA")

    @cached_property
    def _ward_keys(self) -> dict[tuple[str, str], set[str]]:
        table: dict[tuple[str, str], set[str]] = {}
        for state, lgas in self._wards.items():
            for lga, wards in lgas.items():
                keys = table.setdefault((state, lga_key(lga)), set())
                keys.update(ward_key(name, lga=lga) for name in wards)
        return table


def _only(text: str, known: Set[str], key: Callable[[str], str], what: str) -> Repair:
    # "na" stands first in the readings and wins where both readings have one key.
    readings = {key(reading): reading for reading in reversed(zero_repairs(text))}
    found = [reading for k, reading in readings.items() if k in known]
    if len(found) == 1:
        return Repair(_in_case_of(text, found[0]), "")
    tried = " or ".join(f"'{reading}'" for reading in sorted(found or readings.values())[:4])
    if found:
        return Repair(None, f"{len(found)} names of the list fit: {tried}")
    return Repair(None, f"no {what} is called {tried}")


def _in_case_of(written: str, repaired: str) -> str:
    """Give the inserted letters the case of the name."""
    text = tidy(repaired)
    if written.upper() == written:
        return text.upper()
    pairs = zip(tidy(written).split(), text.split(), strict=True)
    return " ".join(new[:1].upper() + new[1:] if old[0] == "0" else new for old, new in pairs)
