"""What a plan knows about each ward, and what it says about it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from itn.domain.reasons import Reason, Status

LgaKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WardInput:
    """One ward before planning.

    Parameters
    ----------
    code : the ward's code in its list; may be empty for a typed file.
    rank : 1 = highest risk, unique; None if the ward has no rank.
    population : persons, >= 0; None if unknown. Never filled in.
    urban_percentage : 0 to 100; None if unknown.
    rate : positives per 1,000 people per year, or TPR x 1,000; None if unknown.
    category : risk class of the run ("High", "Medium", "Low"), where there is one.
    ward_id : primary key of the ward row, carried through untouched.
    shared_rank : rank before ties were broken, the same for wards of equal risk; None if not known.
    in_area : False for wards of the list outside the area of this plan.
    """

    code: str
    state: str
    lga: str
    ward: str
    rank: int | None
    population: Decimal | None
    urban_percentage: Decimal | None = None
    rate: Decimal | None = None
    category: str | None = None
    ward_id: int | None = None
    in_area: bool = True
    shared_rank: int | None = None

    @property
    def lga_key(self) -> LgaKey:
        return (self.state, self.lga)

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return (self.code, self.state, self.lga, self.ward)

    @property
    def place(self) -> str:
        """Name for a sentence, with the LGA."""
        return f"{self.ward} ({self.lga})" if self.lga else self.ward


@dataclass(frozen=True, slots=True)
class WardPlan:
    """One ward after planning; `nets` = bale size x `bales` + `loose_nets`."""

    ward: WardInput
    need: int | None
    target_bales: int | None
    bales: int
    loose_nets: int
    nets: int
    people_covered: int | None
    coverage: Fraction | None
    tier: int | None
    phase: str | None
    status: Status
    reason: Reason
    reason_text: str
