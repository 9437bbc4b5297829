"""R10 and section 18: oriented components, refused where they do not fit."""

import csv

import numpy as np

from analysis.domain.components import components, oriented, parallel_thresholds, spectrum
from analysis.tests.domain.conftest import VARIABLES
from chatmrpt.testing.shared import shared_path

DIRECTIONS = ("inverse", "direct", "inverse", "direct", "direct")


def made(n=300, seed=1):
    """Four variables that carry one risk, the second stored so that high is good."""
    numbers = np.random.Generator(np.random.PCG64(seed))
    risk = numbers.standard_normal(n)
    noise = numbers.standard_normal((n, 4)) * 0.6
    values = np.column_stack([risk, -risk, risk, risk]) + noise
    return ("tpr", "b", "c", "d"), values, ("direct", "inverse", "direct", "direct"), risk


def test_ilorin_is_refused_with_kmo_and_the_loadings_that_pull_backwards(ilorin, traps):
    expected = traps["ilorin_pca"]
    values = np.column_stack([ilorin.numbers(f"{n}_used") for n in VARIABLES])
    found = components(VARIABLES, values, DIRECTIONS, indicator="tpr_u5_new", seed=1)
    assert not found.suitable
    assert found.score is None
    assert "KMO 0.355" in found.reason
    np.testing.assert_allclose(found.eigenvalues, expected["eigenvalues"], atol=1e-6)
    np.testing.assert_allclose(found.shares, expected["explained_share"], atol=1e-6)
    np.testing.assert_allclose(found.thresholds, expected["parallel_analysis_95_approx"], atol=0.05)
    assert list(found.against) == expected["loadings_against_expected_direction"]
    vectors = found.loadings[:, 0] / np.sqrt(found.eigenvalues[0])
    wanted = [expected["first_component_oriented_loadings_if_forced"][n] for n in VARIABLES]
    np.testing.assert_allclose(vectors, wanted, atol=1e-5)


def test_oecd_technology_index_has_the_published_components():
    with shared_path("data/checks/oecd_tai_23_countries.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))[1:]
    values = np.array([[float(x) for x in row[-8:]] for row in rows])
    eigenvalues, vectors = spectrum(oriented(values, ["direct"] * 8))
    published = [41.9, 21.8, 12.3, 11.1, 6.0, 3.7, 2.2, 0.9]
    np.testing.assert_allclose(100 * eigenvalues / 8, published, atol=0.15)
    first = np.abs(vectors[:, 0] * np.sqrt(eigenvalues[0]))
    np.testing.assert_allclose(
        first, [0.11, 0.56, 0.92, 0.35, 0.76, 0.91, 0.74, 0.36], atol=0.01
    )  # fmt: skip


def test_a_suitable_set_gives_a_score_that_rises_with_risk():
    names, values, directions, risk = made()
    found = components(names, values, directions, indicator="tpr", seed=1)
    assert (found.suitable, found.kept, found.against) == (True, 1, ())
    assert np.corrcoef(found.score, risk)[0, 1] > 0.9
    assert (found.loadings[:, 0] > 0.5).all()
    np.testing.assert_allclose(found.weighted_score, found.score)


def test_storing_a_variable_reversed_with_the_other_direction_changes_nothing():
    names, values, directions, _ = made()
    turned = values * np.array([1, -1, 1, 1])
    one = components(names, values, directions, indicator="tpr", seed=1)
    two = components(names, turned, ("direct",) * 4, indicator="tpr", seed=1)
    np.testing.assert_allclose(one.score, two.score, atol=1e-12)
    np.testing.assert_allclose(one.loadings, two.loadings, atol=1e-12)


def test_malaria_pulling_backwards_refuses_the_ranking_and_says_so():
    names, values, directions, _ = made()
    found = components(names, values, ("inverse", *directions[1:]), indicator="tpr", seed=1)
    assert found.against == ("tpr",)
    assert not found.suitable
    assert "tpr pulls the first component against" in found.reason


def test_noise_is_refused_and_copies_are_named():
    noise = np.random.Generator(np.random.PCG64(3)).standard_normal((60, 4))
    found = components(("a", "b", "c", "d"), noise, ("direct",) * 4, indicator=None, seed=1)
    assert not found.suitable
    assert found.score is None
    twice = np.column_stack([noise[:, 0], noise])
    same = components(("a", "a2", "b", "c", "d"), twice, ("direct",) * 5, indicator=None, seed=1)
    assert "same information" in same.reason


def test_thresholds_depend_on_the_seed_only():
    one = parallel_thresholds(50, 4, seed=1, sets=50)
    assert (one == parallel_thresholds(50, 4, seed=1, sets=50)).all()
    assert (one != parallel_thresholds(50, 4, seed=2, sets=50)).any()
    assert (np.diff(one) < 0).all()
