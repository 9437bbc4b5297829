"""KMO and Bartlett against figures nobody here wrote (risk.md sections 18.2 and 18.5)."""

import csv

import numpy as np
import pytest

from analysis.domain.suitability import chi2_above, suitability
from analysis.tests.domain.conftest import VARIABLES
from chatmrpt.testing.shared import shared_path


def read(name, columns=None):
    with shared_path(f"data/checks/{name}").open(encoding="utf-8-sig") as handle:
        rows = list(csv.reader(handle))
    names = [n.strip() for n in rows[0]]
    chosen = columns or range(len(names))
    return np.array([[float(r[i]) for i in chosen] for r in rows[1:] if r])


def test_ilorin_is_not_suitable(ilorin, traps):
    expected = traps["ilorin_pca"]
    found = suitability(np.column_stack([ilorin.numbers(f"{n}_used") for n in VARIABLES]))
    assert found.kmo == pytest.approx(expected["kmo"], abs=1e-6)
    each = [expected["kmo_per_variable"][n] for n in VARIABLES]
    np.testing.assert_allclose(found.kmo_per_variable, each, atol=1e-5)
    assert found.chi2 == pytest.approx(expected["bartlett_chi2"], abs=1e-5)
    assert (found.df, found.suitable) == (10, False)
    assert found.p == pytest.approx(expected["bartlett_p"], rel=1e-5)


def test_direction_does_not_matter(ilorin):
    values = np.column_stack([ilorin.numbers(f"{n}_used") for n in VARIABLES])
    turned = values * np.array([-1, 1, -1, 1, 1])
    assert suitability(turned).kmo == pytest.approx(suitability(values).kmo)


def test_jasp_reference():
    found = suitability(read("jasp_EFA_saq.csv"))
    assert found.kmo == pytest.approx(0.930224499116479, abs=1e-9)
    assert found.chi2 == pytest.approx(19334.4919887839, abs=1e-6)
    assert (found.df, found.p, found.suitable) == (253, 0.0, True)


@pytest.mark.parametrize(("x", "df", "p"), [(3.841459, 1, 0.05), (18.307038, 10, 0.05),
                                            (2.0, 4, 0.735759), (0.0, 3, 1.0)])  # fmt: skip
def test_chi_square_table(x, df, p):
    assert chi2_above(x, df) == pytest.approx(p, abs=1e-6)


def test_copies_and_too_few_variables_are_a_reason_not_an_exception():
    values = np.random.Generator(np.random.PCG64(1)).normal(size=(20, 3))
    assert "same information" in suitability(np.column_stack([values, values[:, 0]])).reason
    assert suitability(values[:, :2]).kmo is None
