"""Chances of nets under uncertain ranks, against the plan itself for every draw."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from itn.domain.allocation import plan
from itn.domain.funding import chances_of_nets
from itn.domain.parameters import PlanParameters
from itn.domain.wards import WardInput


@given(st.data())
def test_the_chance_is_the_share_of_draws_in_which_the_plan_serves_the_ward(data):
    people = data.draw(st.lists(st.integers(90, 9_000), min_size=2, max_size=7))
    n = len(people)
    draws = data.draw(st.lists(st.permutations(range(1, n + 1)), min_size=1, max_size=5))
    stock = data.draw(st.integers(0, 12_000))
    served = [0] * n
    targets = [0] * n
    for ranks in draws:
        wards = [
            WardInput(f"C{i}", "S", "L", f"W{i}", rank, Decimal(people[i]), None, None)
            for i, rank in enumerate(ranks)
        ]
        for row in plan(wards, PlanParameters(stock=stock)).rows:
            index = int(row.ward.code[1:])
            served[index] += row.nets > 0
            targets[index] = row.target_bales
    found = chances_of_nets(targets, [None] * n, stock // 50, draws)
    assert found == [count / len(draws) for count in served]


def test_fixed_wards_are_certain_and_take_their_units_first():
    draws = [[1, 2, 3], [3, 2, 1]]
    assert chances_of_nets([10, 10, 10], [None, 0, 15], 20, draws) == [1.0, 0.0, 1.0]
    assert chances_of_nets([10, 10, 10], [None, None, None], 15, draws) == [0.5, 1.0, 0.5]
    assert chances_of_nets([1], [None], 5, []) is None
