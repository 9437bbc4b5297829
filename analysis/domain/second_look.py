"""What stands beside a `sound` ranking: other choices, components, and a card for every ward.

Source: `domain/risk.md` sections 10, 12 and 17, `domain/uncertainty.md` sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.domain import normalisation
from analysis.domain.components import Components, components
from analysis.domain.draws import RankDraws
from analysis.domain.exceedance import LIMITS, class_in_words
from analysis.domain.explanation import Scored, class_changes, high_on
from analysis.domain.frames import Column, Indicator, OtherIndicator, WardFrame
from analysis.domain.indicator import Prepared, prepare
from analysis.domain.published import score_legacy
from analysis.domain.ranking import third
from analysis.domain.sensitivity import (
    Alternative,
    geometric,
    left_out,
    other_normalisations,
    other_weights,
    rank_by,
    stability,
    table,
)
from chatmrpt.common.errors import DomainError
from chatmrpt.common.statistics.exceedance import classify

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A finished sound ranking, as its second look needs it; arrays are (n_wards,)."""

    wards: WardFrame
    variables: tuple[Scored, ...]
    groups: tuple[str, ...]
    score: FloatArray
    rank: IntArray
    tie: FloatArray
    malaria: Prepared
    draws: RankDraws
    option: normalisation.Option
    top: int
    seed: int


@dataclass(frozen=True, slots=True)
class SecondLook:
    """`alternatives` and `components` for the run, `cards` for the wards; JSON-compatible."""

    alternatives: list[dict[str, Any]]
    components: dict[str, Any]
    cards: tuple[dict[str, Any], ...]
    stability_of: int


def second_look(
    run: Ranking,
    columns: Sequence[Column],
    indicator: Indicator,
    others: Sequence[OtherIndicator],
) -> SecondLook:
    """Try the other choices one at a time and explain every ward."""
    codes, tie, variables = run.wards.codes, run.tie, run.variables
    parts = _components(run, indicator.name)
    found = left_out(variables, codes, tie)
    found += other_normalisations(variables, codes, tie, run.option)
    if len(variables) > 1:
        found.append(geometric(variables, codes, tie))
    found += other_weights(variables, run.groups, codes, tie)
    found += _methods(run, columns, indicator, parts)
    found += [_counted_otherwise(run, other) for other in others]
    steady = stability(run.rank, found, run.top)
    width = run.draws.high - run.draws.low
    changes = class_changes(run.score, run.rank, variables)
    counts = high_on(variables)
    shifts = {
        a.key: a.rank - run.rank for a in found if a.axis == "leave_out" and a.rank is not None
    }
    limits = _limits(run.malaria)
    cards = tuple(
        {
            "ladder": {str(k): float(p[i]) for k, p in run.draws.ladder.items()},
            "change": changes[i],
            "left_out": {name: int(shift[i]) for name, shift in shifts.items()},
            "high_on": int(counts[i]),
            "tried": {
                "lowest": int(steady.lowest[i]),
                "median": float(steady.median[i]),
                "highest": int(steady.highest[i]),
                "inside": int(steady.inside[i]),
                "by": steady.strongest[i][0],
                "places": steady.strongest[i][1],
            },
            **({"limits": limits[i]} if limits else {}),
        }
        for i in range(len(run.rank))
    )
    rows = table(run.rank, found, width, third(len(run.rank)))
    return SecondLook(rows, _components_facts(parts), cards, steady.counted)


def _limits(malaria: Prepared) -> list[dict[str, Any]] | None:
    """Return P(positivity above each limit) and the class; None for rates without counts."""
    if malaria.alpha is None or malaria.beta is None:
        return None
    found = [
        classify(a, b, LIMITS)
        for a, b in zip(malaria.alpha.tolist(), malaria.beta.tolist(), strict=True)
    ]
    return [{"above": list(c.above), "class": class_in_words(c)} for c in found]


def _components(run: Ranking, indicator: str) -> Components | None:
    varied = [v for v in run.variables if np.ptp(v.values) > 0]
    if len(varied) < 2:
        return None
    return components(
        [v.name for v in varied],
        np.column_stack([v.values for v in varied]),
        [v.direction for v in varied],
        indicator=indicator,
        seed=run.seed,
    )


def _components_facts(parts: Components | None) -> dict[str, Any]:
    if parts is None:
        return {
            "suitable": False,
            "reason": "Principal components need at least three variables that vary.",
        }
    loadings = parts.loadings[:, 0].tolist() if parts.loadings is not None else []
    return {
        "suitable": parts.suitable,
        "reason": parts.reason,
        "eigenvalues": list(parts.eigenvalues),
        "shares": list(parts.shares),
        "thresholds": list(parts.thresholds),
        "kept": parts.kept,
        "loadings": dict(zip(parts.names, loadings, strict=False)),
        "against": list(parts.against),
    }


def _methods(
    run: Ranking, columns: Sequence[Column], indicator: Indicator, parts: Components | None
) -> list[Alternative]:
    codes, tie = run.wards.codes, run.tie
    found = []
    if len(run.variables) > 1:
        found.append(
            Alternative("method", "tpr_only", "test positivity alone", rank_by(tie, codes, tie))
        )
    if parts is not None and parts.score is not None:
        rank = rank_by(parts.score, codes, tie)
        found.append(Alternative("method", "components", "first principal component", rank))
    else:
        reason = parts.reason if parts else "fewer than three variables that vary"
        found.append(Alternative("method", "components", "first principal component", None, reason))
    try:
        legacy = score_legacy(run.wards, columns, indicator)
        found.append(Alternative("method", "legacy", "legacy rule", legacy.rank))
    except DomainError as error:
        found.append(Alternative("method", "legacy", "legacy rule", None, error.message))
    return found


def _counted_otherwise(run: Ranking, other: OtherIndicator) -> Alternative:
    """Rank with the malaria indicator counted another way and everything else as it is."""
    thin = "no data for more than half of the wards"
    if not other.usable:
        return Alternative(other.axis, other.key, other.label, None, thin)
    try:
        values = prepare(other.indicator, run.wards, interval=False).result.shrunk
    except DomainError as error:
        return Alternative(other.axis, other.key, other.label, None, error.message)
    z = normalisation.normalise(values, "direct", run.option)
    if np.isnan(z[0]):
        return Alternative(other.axis, other.key, other.label, None, "every ward has the same rate")
    score = sum(v.weight * (z if j == 0 else v.z) for j, v in enumerate(run.variables))
    rank = rank_by(np.asarray(score), run.wards.codes, values)
    return Alternative(other.axis, other.key, other.label, rank)
