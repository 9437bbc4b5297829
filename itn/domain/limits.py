"""Floors, caps and LGA quotas (nets.md §3): checked for consistency, never relaxed silently."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from chatmrpt.common.errors import DomainError
from itn.domain.exact import as_decimal, ceil, number_text
from itn.domain.strategies.candidate import Candidate
from itn.domain.strategies.proportional import largest_remainder
from itn.domain.wards import LgaKey

LgaLimit = int | Fraction
"""Bales, or a share (0 to 1) of the target of the LGA."""


def limit_text(limit: LgaLimit) -> str:
    """Return a limit as it is typed and stored: "1,200" or "50 %"."""
    if isinstance(limit, Fraction):
        return f"{as_decimal(limit * 100, 9):f} %"
    return f"{limit:,}"


def in_bales(
    limits: Mapping[LgaKey, LgaLimit], wards: Sequence[Candidate], *, up: bool
) -> dict[LgaKey, int]:
    """Return limits in bales: shares of the LGA's target, minima rounded up and maxima down."""
    targets = per_lga(wards, [ward.target for ward in wards])
    bales = {}
    for lga, limit in limits.items():
        if isinstance(limit, Fraction):
            of_target = limit * targets.get(lga, 0)
            bales[lga] = ceil(of_target) if up else int(of_target)
        else:
            bales[lga] = limit
    return bales


def per_lga(wards: Sequence[Candidate], units: Sequence[int]) -> dict[LgaKey, int]:
    """Add units by LGA."""
    sums: dict[LgaKey, int] = {}
    for ward, value in zip(wards, units, strict=True):
        sums[ward.lga] = sums.get(ward.lga, 0) + value
    return sums


def check_quotas(
    wards: Sequence[Candidate],
    start: Sequence[int],
    units: int,
    minimum: Mapping[LgaKey, int],
    maximum: Mapping[LgaKey, int],
) -> None:
    """Refuse LGA quotas that cannot be met, naming the LGA.

    Raises
    ------
    DomainError : `LGA_UNKNOWN`, `LGA_QUOTAS_CROSS`, `LGA_MINIMUM_ABOVE_TARGET`,
        `LGA_MAXIMUM_BELOW_FLOORS`, `LGA_MINIMA_ABOVE_STOCK`.
    """
    most = per_lga(wards, [ward.cap for ward in wards])
    have = per_lga(wards, start)
    for lga in [*minimum, *maximum]:
        if lga not in most:
            raise DomainError(
                "LGA_UNKNOWN",
                f"No ward of this plan that can be served lies in the LGA '{lga[1]}'. "
                "Check the spelling of the quota.",
                {"state": lga[0], "lga": lga[1]},
            )
    for lga, least in minimum.items():
        if least > maximum.get(lga, least):
            raise _quota_error("LGA_QUOTAS_CROSS", lga, "minimum", least, "maximum", maximum[lga])
        if least > most[lga]:
            raise _quota_error(
                "LGA_MINIMUM_ABOVE_TARGET", lga, "minimum", least, "target", most[lga]
            )
    for lga, highest in maximum.items():
        if have[lga] > highest:
            raise _quota_error(
                "LGA_MAXIMUM_BELOW_FLOORS", lga, "maximum", highest, "floors and fixed wards",
                have[lga],
            )  # fmt: skip
    wanted = sum(max(have[lga], minimum.get(lga, 0)) for lga in have)
    if wanted > units:
        raise DomainError(
            "LGA_MINIMA_ABOVE_STOCK",
            f"The minima of the LGAs, floors and fixed wards need {wanted:,} bales, "
            f"but {units:,} are available. Lower them or raise the stock.",
            {"needed": wanted, "available": units},
        )


def _quota_error(code: str, lga: LgaKey, one: str, this: int, other: str, that: int) -> DomainError:
    return DomainError(
        code,
        f"The LGA '{lga[1]}' has a {one} of {this:,} bales against {that:,} of its {other}. "
        "Change one of the two.",
        {"state": lga[0], "lga": lga[1], one: this, other: that},
    )


def affordable_floors(
    floors: Sequence[int], units: int, *, share: bool, floor_percent: str
) -> list[int]:
    """Return the floors, or the stock shared in proportion to them if that was asked for.

    Raises
    ------
    DomainError : `FLOORS_NOT_AFFORDABLE` when they exceed the stock and sharing was not asked for.
    """
    if sum(floors) <= units:
        return list(floors)
    if share:
        return largest_remainder(units, floors)
    raise DomainError(
        "FLOORS_NOT_AFFORDABLE",
        f"A floor of {number_text(floor_percent)} % needs {sum(floors):,} bales, but "
        f"{units:,} are available. Lower the floor, or ask to share the floors proportionally.",
        {"needed": sum(floors), "available": units, "floor": floor_percent},
    )
