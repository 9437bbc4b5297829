"""R1: the `legacy` profile equals the published reference (cases/ilorin_reference.csv)."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.domain.frames import Indicator
from analysis.domain.legacy import subsets
from analysis.domain.published import score_legacy
from analysis.tests.domain.conftest import VARIABLES
from chatmrpt.common.errors import DomainError


@pytest.fixture(scope="module")
def outcome(ilorin):
    return score_legacy(ilorin.wards, [ilorin.column(n) for n in VARIABLES], None)


def by_name(outcome, name):
    return next(v for v in outcome.variables if v.name == name)


def test_every_score_equals_the_reference(ilorin, outcome):
    for ours, theirs in (
        (outcome.score, "median_score_orig"),
        (outcome.rank_median, "rank_median_of_ranks_orig"),
    ):
        np.testing.assert_allclose(ours, ilorin.numbers(theirs), atol=1e-9, rtol=0)


def test_every_rank_box_and_class_equals_the_reference(ilorin, outcome):
    assert outcome.rank.tolist() == ilorin.numbers("rank_orig").astype(int).tolist()
    assert outcome.rank_low.tolist() == ilorin.numbers("rank_min_orig").astype(int).tolist()
    assert outcome.rank_high.tolist() == ilorin.numbers("rank_max_orig").astype(int).tolist()
    words = [f"{c} Risk" for c in outcome.category]
    assert words == [r["category_orig"] for r in ilorin.rows]
    assert outcome.facts["models"] == 26


def test_every_imputed_and_normalised_value_equals_the_reference(ilorin, outcome):
    for name in VARIABLES:
        variable = by_name(outcome, name)
        np.testing.assert_allclose(variable.used, ilorin.numbers(f"{name}_used"), atol=1e-9, rtol=0)
        np.testing.assert_allclose(
            variable.norm, ilorin.numbers(f"norm_orig_{name}"), atol=1e-9, rtol=0
        )


def test_housing_is_filled_by_the_rule_the_reference_names(ilorin, outcome):
    housing = by_name(outcome, "val_housing_15")
    for i, row in enumerate(ilorin.rows):
        named = row["housing_imputation"]
        if named == "observed":
            assert housing.imputed[i] == ""
        elif named == "region_mean":
            assert housing.imputed[i] == "column_mean"
        else:
            k = housing.imputed_neighbours[i]
            assert (housing.imputed[i], named) == ("neighbours", f"queen_neighbour_mean({k})")


def test_row_order_does_not_change_a_ward_with_up_to_five_variables(ilorin, outcome):
    turned = np.arange(len(ilorin.rows))[::-1]
    wards = replace(
        ilorin.wards,
        codes=tuple(ilorin.wards.codes[i] for i in turned),
        lgas=tuple(ilorin.wards.lgas[i] for i in turned),
        neighbours=tuple(
            tuple(sorted(len(turned) - 1 - j for j in ilorin.wards.neighbours[i])) for i in turned
        ),
    )
    columns = [
        replace(c, values=c.values[turned]) for c in (ilorin.column(n) for n in reversed(VARIABLES))
    ]
    again = score_legacy(wards, columns, None)
    assert again.rank[::-1].tolist() == outcome.rank.tolist()


def test_balogun_fulani_3_profits_from_its_zero_distance(ilorin, outcome):
    i = [r["WardName"] for r in ilorin.rows].index("Balogun Fulani 3")
    assert outcome.rank[i] == 6
    distance = by_name(outcome, "distance")
    assert distance.norm[i] == 1.0
    assert np.delete(distance.norm, i).max() < 1e-12
    assert "legacy_zeros_kill_inverse" in [n.code for n in outcome.notes]


def test_model_counts_follow_the_table(traps):
    for case in traps["legacy_model_counts"]:
        models = subsets(case["variables"])
        assert len(models) == case["models"]
        assert len({j for m in models for j in m}) == case["used_variables"]


def test_six_variables_use_the_first_five_and_say_so(ilorin):
    columns = [ilorin.column(n) for n in VARIABLES]
    sixth = replace(columns[0], name="rainfall_like", values=columns[1].values * 2)
    outcome = score_legacy(ilorin.wards, [*columns, sixth], None)
    assert outcome.facts["models"] == 16
    note = next(n for n in outcome.notes if n.code == "legacy_only_five")
    assert note.facts["left_out"] == ["rainfall_like"]
    assert by_name(outcome, "rainfall_like").status == "refused"


def test_one_variable_is_refused_with_a_word(ilorin):
    with pytest.raises(DomainError) as error:
        score_legacy(ilorin.wards, [ilorin.column("meanEVI")], None)
    assert error.value.code == "TOO_FEW_VARIABLES"


def test_an_out_patient_ratio_is_accepted_but_labelled(ilorin):
    share = ilorin.numbers("tpr_u5_new_raw")
    indicator = Indicator(name="tpr", definition="opd", share=share)
    outcome = score_legacy(ilorin.wards, [ilorin.column("meanEVI")], indicator)
    assert "indicator_is_not_positivity" in [n.code for n in outcome.notes]


def test_ward_without_any_value_in_a_column_without_observation_becomes_zero(ilorin):
    empty = replace(ilorin.column("meanEVI"), values=np.full(35, np.nan), name="nothing")
    outcome = score_legacy(ilorin.wards, [ilorin.column("distance"), empty], None)
    assert "legacy_no_observation" in [n.code for n in outcome.notes]
    assert by_name(outcome, "nothing").norm.tolist() == [0.5] * 35
