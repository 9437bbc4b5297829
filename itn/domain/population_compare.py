"""Two population lists of the same wards (nets.md §1.3): they can agree in total and not by ward."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

RATIO_LOW, RATIO_HIGH = Decimal("0.5"), Decimal(2)


@dataclass(frozen=True, slots=True)
class WardPair:
    """Persons of one ward by both lists; `ratio` = second / first, None where the first is 0."""

    code: str
    first: Decimal
    second: Decimal
    ratio: Decimal | None

    @property
    def far_apart(self) -> bool:
        if self.ratio is None:
            return self.second > 0
        return not RATIO_LOW <= self.ratio <= RATIO_HIGH


@dataclass(frozen=True, slots=True)
class PopulationComparison:
    """`pairs` by how far apart they are; sums over the wards that both lists know."""

    pairs: tuple[WardPair, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    sum_first: Decimal
    sum_second: Decimal
    correlation: float | None

    @property
    def far_apart(self) -> tuple[WardPair, ...]:
        return tuple(pair for pair in self.pairs if pair.far_apart)


def compare_populations(
    first: Mapping[str, Decimal], second: Mapping[str, Decimal]
) -> PopulationComparison:
    """Compare persons by ward code.

    `correlation` is Pearson's r over the wards of both; None below three wards or where one list
    gives every ward the same figure.
    """
    both = sorted(set(first) & set(second))
    pairs = [
        WardPair(
            code, first[code], second[code], second[code] / first[code] if first[code] else None
        )
        for code in both
    ]
    pairs.sort(key=lambda pair: (-_distance(pair), pair.code))
    return PopulationComparison(
        tuple(pairs),
        tuple(sorted(set(first) - set(second))), tuple(sorted(set(second) - set(first))),
        sum((first[code] for code in both), Decimal(0)),
        sum((second[code] for code in both), Decimal(0)),
        _pearson([float(first[code]) for code in both], [float(second[code]) for code in both]),
    )  # fmt: skip


def _distance(pair: WardPair) -> Decimal:
    if not pair.ratio:
        return Decimal(10**9) if pair.first or pair.second else Decimal(0)
    return max(pair.ratio, 1 / pair.ratio)


def _pearson(xs: list[float], ys: list[float]) -> float | None:
    n = len(xs)
    if n < 3:
        return None
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    spread = sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys)
    return over / spread**0.5 if spread > 0 else None
