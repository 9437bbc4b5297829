"""What the ranking would have been under other reasonable choices: a table, not a probability.

Source: `domain/uncertainty.md` section 7, `domain/risk.md` sections 8, 17 and 18.6. One axis at a
time from the chosen run; nothing here changes the run's own ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.domain import normalisation, ranking
from analysis.domain.agreement import agreement
from analysis.domain.explanation import Scored

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GEOMETRIC_FLOOR = 0.01
COUNTED = ("positivity",)
"""Axes whose rankings count in "in the first k in 88 of 96 reasonable definitions"."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other way: its ranking, or the reason why it gives none."""

    axis: str
    key: str
    label: str
    rank: IntArray | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stability:
    """What the alternatives say per ward.

    Parameters
    ----------
    lowest, median, highest : array (n_wards,), ranks over the chosen run and every alternative
    counted : how many rankings of the `COUNTED` axes exist, the chosen one included
    inside : array (n_wards,), in how many of them the ward is among the first k
    strongest : per ward the label and places (with sign) of the alternative that moves it most
    """

    lowest: IntArray
    median: FloatArray
    highest: IntArray
    counted: int
    inside: IntArray
    strongest: tuple[tuple[str, int], ...]


def rank_by(score: FloatArray, codes: Sequence[str], tie: FloatArray) -> IntArray:
    return ranking.unique_ranks(score, ranking.tie_order(codes, tie))


def by_weights(
    variables: Sequence[Scored], weights: FloatArray, codes: Sequence[str], tie: FloatArray
) -> IntArray:
    z = np.column_stack([v.z for v in variables])
    return rank_by(z @ (weights / weights.sum()), codes, tie)


def left_out(
    variables: Sequence[Scored], codes: Sequence[str], tie: FloatArray
) -> list[Alternative]:
    """Return a ranking for each variable left out, the others keeping their proportions."""
    if len(variables) < 2:
        return []
    found = []
    for j, v in enumerate(variables):
        rest = [x for i, x in enumerate(variables) if i != j]
        weights = np.array([x.weight for x in rest])
        found.append(
            Alternative("leave_out", v.name, f"without {v.name}",
                        by_weights(rest, weights, codes, tie))
        )  # fmt: skip
    return found


def other_normalisations(
    variables: Sequence[Scored], codes: Sequence[str], tie: FloatArray, chosen: str
) -> list[Alternative]:
    """Return a ranking for each other normalisation, or the variable that does not allow it."""
    words = {"winsor": "2nd to 98th percentile", "minmax": "plain min-max", "rank": "ranks"}
    weights = np.array([v.weight for v in variables])
    found = []
    for option in normalisation.OPTIONS:
        if option == chosen:
            continue
        columns = [normalisation.normalise(v.values, v.direction, option) for v in variables]
        label = f"normalised by {words[option]}"
        flat = [v.name for v, z in zip(variables, columns, strict=True) if np.isnan(z[0])]
        if flat:
            reason = f"{flat[0]} does not vary between its percentiles"
            found.append(Alternative("normalisation", option, label, None, reason))
            continue
        found.append(
            Alternative("normalisation", option, label,
                        rank_by(np.column_stack(columns) @ weights, codes, tie))
        )  # fmt: skip
    return found


def geometric(variables: Sequence[Scored], codes: Sequence[str], tie: FloatArray) -> Alternative:
    """Return the ranking by the weighted geometric mean of max(z, 0.01)."""
    z = np.maximum(np.column_stack([v.z for v in variables]), GEOMETRIC_FLOOR)
    score = np.exp(np.log(z) @ np.array([v.weight for v in variables]))
    return Alternative("combination", "geometric", "geometric mean", rank_by(score, codes, tie))


def other_weights(
    variables: Sequence[Scored],
    groups: Sequence[str],
    codes: Sequence[str],
    tie: FloatArray,
) -> list[Alternative]:
    """Return rankings by equal weights and by equal weights over groups, where they differ."""
    own = np.array([v.weight for v in variables])
    names = [g or v.name for g, v in zip(groups, variables, strict=True)]
    grouped = np.array([1.0 / len(set(names)) / names.count(g) for g in names])
    equal = np.full(len(variables), 1.0 / len(variables))
    found: list[Alternative] = []
    tried = [own]
    for key, label, weights in (
        ("equal", "equal weights", equal),
        ("groups", "equal weights over groups", grouped),
    ):
        if any(np.allclose(weights, other, atol=1e-12) for other in tried):
            continue
        tried.append(weights)
        found.append(Alternative("weights", key, label, by_weights(variables, weights, codes, tie)))
    return found


def stability(base: IntArray, alternatives: Sequence[Alternative], k: int) -> Stability:
    """Summarise the alternatives per ward.

    Parameters
    ----------
    base : array (n_wards,), the ranks of the run
    k : length of the list
    """
    ranked = [a for a in alternatives if a.rank is not None]
    every = np.column_stack([base, *[np.asarray(a.rank) for a in ranked]])
    counted = [base, *[np.asarray(a.rank) for a in ranked if a.axis in COUNTED]]
    inside = np.sum([ranks <= k for ranks in counted], axis=0).astype(np.int64)
    single = [a for a in ranked if a.axis not in ("positivity", "ratio")]
    strongest: list[tuple[str, int]] = [("", 0)] * len(base)
    if single:
        shifts = np.column_stack([np.asarray(a.rank) - base for a in single])
        best = np.argmax(np.abs(shifts), axis=1)
        strongest = [
            (single[j].label, int(shifts[i, j])) if shifts[i, j] else ("", 0)
            for i, j in enumerate(best.tolist())
        ]
    return Stability(
        lowest=every.min(axis=1).astype(np.int64),
        median=np.median(every, axis=1),
        highest=every.max(axis=1).astype(np.int64),
        counted=len(counted),
        inside=inside,
        strongest=tuple(strongest),
    )


def table(
    base: IntArray, alternatives: Sequence[Alternative], width: IntArray, k: int
) -> list[dict[str, Any]]:
    """Return one JSON-compatible row per alternative: how far it agrees with the run.

    Parameters
    ----------
    width : array (n_wards,), places between the ends of each ward's rank interval; a ward that
        moves farther has moved beyond its own doubt
    """
    rows = []
    for a in alternatives:
        row: dict[str, Any] = {"axis": a.axis, "key": a.key, "label": a.label, "reason": a.reason}
        if a.rank is not None:
            found = agreement(base, a.rank, k)
            row |= {
                "spearman": found.spearman,
                "kendall": found.kendall,
                "largest": found.largest,
                "largest_ward": int(np.argmax(np.abs(found.shift))),
                "entering": len(found.entering),
                "leaving": len(found.leaving),
                "beyond": int((np.abs(found.shift) > width).sum()),
            }
        rows.append(row)
    return rows
