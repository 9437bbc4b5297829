"""Persons per net from the shares of households by size (nets.md §1.2).

The household *average* alone is never an input: odd households waste half a net, and only the
distribution tells how many there are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chatmrpt.common.errors import InvalidInput
from itn.domain.exact import Exact, as_decimal, exact, number_text, total
from itn.domain.numbers import parse_decimal

TOLERANCE = Fraction(1, 1000)
BANDS: tuple[tuple[str, int, Fraction], ...] = (
    ("1-2", 1, Fraction(3, 2)),
    ("3-4", 2, Fraction(7, 2)),
    ("5+", 3, Fraction(11, 2)),
)


@dataclass(frozen=True, slots=True)
class HouseholdNeed:
    """Nets and persons of the average household; `normalised` if shares did not add up to 1."""

    nets_per_household: Fraction
    persons_per_household: Fraction
    normalised: bool

    @property
    def persons_per_net(self) -> Fraction:
        return self.persons_per_household / self.nets_per_household


def _normalised(shares: list[Fraction]) -> tuple[list[Fraction], bool]:
    whole = total(shares)
    if any(share < 0 for share in shares) or abs(whole - 1) > TOLERANCE:
        raise InvalidInput(
            "SHARES_NOT_ONE",
            f"The household shares add up to {as_decimal(whole, 6)}; they must add up to 1 and "
            "none may be negative.",
            {"sum": str(whole)},
        )
    return [share / whole for share in shares], whole != 1


def from_bands(shares: tuple[Exact, Exact, Exact], cap: int | None = None) -> HouseholdNeed:
    """Return the need of the bands 1-2, 3-4 and 5+ (1, 2 and 3 nets), at most `cap` nets each."""
    parts, changed = _normalised([exact(share) for share in shares])
    nets = total(
        part * (band[1] if cap is None else min(cap, band[1]))
        for part, band in zip(parts, BANDS, strict=True)
    )
    people = total(part * band[2] for part, band in zip(parts, BANDS, strict=True))
    return HouseholdNeed(nets, people, changed)


def from_sizes(shares_by_size: Mapping[int, Exact], cap: int | None = None) -> HouseholdNeed:
    """Return the need from shares by household size, ceil(h / 2) nets each, at most `cap`."""
    sizes = sorted(shares_by_size)
    parts, changed = _normalised([exact(shares_by_size[size]) for size in sizes])
    nets = total(
        part * min(-(-size // 2), cap if cap is not None else size)
        for part, size in zip(parts, sizes, strict=True)
    )
    people = total(part * size for part, size in zip(parts, sizes, strict=True))
    return HouseholdNeed(nets, people, changed)


def people_reached(need: HouseholdNeed, nets: int, population: int) -> tuple[int, int, Fraction]:
    """Return households served, people served and the share of the population (0 to 1)."""
    households = int(nets / need.nets_per_household)
    people = int(households * need.persons_per_household)
    return households, people, Fraction(people, population) if population else Fraction(0)


BAND_NAMES = tuple(name for name, _, _ in BANDS)
CAP_LOWEST, CAP_HIGHEST = 1, 10


@dataclass(frozen=True, slots=True)
class Households:
    """Shares of households by size as a person gave them: sizes 1, 2, 3 ... or the three bands.

    `shares`: (size or band, share 0 to 1) in order; `cap`: most nets per household, None = no cap.
    """

    shares: tuple[tuple[str, Decimal], ...]
    cap: int | None = None

    @property
    def need(self) -> HouseholdNeed:
        """Raises InvalidInput SHARES_NOT_ONE."""
        values = [share for _, share in self.shares]
        if tuple(name for name, _ in self.shares) == BAND_NAMES:
            return from_bands((values[0], values[1], values[2]), self.cap)
        return from_sizes({int(size): share for size, share in self.shares}, self.cap)

    @property
    def text(self) -> str:
        """The shares as they are stored and printed: "1 = 0.1; 2 = 0.25; 3 = 0.65"."""
        return "; ".join(f"{size} = {share}" for size, share in self.shares)

    @property
    def sentence(self) -> str:
        """Say what the distribution amounts to."""
        need = self.need
        said = (
            f"Persons per net {number_text(as_decimal(need.persons_per_net, 6))} from the shares of "
            f"households by size ({self.text}): {number_text(as_decimal(need.nets_per_household, 6))} "
            f"nets for {number_text(as_decimal(need.persons_per_household, 6))} people in the mean"
        )
        if self.cap is not None:
            said += f", at most {self.cap} nets a household"
        if need.normalised:
            said += "; the shares did not add up to exactly 1 and were scaled"
        return said + "."


def households_from(value: object, cap: object = None) -> Households:
    """Read household shares: "1 = 0.1; 2 = 0.2 ...", three bands "0.3; 0.4; 0.3", or a mapping.

    Shares may be written as per cent ("30 %"), each with its sign.

    Raises
    ------
    InvalidInput : `HOUSEHOLD_SHARES_FORMAT`, `HOUSEHOLD_CAP`, `SHARES_NOT_ONE`.
    """
    pairs = (
        [(str(name), str(share)) for name, share in value.items()]
        if isinstance(value, Mapping)
        else _pairs(str(value))
    )
    named: dict[str, Decimal] = {}
    for name, text in pairs:
        size = name.strip().replace("\u2013", "-")
        if size not in BAND_NAMES and not re.fullmatch(r"[1-9][0-9]?", size):
            raise _format(f"'{name}' is neither a household size from 1 to 99 nor a band")
        if size in named:
            raise _format(f"the size {size} stands there twice")
        share = parse_decimal(text.strip(), what="share of households")
        named[size] = share / 100 if text.strip().endswith("%") else share
    if set(named) & set(BAND_NAMES) and set(named) != set(BAND_NAMES):
        raise _format("bands are all three: 1-2, 3-4 and 5+, and no single sizes beside them")
    order = sorted(named, key=lambda size: (int(size.partition("-")[0].rstrip("+")), size))
    found = Households(tuple((size, named[size]) for size in order), _cap(cap))
    found.need  # noqa: B018  refuses shares that do not add up
    return found


def _pairs(text: str) -> list[tuple[str, str]]:
    parts = [part.strip() for part in re.split(r"[;\n]+|,(?=\s)", text) if part.strip()]
    if len(parts) == len(BANDS) and not any("=" in part or ":" in part for part in parts):
        return list(zip(BAND_NAMES, parts, strict=True))
    pairs = []
    for part in parts:
        name, separator, share = part.replace(":", "=").partition("=")
        if not separator:
            raise _format(f"'{part}' names no household size")
        pairs.append((name, share))
    if not pairs:
        raise _format("nothing was given")
    return pairs


def _cap(value: object) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if not text.isdecimal() or not CAP_LOWEST <= int(text[:4]) <= CAP_HIGHEST:
        raise InvalidInput(
            "HOUSEHOLD_CAP",
            f"'{text[:40]}' cannot be the most nets per household: a whole number from "
            f"{CAP_LOWEST} to {CAP_HIGHEST}. Nigerian campaign guidance uses 4; empty = no cap.",
            {"given": text[:40]},
        )
    return int(text)


def _format(why: str) -> InvalidInput:
    return InvalidInput(
        "HOUSEHOLD_SHARES_FORMAT",
        f"The household shares cannot be read: {why}. Write them like '1 = 0.10; 2 = 0.15; 3 = 0.75' "
        "or, for the bands 1-2, 3-4 and 5+, '0.3; 0.4; 0.3'.",
        {"why": why},
    )
