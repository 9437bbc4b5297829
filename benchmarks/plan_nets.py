"""A net plan of the whole country by each strategy that can be used: 9,400 wards, whole bales."""

import random
import statistics
import time
from decimal import Decimal

from kit.product import start
from report import measured

from itn.domain.allocation import plan
from itn.domain.need import need_nets
from itn.domain.request import parameters_from
from itn.domain.strategies import STRATEGIES
from itn.domain.wards import WardInput

WARDS = 9400
BUDGET_S = 5


def wards() -> list[WardInput]:
    numbers = random.Random(1)
    ranks = numbers.sample(range(1, WARDS + 1), WARDS)
    return [
        WardInput(
            code=f"W{i:05}", state=f"State {i // 255}", lga=f"LGA {i // 12}", ward=f"Ward {i}",
            rank=ranks[i], population=Decimal(round(numbers.lognormvariate(9.9, 0.5))),
            urban_percentage=Decimal(numbers.randrange(101)), rate=Decimal(numbers.randrange(900)),
        )
        for i in range(WARDS)
    ]  # fmt: skip


def seconds(listed: list[WardInput], strategy: str) -> float:
    begun = time.perf_counter()
    result = plan(listed, parameters_from({"nets": 60_000_000, "strategy": strategy}))
    took = time.perf_counter() - begun
    given = sum(row.nets for row in result.rows)
    assert len(result.rows) == WARDS and given <= result.available
    return took


def main() -> None:
    start()
    listed = wards()
    begun = time.perf_counter()
    for ward in sorted(listed, key=lambda ward: ward.rank or 0):
        need_nets(ward.population or Decimal(0), Decimal("1.8"), Decimal(0))
    least = time.perf_counter() - begun
    for item in STRATEGIES.values():
        if item.available:
            value = statistics.median(seconds(listed, item.id) for _ in range(3))
            measured(
                f"{item.id}, {WARDS:,} wards", value, "s", against="order and need alone",
                against_value=least, budget=BUDGET_S,
            )  # fmt: skip


if __name__ == "__main__":
    main()
