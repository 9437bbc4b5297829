"""The `sound` profile: range check, imputation, normalisation, weighted mean, rank draws.

Source: `domain/risk.md` sections 4, 5, 7-9; `domain/uncertainty.md` section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.domain import composite, normalisation, ranking
from analysis.domain.draws import (
    GENERATOR,
    Components,
    DrawColumn,
    RankDraws,
    draw_ranks,
)
from analysis.domain.explanation import Scored
from analysis.domain.frames import (
    Column,
    Indicator,
    Note,
    OtherIndicator,
    Outcome,
    Step,
    VariableResult,
    WardFrame,
    no_progress,
)
from analysis.domain.imputation import Imputed
from analysis.domain.indicator import Prepared, prepare, require_sound
from analysis.domain.second_look import Ranking, second_look
from analysis.domain.sound_variables import (
    ReadyVariable,
    covariate_variable,
    indicator_variable,
)
from analysis.domain.stability import stability_words, ward_flags
from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]

FEW_WARDS = 10


@dataclass(frozen=True, slots=True)
class SoundOptions:
    """What a person may choose.

    Parameters
    ----------
    weights : None = equal, "groups" = equal over groups, or name to weight
    top : k of the probability of being among the first k
    """

    normalisation: normalisation.Option = "winsor"
    weights: Mapping[str, float] | str | None = None
    draws: int = 1000
    seed: int = 0
    top: int = 10
    components: Components | None = None


def score_sound(
    wards: WardFrame,
    columns: Sequence[Column],
    indicator: Indicator | None,
    options: SoundOptions,
    *,
    others: Sequence[OtherIndicator] = (),
    on_step: Step = no_progress,
) -> Outcome:
    """Score and rank wards by malaria and covariates.

    Parameters
    ----------
    wards : n_wards >= 2
    columns : every offered variable; those not chosen are listed, not used
    indicator : mandatory
    others : the indicator counted other ways, for the sensitivity table only

    Raises
    ------
    DomainError
        ``MALARIA_INDICATOR_MISSING``, ``MALARIA_INDICATOR_REFUSED``, ``NO_TESTS``,
        ``TOO_FEW_WARDS``, ``NO_VARIATION`` / ``PERCENTILES_COINCIDE`` for the indicator,
        ``INVALID_WEIGHTS``, ``MALARIA_WEIGHT_TOO_SMALL``.
    """
    indicator = require_sound(indicator)
    n = len(wards)
    if n < 2:
        raise DomainError(
            "TOO_FEW_WARDS",
            f"A ranking needs at least two wards; this run has {n}.",
            {"wards": n},
        )
    on_step(10, 100, "Estimating the malaria indicator")
    notes: list[Note] = []
    malaria = prepare(indicator, wards)
    notes.extend(malaria.notes)
    option = options.normalisation
    normalisation.check_variation(malaria.result.shrunk, option, name=indicator.name)

    on_step(20, 100, "Checking and filling variables")
    ready = [indicator_variable(indicator, malaria, option)]
    left_out: list[VariableResult] = []
    for column in columns:
        outcome = covariate_variable(column, wards, option, notes)
        if isinstance(outcome, ReadyVariable):
            ready.append(outcome)
        else:
            left_out.append(outcome)

    on_step(30, 100, "Scoring")
    weights = _weights(ready, columns, indicator.name, options)
    kept = [v for v in ready if weights[v.result.name] > 0]
    z = np.column_stack([v.z for v in kept])
    w = np.array([weights[v.result.name] for v in kept])
    score = composite.weighted_mean(z, w)
    shares = composite.contributions(z, w)
    tie = malaria.result.shrunk
    order = ranking.tie_order(wards.codes, tie)
    ranks = ranking.unique_ranks(score, order)

    on_step(35, 100, "Drawing rank intervals")
    draws = _draw(kept, w, wards, tie, malaria, options, on_step)
    on_step(90, 100, "Trying other choices and explaining wards")
    look = second_look(
        Ranking(
            wards=wards,
            variables=tuple(_scored(v, weights, option) for v in kept),
            groups=tuple(v.column.group if v.column else "malaria" for v in kept),
            score=score,
            rank=ranks,
            tie=tie,
            malaria=malaria,
            draws=draws,
            option=option,
            top=options.top,
            seed=options.seed,
        ),
        columns,
        indicator,
        others,
    )
    mostly = _mostly_imputed([v.imputed for v in kept[1:]], malaria.no_tests)
    flags = ward_flags(malaria, mostly, ranking.shared_ranks(score))
    all_imputed = malaria.no_tests.copy()
    for v in kept[1:]:
        all_imputed &= v.imputed.mask
    notes.extend(_run_notes(n, kept, left_out))
    return Outcome(
        profile="sound",
        score=score,
        rank=ranks,
        rank_shared=ranking.shared_ranks(score),
        category=ranking.categories(ranks),
        rank_low=draws.low,
        rank_median=draws.median.astype(np.float64),
        rank_high=draws.high,
        rank_mean=draws.mean,
        p_top=draws.p_top,
        p_high=draws.p_high,
        p_medium=draws.p_medium,
        p_low=draws.p_low,
        stability=stability_words(draws, malaria.too_few, mostly, all_imputed),
        flags=flags,
        variables=_variables(ready, kept, weights, shares, left_out),
        notes=tuple(notes),
        indicator=malaria.result,
        drawn=draws.ranks.astype(np.int64),
        facts={
            "normalisation": option,
            "draws": options.draws,
            "seed": options.seed,
            "generator": GENERATOR,
            "top": options.top,
            "alternatives": look.alternatives,
            "alternatives_counted": look.stability_of,
            "components": look.components,
        },
        cards=look.cards,
    )


def _scored(v: ReadyVariable, weights: Mapping[str, float], option: normalisation.Option) -> Scored:
    bounds = None if option == "rank" else v.result.bounds
    name = v.result.name
    return Scored(name, v.result.direction, weights[name], v.imputed.values, v.z, bounds)


def _weights(
    ready: Sequence[ReadyVariable], columns: Sequence[Column], malaria: str, options: SoundOptions
) -> dict[str, float]:
    names = [v.result.name for v in ready]
    typed = options.weights
    if typed is None:
        weights = composite.equal_weights(names)
    elif isinstance(typed, str):
        groups = {v.result.name: v.column.group if v.column else "malaria" for v in ready}
        weights = composite.group_weights(groups)
    else:
        offered = {c.name for c in columns}
        usable = {k: v for k, v in typed.items() if k in names or k not in offered}
        weights = composite.typed_weights(names, usable)
    return composite.hold_malaria_weight(weights, malaria, typed=isinstance(typed, Mapping))


def _draw(
    kept: Sequence[ReadyVariable],
    weights: FloatArray,
    wards: WardFrame,
    tie: FloatArray,
    malaria: Prepared,
    options: SoundOptions,
    on_step: Step,
) -> RankDraws:
    columns = []
    for v in kept:
        c = v.column
        columns.append(
            DrawColumn(
                values=v.imputed.values,
                direction=v.result.direction,
                mask=v.imputed.mask,
                spread=v.imputed.spread,
                minimum=0.0 if c is None else c.minimum,
                maximum=1.0 if c is None else c.maximum,
                alpha=malaria.alpha if c is None else None,
                beta=malaria.beta if c is None else None,
            )
        )
    every = max(options.draws // 20, 1)

    def on_draw(done: int) -> None:
        if done % every == 0:
            on_step(35 + 50 * done // options.draws, 100, "Drawing rank intervals")

    return draw_ranks(
        columns,
        weights,
        wards.codes,
        tie,
        option=options.normalisation,
        draws=options.draws,
        seed=options.seed,
        top=options.top,
        components=options.components,
        on_draw=on_draw,
    )


def _mostly_imputed(imputed: Sequence[Imputed], no_tests: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the wards with more than half of their chosen variables filled in."""
    filled = no_tests.astype(np.int64)
    for column in imputed:
        filled = filled + column.mask
    return np.asarray(filled * 2 > len(imputed) + 1, dtype=bool)


