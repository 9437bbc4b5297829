import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.domain.agreement import agreement


def naive_kendall(a, b):
    pairs = [(i, j) for i in range(len(a)) for j in range(i)]
    signs = [np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]) for i, j in pairs]
    return sum(signs) / len(pairs)


@given(st.permutations(range(1, 9)), st.permutations(range(1, 9)))
def test_figures_equal_their_naive_twins(a, b):
    a, b = np.array(a), np.array(b)
    found = agreement(a, b, 3)
    assert abs(found.spearman - np.corrcoef(a, b)[0, 1]) < 1e-9
    assert abs(found.kendall - naive_kendall(a, b)) < 1e-9
    assert found.largest == max(abs(b - a))
    assert len(found.entering) == len(found.leaving)


def test_the_same_ranking_agrees_and_the_reverse_does_not():
    a = np.arange(1, 11)
    same, turned = agreement(a, a, 3), agreement(a, a[::-1], 3)
    assert (same.spearman, same.kendall, same.largest, same.entering) == (1.0, 1.0, 0, ())
    assert (turned.spearman, turned.kendall) == (-1.0, -1.0)
    assert (turned.entering, turned.leaving) == ((7, 8, 9), (0, 1, 2))
