"""R2, R4-R7, R9 and section 18.3 of risk.md."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.domain.frames import Column, Indicator, WardFrame
from analysis.domain.ranking import categories
from analysis.domain.sound import SoundOptions, score_sound
from analysis.tests.domain.conftest import VARIABLES
from analysis.tests.domain.oracles import naive_rank, naive_winsor, spearman
from chatmrpt.common.errors import DomainError

FEW = SoundOptions(draws=20, seed=7)


def frame(n, lgas=None):
    return WardFrame(
        codes=tuple(f"W{i:03}" for i in range(n)),
        lgas=tuple(lgas or ["A"] * n),
        states=("Kano",) * n,
        neighbours=((),) * n,
    )


def column(name, values, direction="direct", **more):
    values = np.array(values, dtype=float)
    return Column(name, more.pop("code", name), name, "", direction, values, **more)


def counts(positive, tested):
    return Indicator(
        "tpr",
        "facility_max",
        tested=np.array(tested, dtype=float),
        positive=np.array(positive, dtype=float),
    )


def by_name(outcome, name):
    return next(v for v in outcome.variables if v.name == name)


@pytest.fixture(scope="module")
def ilorin_outcome(ilorin):
    columns = [ilorin.column(n, "_used") for n in VARIABLES[:4]]
    indicator = Indicator("tpr_u5_new", "given", share=ilorin.numbers("tpr_u5_new_used"))
    return score_sound(ilorin.wards, columns, indicator, replace(FEW, draws=1000))


def test_ilorin_scores_and_ranks_equal_the_table(ilorin, ilorin_outcome, traps):
    rows = traps["ilorin_sound_profile_equal_weights_raw_tpr"]["rows"]
    expected = {r["ward_code"]: r for r in rows}
    for i, code in enumerate(ilorin.wards.codes):
        assert ilorin_outcome.score[i] == pytest.approx(expected[code]["score"], abs=1e-9)
        assert ilorin_outcome.rank[i] == expected[code]["rank"]


def test_ilorin_agrees_with_legacy_as_published(ilorin, ilorin_outcome, traps):
    legacy = [int(r["rank_orig"]) for r in ilorin.rows]
    expected = traps["ilorin_sound_profile_equal_weights_raw_tpr"]["spearman_with_legacy_rank"]
    assert spearman(ilorin_outcome.rank.tolist(), legacy) == pytest.approx(expected, abs=1e-4)


def test_ilorin_leaving_one_variable_out_shifts_as_published(ilorin, ilorin_outcome, traps):
    share = ilorin.numbers("tpr_u5_new_used")
    for case in traps["ilorin_sound_profile_equal_weights_raw_tpr"]["leave_one_out"]:
        if case["dropped"] == "tpr_u5_new":
            continue
        columns = [ilorin.column(n, "_used") for n in VARIABLES[:4] if n != case["dropped"]]
        found = score_sound(ilorin.wards, columns, Indicator("tpr", "given", share=share), FEW)
        shift = np.abs(found.rank - ilorin_outcome.rank).max()
        assert shift == case["largest_shift"]
        agreement = spearman(found.rank.tolist(), ilorin_outcome.rank.tolist())
        assert agreement == pytest.approx(case["spearman"], abs=1e-4)


def test_score_equals_the_naive_weighted_mean():
    wet = [4.0, 9.0, 2.0, 7.0, 1.0]
    far = [10.0, 0.0, 5.0, 900.0, 30.0]
    share = [0.2, 0.6, 0.5, 0.1, 0.9]
    outcome = score_sound(
        frame(5),
        [column("wet", wet), column("far", far, "inverse")],
        Indicator("tpr", "given", share=np.array(share)),
        replace(FEW, weights={"tpr": 2.0, "far": 1.0, "wet": 1.0}),
    )
    z = [naive_winsor(v, d) for v, d in ((share, "direct"), (wet, "direct"), (far, "inverse"))]
    expected = [0.5 * a + 0.25 * b + 0.25 * c for a, b, c in zip(*z, strict=True)]
    np.testing.assert_allclose(outcome.score, expected, atol=1e-12)
    assert outcome.rank.tolist() == naive_rank(expected, frame(5).codes, share)


def test_contributions_and_weights_add_up(ilorin_outcome):
    shares = np.column_stack([v.contribution for v in ilorin_outcome.variables])
    gap = ilorin_outcome.score - ilorin_outcome.score.mean()
    np.testing.assert_allclose(shares.sum(axis=1), gap, atol=1e-12)
    assert sum(v.weight for v in ilorin_outcome.variables) == pytest.approx(1.0)


def test_order_of_rows_and_columns_changes_nothing(ilorin):
    columns = [ilorin.column(n) for n in VARIABLES[:4]]
    indicator = Indicator("tpr", "given", share=ilorin.numbers("tpr_u5_new_raw"))
    straight = score_sound(ilorin.wards, columns, indicator, replace(FEW, draws=50))
    n = len(ilorin.rows)
    turned = np.random.Generator(np.random.PCG64(3)).permutation(n)
    place = np.argsort(turned)
    wards = WardFrame(
        codes=tuple(ilorin.wards.codes[i] for i in turned),
        lgas=tuple(ilorin.wards.lgas[i] for i in turned),
        states=ilorin.wards.states,
        neighbours=tuple(
            tuple(sorted(int(place[j]) for j in ilorin.wards.neighbours[i])) for i in turned
        ),
    )
    again = score_sound(
        wards,
        [replace(c, values=c.values[turned]) for c in reversed(columns)],
        replace(indicator, share=indicator.share[turned]),
        replace(FEW, draws=50),
    )
    assert again.rank[place].tolist() == straight.rank.tolist()
    np.testing.assert_allclose(again.score[place], straight.score, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 50), st.floats(-40, 40))
def test_unit_and_sign_of_a_variable_change_nothing(factor, shift):
    values = np.array([3.0, 8.0, 1.0, 6.0, 2.0, 9.0])
    indicator = Indicator("tpr", "given", share=np.array([0.1, 0.3, 0.2, 0.6, 0.5, 0.4]))
    base = score_sound(frame(6), [column("x", values)], indicator, replace(FEW, draws=5))
    scaled = column("x", values * factor + shift)
    reversed_ = column("x", -values, "inverse")
    for other in (scaled, reversed_):
        found = score_sound(frame(6), [other], indicator, replace(FEW, draws=5))
        np.testing.assert_allclose(found.score, base.score, atol=1e-9)
        assert found.rank.tolist() == base.rank.tolist()


@pytest.mark.parametrize("definition", ["opd", "fever", "method_max"])
def test_a_ratio_of_another_kind_is_refused_by_name(definition):
    indicator = Indicator("tpr", definition, share=np.array([0.1, 0.2]))
    with pytest.raises(DomainError) as error:
        score_sound(frame(2), [], indicator, FEW)
    assert error.value.code == "MALARIA_INDICATOR_REFUSED"
    assert definition in error.value.message


def test_no_malaria_indicator_is_refused():
    with pytest.raises(DomainError) as error:
        score_sound(frame(3), [column("x", [1, 2, 3])], None, FEW)
    assert error.value.code == "MALARIA_INDICATOR_MISSING"


def test_positivity_alone_is_a_ranking_named_as_such():
    outcome = score_sound(frame(3), [], counts([10, 50, 30], [100, 100, 100]), FEW)
    assert outcome.rank.tolist() == [3, 1, 2]
    assert "tpr_only" in [n.code for n in outcome.notes]


def test_a_run_with_every_layer_missing_lists_them_and_invents_nothing():
    gone = [column(name, [np.nan] * 4) for name in ("rainfall", "ndwi")]
    outcome = score_sound(frame(4), gone, counts([1, 5, 9, 3], [20, 20, 20, 20]), FEW)
    assert [(v.name, v.reason_code) for v in outcome.variables if v.status == "refused"] == [
        ("rainfall", "NO_DATA"),
        ("ndwi", "NO_DATA"),
    ]
    assert [v.name for v in outcome.variables if v.status == "used"] == ["tpr"]


def test_each_offered_variable_is_accounted_for_with_its_reason():
    n = 10
    up = np.arange(n, dtype=float)
    offered = [
        column("good", up),
        column("scaled", up * 10_000 + 2000, minimum=-0.2, maximum=1.0),
        column("thin", [1.0, 2.0] + [np.nan] * 8),
        column("flat", [0.0] * n),
        column("building_height", up, "undecided"),
        column("mystery", up, "undecided", code=""),
        column("u5_tpr_rdt", up / 10, code="tpr"),
        column("later", up, chosen=False),
        column("muted", up[::-1]),
    ]
    options = replace(FEW, weights={"muted": 0.0})
    outcome = score_sound(frame(n), offered, counts(up, [50] * n), options)
    assert {v.name: (v.status, v.reason_code) for v in outcome.variables} == {
        "tpr": ("used", ""),
        "good": ("used", ""),
        "muted": ("zero_weight", "zero_weight"),
        "scaled": ("refused", "OUT_OF_RANGE"),
        "thin": ("refused", "LOW_COVERAGE"),
        "flat": ("refused", "NO_VARIATION"),
        "building_height": ("refused", "DIRECTION_UNDECIDED"),
        "mystery": ("refused", "UNKNOWN_VARIABLE"),
        "u5_tpr_rdt": ("refused", "MALARIA_COLUMN"),
        "later": ("not_chosen", "not_chosen"),
    }


def test_a_value_out_of_range_is_rejected_counted_and_filled_not_clipped():
    values = [10.0, 20.0, 30.0, 40.0, 5000.0, 60.0]
    rain = column("rainfall", values, minimum=0.0, maximum=1500.0)
    outcome = score_sound(frame(6), [rain], counts([1, 2, 3, 4, 5, 6], [50] * 6), FEW)
    variable = by_name(outcome, "rainfall")
    assert (variable.n_rejected, variable.n_missing, variable.n_imputed) == (1, 0, 1)
    assert variable.imputed[4] == "lga"
    assert variable.used[4] == pytest.approx(32.0)


def test_ward_without_tests_keeps_a_null_rate_and_carries_its_lga():
    lgas = ["A", "A", "A", "B", "B", "B"]
    indicator = counts([900, 850, 0, 100, 150, 120], [1000, 1000, 0, 1000, 1000, 1000])
    outcome = score_sound(frame(6, lgas), [], indicator, FEW)
    assert np.isnan(outcome.indicator.raw[2])
    assert 0.6 < outcome.indicator.shrunk[2] < 0.9
    assert "no_tests" in outcome.flags[2]
    assert outcome.stability[2] == "not assessed"


def test_more_positives_than_tests_are_flagged_not_refused():
    outcome = score_sound(frame(3), [], counts([30, 5, 9], [20, 20, 20]), FEW)
    assert "positive_exceeds_tested" in outcome.flags[0]
    assert outcome.indicator.raw[0] == 1.5


def test_malaria_weight_cannot_be_typed_away():
    for weights in ({"tpr": 0.0}, {"tpr": 0.01}):
        with pytest.raises(DomainError) as error:
            score_sound(
                frame(3),
                [column("x", [1, 2, 3])],
                counts([1, 2, 3], [9, 9, 9]),
                replace(FEW, weights=weights),
            )
        assert error.value.code == "MALARIA_WEIGHT_TOO_SMALL"


def test_weight_for_an_unknown_name_is_refused():
    with pytest.raises(DomainError, match="not a variable of this run"):
        score_sound(frame(3), [], counts([1, 2, 3], [9, 9, 9]), replace(FEW, weights={"rain": 1.0}))


def test_group_weights_guard_against_counting_moisture_three_times():
    up = np.arange(6.0)
    wet = [column(n, up, group="moisture") for n in ("rainfall", "ndwi", "ndmi")]
    options = replace(FEW, weights="groups")
    outcome = score_sound(frame(6), wet, counts(up, [50] * 6), options)
    assert by_name(outcome, "tpr").weight == pytest.approx(0.5)
    assert by_name(outcome, "ndwi").weight == pytest.approx(1 / 6)


def test_equal_scores_are_ordered_by_code_and_marked_tied():
    outcome = score_sound(frame(4), [], counts([5, 5, 9, 1], [20, 20, 20, 20]), FEW)
    assert outcome.rank.tolist() == [2, 3, 1, 4]
    assert outcome.rank_shared.tolist() == [2, 2, 1, 4]
    assert "tied" in outcome.flags[0] and "tied" in outcome.flags[1]


def test_class_sizes_follow_the_table(traps):
    for case in traps["category_counts"]:
        found = categories(np.arange(1, case["wards"] + 1))
        sizes = [found.count(c) for c in ("High", "Medium", "Low")]
        assert sizes == [case["high"], case["medium"], case["low"]]
