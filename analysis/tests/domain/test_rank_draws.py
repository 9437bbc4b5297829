"""U8, U11-U14 of uncertainty.md and R11 of risk.md."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.domain.draws import Components, DrawColumn, draw_ranks
from analysis.domain.ranking import tie_order, unique_ranks
from analysis.domain.sound import SoundOptions, score_sound
from analysis.tests.domain.oracles import naive_percentile
from analysis.tests.domain.test_sound_profile import column, counts, frame

N = 12


@pytest.fixture(scope="module")
def inputs():
    rng = np.random.Generator(np.random.PCG64(11))
    tested = rng.integers(20, 3000, N).astype(float)
    positive = np.floor(tested * rng.uniform(0.1, 0.7, N))
    wet = rng.uniform(0, 1, N)
    wet[3] = np.nan
    codes = frame(N, ["A", "B", "C"] * 4)
    return codes, [column("wet", wet, minimum=0.0, maximum=1.0)], counts(positive, tested)


def run(inputs, **options):
    wards, columns, indicator = inputs
    return score_sound(wards, columns, indicator, SoundOptions(**{"draws": 400, **options}))


def test_probabilities_of_the_thirds_add_up_to_one_and_of_the_top_to_k(inputs):
    outcome = run(inputs, seed=1, top=5)
    np.testing.assert_allclose(outcome.p_high + outcome.p_medium + outcome.p_low, 1.0)
    assert outcome.p_top.sum() == pytest.approx(5.0)
    assert outcome.p_high.sum() == pytest.approx(4.0)
    assert (outcome.rank_low <= outcome.rank_median).all()
    assert (outcome.rank_median <= outcome.rank_high).all()


def test_same_seed_gives_the_same_rows_and_another_seed_only_other_draws(inputs):
    one, two, other = run(inputs, seed=1), run(inputs, seed=1), run(inputs, seed=2)
    assert one.p_high.tolist() == two.p_high.tolist()
    assert one.rank_mean.tolist() == two.rank_mean.tolist()
    assert other.score.tolist() == one.score.tolist()
    assert other.rank.tolist() == one.rank.tolist()
    assert other.rank_mean.tolist() != one.rank_mean.tolist()
    assert np.abs(other.p_high - one.p_high).max() < 0.15


def test_row_order_does_not_change_the_draws_of_a_ward(inputs):
    wards, columns, indicator = inputs
    back = np.arange(N)[::-1]
    turned = (
        replace(
            wards,
            codes=tuple(wards.codes[i] for i in back),
            lgas=tuple(wards.lgas[i] for i in back),
        ),
        [replace(columns[0], values=columns[0].values[back])],
        replace(indicator, tested=indicator.tested[back], positive=indicator.positive[back]),
    )
    straight, again = run(inputs, seed=4), run(turned, seed=4)
    assert again.rank_mean[back].tolist() == straight.rank_mean.tolist()


def test_everything_switched_off_repeats_the_point_ranking(inputs):
    off = Components(indicator=False, imputation=False, weights=False)
    outcome = run(inputs, seed=1, components=off, draws=9)
    assert outcome.rank_low.tolist() == outcome.rank.tolist() == outcome.rank_high.tolist()
    assert set(outcome.p_high.tolist()) <= {0.0, 1.0}


def test_one_component_off_leaves_the_numbers_of_the_others_alone(inputs):
    wards, columns, indicator = inputs
    complete = (wards, [replace(columns[0], values=np.nan_to_num(columns[0].values))], indicator)
    without = run(complete, seed=1, components=Components(imputation=False))
    assert run(complete, seed=1).rank_mean.tolist() == without.rank_mean.tolist()
    fixed = run(complete, seed=1, components=Components(weights=False))
    assert fixed.rank_mean.tolist() != without.rank_mean.tolist()


def test_two_identical_wards_have_equal_chances():
    indicator = counts([300, 300, 900, 50, 400, 100], [1000] * 6)
    x = column("x", [2, 2, 5, 1, 3, 4])
    outcome = score_sound(frame(6), [x], indicator, SoundOptions(draws=1000, seed=5))
    error = 4 * np.sqrt(0.25 / 1000) * np.sqrt(2)
    assert abs(outcome.p_high[0] - outcome.p_high[1]) < error


def test_a_draw_is_the_whole_score_again():
    """Naive twin: repeat the draws of the indicator by hand and rank them."""
    alpha, beta = np.array([30.0, 12.0, 4.0, 50.0]), np.array([20.0, 30.0, 4.0, 90.0])
    x = np.array([0.1, 0.9, 0.4, 0.6])
    zero, none = np.zeros(4), np.zeros(4, dtype=bool)
    mean = alpha / (alpha + beta)
    columns = [
        DrawColumn(mean, "direct", none, zero, 0.0, 1.0, alpha, beta),
        DrawColumn(x, "inverse", none, zero, 0.0, 1.0),
    ]
    codes = ("a", "b", "c", "d")
    weights = np.array([0.6, 0.4])
    found = draw_ranks(
        columns, weights, codes, mean, option="winsor", draws=60, seed=9, top=2,
        components=Components(weights=False),
    )  # fmt: skip
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(9).spawn(3)[0]))
    total = np.zeros(4)
    for _ in range(60):
        theta = stream.beta(alpha, beta)
        low, high = naive_percentile(theta.tolist(), 2), naive_percentile(theta.tolist(), 98)
        z = np.clip((theta - low) / (high - low), 0, 1)
        a, b = naive_percentile(x.tolist(), 2), naive_percentile(x.tolist(), 98)
        score = 0.6 * z + 0.4 * (1 - np.clip((x - a) / (b - a), 0, 1))
        total += unique_ranks(score, tie_order(codes, mean))
    np.testing.assert_allclose(found.mean, total / 60)


def test_weights_alone_reproduce_the_published_ilorin_probabilities(ilorin):
    """Section 18.6: `lin` min-max, Dirichlet(1) weights; tolerance .02 with 5,000 draws."""
    names = ("distance", "meanEVI", "val_housing_15", "settlement_type", "tpr_u5_new")
    none = np.zeros(35, dtype=bool)
    columns = [
        DrawColumn(ilorin.numbers(f"{n}_used"), d, none, np.zeros(35), None, None)
        for n, d in zip(names, ("inverse", "direct", "inverse", "direct", "direct"), strict=True)
    ]
    found = draw_ranks(
        columns, np.full(5, 0.2), ilorin.wards.codes, np.zeros(35),
        option="minmax", draws=5000, seed=1, top=11, concentration=5.0,
    )  # fmt: skip
    place = {r["WardName"]: i for i, r in enumerate(ilorin.rows)}
    top = {"Marafa/Pepele": 0.99, "Iponrin": 0.98, "Agbeyangi/Gbadamu": 0.96, "Apado": 0.91,
           "Akanbi 2": 0.89, "Okaka 2": 0.49, "Oloje": 0.33}  # fmt: skip
    for ward, p in top.items():
        assert found.p_top[place[ward]] == pytest.approx(p, abs=0.02), ward
    low = {"Akanbi 3": 0.92, "Are 1": 0.83, "Are 2": 0.79, "Akanbi 4": 0.47}
    for ward, p in low.items():
        assert found.p_low[place[ward]] == pytest.approx(p, abs=0.02), ward
