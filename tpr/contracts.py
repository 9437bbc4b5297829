"""What crosses the floor: frozen values, no rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WardRow:
    """A ward of a list."""

    id: int
    code: str
    name: str
    lga: str
    state: str
    urban: str


@dataclass(frozen=True, slots=True)
class WardFigure:
    """The TPR of a ward in a result. `ward_id` None: not on the list. `tpr` in percent or None.

    `wide_low` and `wide_high`: the 95 % interval with the design effect of its facilities, percent.
    """

    ward_id: int | None
    ward_code: str
    state: str
    lga: str
    ward: str
    ward_in_list: str
    tested: float | None
    positive: float | None
    tpr: float | None
    tpr_low: float | None
    tpr_high: float | None
    status: str
    facilities: int
    flags: tuple[str, ...]
    wide_low: float | None = None
    wide_high: float | None = None
