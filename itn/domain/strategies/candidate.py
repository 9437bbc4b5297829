"""What a strategy sees of a ward, and the shape every strategy has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from itn.domain.wards import LgaKey


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ward that can be served, in units of one bale (or one net in single-net plans).

    Parameters
    ----------
    rank : 1 = highest risk, unique.
    target : units that meet the need, >= 0.
    cap : the most units this ward may get, >= 0.
    population : persons, > 0.
    rate : positives per 1,000 people; None if unknown.
    """

    rank: int
    code: str
    lga: LgaKey
    target: int
    cap: int
    population: Decimal
    rate: Decimal | None = None


class Fill(Protocol):
    """Add at most `units` to `start`, within every ward's cap and every limited LGA's `room`.

    Wards come in rank order. LGAs that are missing from `room` have no maximum.
    """

    def __call__(
        self,
        wards: Sequence[Candidate],
        start: Sequence[int],
        units: int,
        room: Mapping[LgaKey, int],
    ) -> list[int]: ...