def _variables(
    ready: Sequence[ReadyVariable],
    kept: Sequence[ReadyVariable],
    weights: Mapping[str, float],
    shares: FloatArray,
    left_out: Sequence[VariableResult],
) -> tuple[VariableResult, ...]:
    out = []
    used = [v.result.name for v in kept]
    for v in ready:
        name = v.result.name
        if name in used:
            share = shares[:, used.index(name)]
            out.append(replace(v.result, weight=weights[name], norm=v.z, contribution=share))
        else:
            out.append(
                replace(
                    v.result,
                    weight=0.0,
                    status="zero_weight",
                    reason_code="zero_weight",
                    reason="Its weight is 0.",
                    norm=v.z,
                )
            )
    return (*out, *left_out)


def _run_notes(
    n: int, kept: Sequence[ReadyVariable], left_out: Sequence[VariableResult]
) -> list[Note]:
    notes = []
    if len(kept) == 1:
        notes.append(
            Note(
                "tpr_only",
                "No covariate is in the score: this ranks the wards by test positivity alone.",
                {},
            )
        )
    if n < FEW_WARDS:
        notes.append(
            Note(
                "few_wards",
                f"A ranking of {n} wards rests on single values.",
                {"wards": n},
            )
        )
    codes = {v.result.code for v in kept}
    if {"tpr", "burden"} <= codes:
        notes.append(
            Note("shared_positives", "Positivity and burden share the same positives.", {})
        )
    for variable in left_out:
        if variable.status == "refused":
            notes.append(
                Note(
                    "variable_refused",
                    variable.reason,
                    {"variable": variable.name, "code": variable.reason_code},
                )
            )
    return notes
