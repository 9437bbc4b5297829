"""Principal components as a second view: oriented, tested, refused in words when they do not fit.

Source: `domain/risk.md` section 10; figures of sections 18.2 and 18.5. Never the default ranking,
and never forced: an unsuitable set of variables gets both test figures and the reason, no scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.domain.suitability import Suitability, suitability

FloatArray = NDArray[np.float64]

PARALLEL_SETS = 500
PARALLEL_LEVEL = 95.0
_SIGN_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of the oriented variables, or why there are none.

    Parameters
    ----------
    names : the variables, in order
    eigenvalues, shares : all components, largest first; shares of the variance, 0-1
    thresholds : 95th percentile of the m-th eigenvalue of random data of the same size
    kept : how many leading components exceed their threshold
    loadings : array (n_variables, kept), correlation of an oriented variable with the component
    against : variables that pull the first component against their expected direction
    suitable : whether the first component may be shown as a ranking
    reason : why not, or in what words it is suitable
    score : array (n_wards,) of the first component, higher = more risk; None when not suitable
    weighted_score : kept components weighted by their share of the variance
    """

    tests: Suitability
    names: tuple[str, ...]
    eigenvalues: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    thresholds: tuple[float, ...] = ()
    kept: int = 0
    loadings: FloatArray | None = None
    against: tuple[str, ...] = ()
    suitable: bool = False
    reason: str = ""
    score: FloatArray | None = None
    weighted_score: FloatArray | None = None


def oriented(values: FloatArray, directions: Sequence[str]) -> FloatArray:
    """Return y_j = s_j (x_j - mean) / sd with s = -1 for inverse variables: higher = worse.

    Parameters
    ----------
    values : array (n_wards, n_variables), no NaN, no constant column; sd is the population's
    """
    signs = np.array([-1.0 if d == "inverse" else 1.0 for d in directions])
    return np.asarray(signs * (values - values.mean(axis=0)) / values.std(axis=0), dtype=np.float64)


def spectrum(y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return eigenvalues and eigenvectors (columns) of the correlation matrix, largest first."""
    found, vectors = np.linalg.eigh(np.corrcoef(y, rowvar=False))
    order = np.argsort(-found, kind="stable")
    return np.maximum(found[order], 0.0), vectors[:, order]


def parallel_thresholds(n: int, p: int, *, seed: int, sets: int = PARALLEL_SETS) -> FloatArray:
    """Return the 95th percentile of each ordered eigenvalue over random normal data (n, p)."""
    numbers = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 0x9CA])))
    found = np.empty((sets, p))
    for s in range(sets):
        r = np.corrcoef(numbers.standard_normal((n, p)), rowvar=False)
        found[s] = np.linalg.eigvalsh(r)[::-1]
    return np.asarray(np.percentile(found, PARALLEL_LEVEL, axis=0), dtype=np.float64)


def components(
    names: Sequence[str],
    values: FloatArray,
    directions: Sequence[str],
    *,
    indicator: str | None,
    seed: int,
) -> Components:
    """Test the variables, keep components by parallel analysis and orient them.

    Parameters
    ----------
    values : array (n_wards, n_variables), complete; constant columns must be left out before
    indicator : name of the malaria indicator; decides a sign that the loadings leave open
    """
    tests = suitability(values)
    base = Components(tests, tuple(names))
    if tests.kmo is None:
        return _with(base, reason=tests.reason)
    y = oriented(values, directions)
    eigenvalues, vectors = spectrum(y)
    thresholds = parallel_thresholds(*values.shape, seed=seed)
    below = np.flatnonzero(eigenvalues <= thresholds)
    kept = int(below[0]) if below.size else len(names)
    shown = max(kept, 1)
    malaria = names.index(indicator) if indicator in names else None
    vectors = np.column_stack([_signed(vectors[:, m], malaria) for m in range(shown)])
    loadings = vectors * np.sqrt(eigenvalues[:shown])
    against = tuple(n for n, x in zip(names, loadings[:, 0], strict=True) if x < -_SIGN_TOLERANCE)
    shares = eigenvalues / eigenvalues.sum()
    reason = _refusal(tests, kept, against, indicator)
    suitable = not reason
    scores = y @ vectors
    return Components(
        tests=tests,
        names=tuple(names),
        eigenvalues=tuple(eigenvalues.tolist()),
        shares=tuple(shares.tolist()),
        thresholds=tuple(thresholds.tolist()),
        kept=kept,
        loadings=loadings,
        against=against,
        suitable=suitable,
        reason=reason or tests.reason,
        score=scores[:, 0] if suitable else None,
        weighted_score=scores @ (shares[:shown] / shares[:shown].sum()) if suitable else None,
    )


def _with(base: Components, reason: str) -> Components:
    return Components(base.tests, base.names, reason=reason)


def _signed(vector: FloatArray, malaria: int | None) -> FloatArray:
    """Return the vector so that its loadings add up to 0 or more, else malaria pulls upwards."""
    total = float(vector.sum())
    if abs(total) <= _SIGN_TOLERANCE and malaria is not None:
        total = float(vector[malaria])
    return -vector if total < 0 else vector


def _refusal(tests: Suitability, kept: int, against: Sequence[str], indicator: str | None) -> str:
    kmo, p = tests.kmo or 0.0, tests.p if tests.p is not None else 1.0
    figures = f"KMO {kmo:.3f} (0.5 is the least), Bartlett's test p {p:.3g}"
    if not tests.suitable:
        why = (
            "the variables share too little to be one underlying risk"
            if p < 0.05
            else "the variables do not correlate beyond chance"
        )
        return f"Not suitable: {why}. {figures}. No component ranking is shown."
    if kept == 0:
        return (
            "Not suitable: no component is larger than chance would make it (parallel analysis, "
            f"{PARALLEL_SETS} random sets). {figures}."
        )
    if indicator in against:
        return (
            f"Not suitable as a ranking: {indicator} pulls the first component against its "
            f"direction, so a high place would mean less malaria. {figures}."
        )
    return ""
