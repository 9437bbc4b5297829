"""Other choices, class borders and cards of the `sound` profile (risk.md §12, uncertainty.md §§6-7)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.domain.exceedance import LIMITS, class_in_words
from analysis.domain.explanation import Scored, class_changes, high_on
from analysis.domain.frames import Indicator, OtherIndicator
from analysis.domain.normalisation import bounds, normalise
from analysis.domain.ranking import categories, tie_order, unique_ranks
from analysis.domain.sound import SoundOptions, score_sound
from analysis.tests.domain.conftest import VARIABLES
from chatmrpt.common.statistics.exceedance import classify

COVARIATES = VARIABLES[:4]


def given_rates(ilorin):
    return Indicator(
        name="tpr_u5_new", definition="given", position=4, share=ilorin.numbers("tpr_u5_new_used")
    )


@pytest.fixture(scope="module")
def outcome(ilorin):
    columns = [ilorin.column(n, "_used") for n in COVARIATES]
    return score_sound(ilorin.wards, columns, given_rates(ilorin), SoundOptions(seed=1))


def row(outcome, axis, key):
    return next(r for r in outcome.facts["alternatives"] if (r["axis"], r["key"]) == (axis, key))


def test_leaving_each_variable_out_moves_ilorin_as_the_reference_says(outcome, traps):
    for expected in traps["ilorin_sound_profile_equal_weights_raw_tpr"]["leave_one_out"]:
        found = row(outcome, "leave_out", expected["dropped"])
        assert found["spearman"] == pytest.approx(expected["spearman"], abs=1e-4)
        assert found["largest"] == expected["largest_shift"]


def test_every_axis_is_there_and_what_cannot_be_done_says_why(outcome):
    axes = {r["axis"] for r in outcome.facts["alternatives"]}
    assert axes == {"leave_out", "normalisation", "combination", "weights", "method"}
    components = row(outcome, "method", "components")
    assert "spearman" not in components
    assert "KMO 0.3" in components["reason"]
    assert row(outcome, "method", "legacy")["spearman"] == pytest.approx(0.94, abs=0.02)


def test_a_ward_card_holds_its_ladder_range_and_borders(outcome):
    card = outcome.cards[int(np.argmin(outcome.rank))]
    assert list(card["ladder"]) == ["3", "5", "7", "10", "11"]
    assert list(card["ladder"].values()) == sorted(card["ladder"].values())
    assert card["tried"]["lowest"] == 1
    assert card["change"]["to"] == "Medium"
    assert set(card["left_out"]) == set(VARIABLES)
    assert "limits" not in card  # rates without counts have no posterior


def test_other_counts_of_the_indicator_are_ranked_with_everything_else_as_it_was(ilorin):
    columns = [ilorin.column(n, "_used") for n in COVARIATES]
    share = ilorin.numbers("tpr_u5_new_used")
    flat = Indicator(name="x", definition="given", share=np.full(35, 0.3))
    same = Indicator(name="x", definition="given", share=share)
    others = [
        OtherIndicator("positivity", "same", "same", same),
        OtherIndicator("positivity", "flat", "flat", flat),
        OtherIndicator("positivity", "thin", "thin", same, usable=False),
    ]
    found = score_sound(
        ilorin.wards, columns, given_rates(ilorin), SoundOptions(draws=5), others=others
    )
    rows = {r["key"]: r for r in found.facts["alternatives"] if r["axis"] == "positivity"}
    assert (rows["same"]["spearman"], rows["same"]["largest"]) == (1.0, 0)
    assert rows["flat"]["reason"] == "every ward has the same rate"
    assert rows["thin"]["reason"] == "no data for more than half of the wards"
    assert found.facts["alternatives_counted"] == 2
    assert {c["tried"]["inside"] for c in found.cards} == {0, 2}


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 12), st.integers(0, 10_000))
def test_putting_in_the_value_named_by_what_would_change_it_reaches_the_border(n, seed):
    numbers = np.random.default_rng(seed)
    weights = numbers.dirichlet([2, 2, 2])
    variables = []
    for j, direction in enumerate(("direct", "inverse", "direct")):
        values = numbers.gamma(2, 10, n)
        z = normalise(values, direction, "minmax")
        variables.append(
            Scored(f"v{j}", direction, weights[j], values, z, bounds(values, "minmax"))
        )
    z = np.column_stack([v.z for v in variables])
    score = z @ weights
    codes = [f"W{i:02}" for i in range(n)]
    rank = unique_ranks(score, tie_order(codes))
    before = categories(rank)
    for i, change in enumerate(class_changes(score, rank, variables)):
        for j, v in enumerate(variables):
            value = change["variables"][v.name]
            reach = z[i, j] + change["gap"] / weights[j]
            assert (value is None) == (not -1e-12 <= reach <= 1 + 1e-12)
            if value is None:
                continue
            low, high = v.bounds
            share = (value - low) / (high - low)
            moved = z[i].copy()
            moved[j] = 1 - share if v.direction == "inverse" else share
            again = score.copy()
            again[i] = moved @ weights + np.sign(change["gap"]) * 1e-9
            after = categories(unique_ranks(again, tie_order(codes)))[i]
            assert after == change["to"] != before[i]


def test_high_on_counts_variables_above_the_upper_quartile_of_risk():
    values = np.arange(8, dtype=float)
    direct = Scored("a", "direct", 0.5, values, values / 7, (0, 7))
    inverse = Scored("b", "inverse", 0.5, values, 1 - values / 7, (0, 7))
    assert high_on([direct, inverse]).tolist() == [1, 1, 0, 0, 0, 0, 1, 1]


def test_the_class_against_limits_is_said_in_words():
    words = [
        class_in_words(classify(a, b, LIMITS))
        for a, b in ((400, 400), (20, 51), (1, 200), (1.2, 4), (60, 540))
    ]
    assert words == ["high", "between moderate and high", "very low", "not classified", "low"]
