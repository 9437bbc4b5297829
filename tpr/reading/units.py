"""The units that a file reports on: one per distinct facility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

GIVEN: Final = "given"
INFERRED: Final = "inferred"
MISSING: Final = "missing"


@dataclass(slots=True)
class Unit:
    """One distinct combination of the place columns.

    Attributes
    ----------
    out : why its rows are no reports (an issue code), or None.
    prefix : DHIS2 prefix of its row, or None.
    subtotal : the facility is named like its ward.
    rule, confidence : of an inferred level.
    """

    state: str
    lga: str
    lga_key: str
    ward_raw: str
    ward: str
    ward_key: str
    name: str
    level: str | None = None
    level_source: str = MISSING
    ownership: str | None = None
    ward_code: str = ""
    out: str | None = None
    prefix: str | None = None
    subtotal: bool = False
    rule: int = 0
    confidence: str = ""

    def identity(self) -> tuple[Any, ...]:
        """State, LGA, ward, facility, level and ownership (inputs.md section 6.6)."""
        place = (self.state, self.lga_key, self.ward_key)
        return (*place, self.name.casefold(), self.level, self.ownership)


class Places(NamedTuple):
    """Units of a file.

    Attributes
    ----------
    units : distinct combinations.
    of_row : array (n_rows,), unit of each row.
    rows : array (n_units,), rows per unit.
    first : array (n_units,), first row of each unit.
    """

    units: list[Unit]
    of_row: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]
    first: npt.NDArray[np.intp]
