"""The `sound` profile with 1,000 rank draws: six covariates with gaps, counts of a skewed size.

Compared with the bare minimum that draws cost: random numbers, a weighted sum and a sort for each.
"""

import math
import time

import numpy as np
from kit.product import start
from report import measured

from analysis.domain.frames import Column, Indicator, OtherIndicator, WardFrame
from analysis.domain.sound import SoundOptions, score_sound

DRAWS = 1000
VARIABLES = 6
SIZES = ((500, 5.0, 3, 95), (9400, 60.0, 1, 0))  # wards, budget in seconds, rounds, other counts


def wards_of(n: int) -> WardFrame:
    """A square grid: each ward touches the eight around it."""
    side = math.isqrt(n - 1) + 1
    near = []
    for i in range(n):
        row, column = divmod(i, side)
        around = (
            (r, c)
            for r in range(row - 1, row + 2)
            for c in range(max(column - 1, 0), min(column + 2, side))
        )
        near.append(tuple(k for r, c in around if 0 <= (k := r * side + c) < n and k != i))
    return WardFrame(
        codes=tuple(f"W{i:05}" for i in range(n)),
        lgas=tuple(f"LGA {i // 12}" for i in range(n)),
        states=("State",) * n if n < 1000 else tuple(f"State {i // 255}" for i in range(n)),
        neighbours=tuple(near),
    )


def inputs_of(n: int) -> tuple[WardFrame, list[Column], Indicator]:
    numbers = np.random.default_rng(1)
    columns = []
    for j in range(VARIABLES):
        values = numbers.gamma(2.0, 10.0, n)
        values[numbers.random(n) < 0.05] = np.nan
        name = f"variable_{j}"
        columns.append(
            Column(name=name, code=name, label=name, unit="", values=values,
                   direction="inverse" if j % 2 else "direct")
        )  # fmt: skip
    tested = np.floor(numbers.lognormal(5.5, 1.2, n))
    tested[numbers.random(n) < 0.03] = np.nan
    share = numbers.beta(6, 4, n)
    positive = np.floor(np.nan_to_num(tested) * share)
    positive[np.isnan(tested)] = np.nan
    facilities = np.floor(numbers.uniform(1, 8, n))
    clusters = tuple(
        () if math.isnan(t) else ((float(p), float(t)),)
        for t, p in zip(tested, positive, strict=True)
    )
    return wards_of(n), columns, Indicator(
        name="tpr", definition="facility_max", tested=tested, positive=positive,
        facilities=facilities, clusters=clusters,
    )  # fmt: skip


def least(n: int) -> float:
    numbers = np.random.Generator(np.random.PCG64(1))
    z = numbers.random((n, VARIABLES + 1))
    weights = np.full(VARIABLES + 1, 1 / (VARIABLES + 1))
    begun = time.perf_counter()
    for _ in range(DRAWS):
        z[:, 0] = numbers.beta(6.0, 4.0, n)
        np.argsort(z @ weights, kind="stable")
    return time.perf_counter() - begun


def main() -> None:
    start()
    for n, budget, rounds, counts in SIZES:
        wards, columns, indicator = inputs_of(n)
        others = [
            OtherIndicator("positivity", f"count {i}", f"count {i}", indicator)
            for i in range(counts)
        ]
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            outcome = score_sound(
                wards, columns, indicator, SoundOptions(draws=DRAWS, seed=1), others=others
            )
            times.append(time.perf_counter() - begun)
        assert sorted(outcome.rank) == list(range(1, n + 1))
        measured(
            f"sound profile with its second look, {n:,} wards, {DRAWS:,} draws, {counts} other "
            "counts of positivity", sorted(times)[len(times) // 2], "s",
            against="bare draws", against_value=least(n), budget=budget,
        )  # fmt: skip


if __name__ == "__main__":
    main()
