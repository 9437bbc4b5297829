"""Whole bales: the stock in bales and each ward's target, by either of two rules (nets.md §2)."""

from collections.abc import Sequence
from enum import StrEnum

from chatmrpt.common.errors import InvalidInput
from itn.domain.wards import LgaKey

DEFAULT_BALE = 50
BALE_SIZES = (40, 50, 100)
WARD_CEILING_BELOW = 100


class TargetRule(StrEnum):
    """How a ward's need becomes whole bales."""

    WARD_CEILING = "ward_ceiling"
    LGA_REMAINDER = "lga_remainder"


def checked_bale(bale: int) -> int:
    """Return the bale size; 1 means planning in single nets.

    Raises
    ------
    InvalidInput : `BALE_SIZE` for a size that is not sold.
    """
    if bale != 1 and bale not in BALE_SIZES:
        raise InvalidInput(
            "BALE_SIZE",
            f"A bale of {bale} nets is not known. Use 50 (or 40, 100), or 1 to plan single nets.",
            {"bale": bale, "allowed": [1, *BALE_SIZES]},
        )
    return bale


def default_rule(wards: int) -> TargetRule:
    """Round every ward up for small plans; share the remainder inside each LGA from 100 wards on.

    Rounding every ward up costs half a bale on average: some 220,000 nets over 8,801 wards.
    """
    return TargetRule.WARD_CEILING if wards < WARD_CEILING_BELOW else TargetRule.LGA_REMAINDER


def split_stock(nets: int, bale: int) -> tuple[int, int]:
    """Return whole bales and the loose nets (0 to bale - 1) that stay at the state store."""
    return divmod(nets, bale)


def ward_ceiling(needs: Sequence[int], bale: int) -> list[int]:
    """Return ceil(need / bale) for each ward."""
    return [-(-need // bale) for need in needs]


def lga_remainder(
    needs: Sequence[int], lgas: Sequence[LgaKey], codes: Sequence[str], bale: int
) -> list[int]:
    """Return whole bales so that each LGA gets ceil(sum of needs / bale), no more.

    Parameters
    ----------
    needs : nets per ward, >= 0.
    lgas : (state, LGA) per ward.
    codes : ward codes, for the last tie.

    Returns
    -------
    list of int: floor(need / bale), plus one for the wards with the largest remainders
    (ties: larger need, then code).
    """
    targets = [need // bale for need in needs]
    members: dict[LgaKey, list[int]] = {}
    for index, lga in enumerate(lgas):
        members.setdefault(lga, []).append(index)
    for indices in members.values():
        whole = -(-sum(needs[index] for index in indices) // bale)
        missing = whole - sum(targets[index] for index in indices)
        indices.sort(key=lambda index: (-(needs[index] % bale), -needs[index], codes[index]))
        for index in indices[:missing]:
            targets[index] += 1
    return targets
