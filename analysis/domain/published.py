"""The `legacy` profile from offered columns to ranked wards.

Source: `domain/risk.md` sections 5 and 6. No range check, no shrinkage, no weights: the published
rule for comparison with earlier work, with the facts of section 6.4 under every result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from analysis.domain.choices import REFUSED_DEFINITIONS
from analysis.domain.directions import legacy_direction
from analysis.domain.frames import (
    Column,
    FloatArray,
    Indicator,
    Note,
    Outcome,
    Step,
    VariableResult,
    WardFrame,
    no_progress,
    wards_in_words,
)
from analysis.domain.imputation import NO_OBSERVATION, OBSERVED, Imputed, legacy_impute
from analysis.domain.indicator import raw_share
from analysis.domain.legacy import MOST_VARIABLES, ensemble, subsets
from analysis.domain.normalisation import legacy_normalise
from analysis.domain.ranking import categories, shared_ranks
from analysis.domain.variables import MALARIA_CODE


def score_legacy(
    wards: WardFrame,
    columns: Sequence[Column],
    indicator: Indicator | None,
    *,
    on_step: Step = no_progress,
) -> Outcome:
    """Score and rank wards by the median over variable subsets.

    Parameters
    ----------
    columns : offered variables in list order; the order decides from six variables on
    indicator : optional; takes its place among the columns and is filled like any variable

    Raises
    ------
    DomainError
        ``TOO_FEW_VARIABLES`` for fewer than two, ``NO_DATA`` when a ward has no value at all.
    """
    on_step(10, 100, "Filling missing values")
    offered = _with_indicator(columns, indicator)
    chosen = [c for c in offered if c.chosen]
    subsets(len(chosen))
    used, left_out = chosen[:MOST_VARIABLES], chosen[MOST_VARIABLES:]
    results: list[VariableResult] = []
    normed: list[FloatArray] = []
    for column in used:
        imputed = legacy_impute(column.values, wards.neighbours)
        direction = _direction(column)
        z = legacy_normalise(imputed.values, direction, whole=column.whole)
        normed.append(z)
        results.append(_used(column, direction, imputed, z, _is_indicator(column, indicator)))

    on_step(40, 100, "Scoring every subset of variables")
    z = np.column_stack(normed)
    scores = ensemble(z, wards.codes, offered=len(chosen))
    results.extend(_left_out(c, "beyond_five") for c in left_out)
    results.extend(_left_out(c, "not_chosen") for c in offered if not c.chosen)

    on_step(80, 100, "Ranking")
    notes = _notes(used, left_out, results, indicator)
    shared = shared_ranks(scores.score)
    return Outcome(
        profile="legacy",
        score=scores.score,
        rank=scores.rank,
        rank_shared=shared,
        category=categories(scores.rank),
        rank_low=scores.rank_min,
        rank_median=scores.rank_median,
        rank_high=scores.rank_max,
        rank_mean=None,
        p_top=None,
        p_high=None,
        p_medium=None,
        p_low=None,
        stability=("",) * len(wards),
        flags=_flags(results, indicator, shared.tolist()),
        variables=tuple(results),
        notes=tuple(notes),
        facts={"models": scores.n_models},
    )


def _with_indicator(columns: Sequence[Column], indicator: Indicator | None) -> list[Column]:
    offered = list(columns)
    if indicator is None:
        return offered
    values = raw_share(indicator)
    column = Column(
        name=indicator.name,
        code=MALARIA_CODE,
        label="Test positivity",
        unit="share",
        direction="direct",
        values=values,
        source=indicator.definition,
        whole=False,
    )
    offered.insert(min(indicator.position, len(offered)), column)
    return offered


def _is_indicator(column: Column, indicator: Indicator | None) -> bool:
    return indicator is not None and column.name == indicator.name


def _direction(column: Column) -> str:
    if column.legacy_fixed and column.direction in ("direct", "inverse"):
        return column.direction
    return legacy_direction(column.name)


def _used(
    column: Column, direction: str, imputed: Imputed, z: FloatArray, is_indicator: bool
) -> VariableResult:
    missing = int(np.isnan(column.values).sum())
    values = imputed.values
    return VariableResult(
        name=column.name,
        code=column.code,
        label=column.label,
        unit=column.unit,
        direction=direction,
        status="used",
        n_observed=len(values) - missing,
        n_missing=missing,
        n_imputed=int(imputed.mask.sum()),
        bounds=(float(values.min()), float(values.max())),
        source=column.source,
        year=column.year,
        how_made=column.how_made,
        is_indicator=is_indicator,
        used=values,
        norm=z,
        imputed=tuple("" if m == OBSERVED else m for m in imputed.methods),
        imputed_neighbours=imputed.n_neighbours,
    )


def _left_out(column: Column, code: str) -> VariableResult:
    reasons = {
        "beyond_five": "The legacy rule uses only the first five variables in list order.",
        "not_chosen": "Not chosen.",
    }
    missing = int(np.isnan(column.values).sum())
    return VariableResult(
        name=column.name,
        code=column.code,
        label=column.label,
        unit=column.unit,
        direction=_direction(column),
        status="refused" if code == "beyond_five" else "not_chosen",
        reason_code=code,
        reason=reasons[code],
        n_observed=len(column.values) - missing,
        n_missing=missing,
        source=column.source,
        year=column.year,
    )


def _flags(
    results: Sequence[VariableResult], indicator: Indicator | None, shared: list[int]
) -> tuple[tuple[str, ...], ...]:
    used = [v for v in results if v.status == "used"]
    no_tests = np.isnan(raw_share(indicator)) if indicator else np.zeros(len(shared), dtype=bool)
    times = Counter(shared)
    out = []
    for i, place in enumerate(shared):
        marks = []
        if no_tests[i]:
            marks.append("no_tests")
        if sum(1 for v in used if v.imputed[i]) * 2 > len(used):
            marks.append("mostly_imputed")
        if times[place] > 1:
            marks.append("tied")
        out.append(tuple(marks))
    return tuple(out)


def _notes(
    used: Sequence[Column],
    left_out: Sequence[Column],
    results: Sequence[VariableResult],
    indicator: Indicator | None,
) -> list[Note]:
    notes = [
        Note(
            "legacy_rule",
            "This is the published rule, kept for comparison: the median over all subsets is "
            "close to equal weighting, and the range of ranks over the subsets is not a sampling "
            "error.",
        ),
        Note(
            "legacy_relative_classes",
            "Classes are relative: a state of uniformly low risk still has a third High.",
        ),
    ]
    if left_out:
        names = [c.name for c in left_out]
        notes.append(
            Note(
                "legacy_only_five",
                "The legacy rule uses the first five variables in list order. Left out: "
                f"{', '.join(names)}.",
                {"left_out": names},
            )
        )
    for variable in results:
        if variable.status != "used" or variable.used is None:
            continue
        if variable.direction == "inverse":
            notes.extend(_inverse_notes(variable))
        if NO_OBSERVATION in variable.imputed:
            notes.append(
                Note(
                    "legacy_no_observation",
                    f"{variable.name} has no value at all; the legacy rule puts 0.",
                    {"variable": variable.name},
                )
            )
    if indicator is None and not any(c.code == MALARIA_CODE for c in used):
        notes.append(
            Note(
                "no_malaria_indicator",
                "No malaria indicator is in this ranking; the legacy rule allows that.",
            )
        )
    if indicator is not None and indicator.definition in REFUSED_DEFINITIONS:
        notes.append(
            Note(
                "indicator_is_not_positivity",
                f"The malaria indicator is {indicator.definition}: "
                f"{REFUSED_DEFINITIONS[indicator.definition]}.",
                {"definition": indicator.definition},
            )
        )
    return notes


def _inverse_notes(variable: VariableResult) -> list[Note]:
    values = variable.used
    assert values is not None
    notes = [
        Note(
            "legacy_inverse_is_hyperbolic",
            f"{variable.name} enters as 1/x: 1, 5, 20, 50, 100 become 1, .192, .040, .010, 0.",
            {"variable": variable.name},
        )
    ]
    zeros = int((values == 0).sum())
    if zeros:
        notes.append(
            Note(
                "legacy_zeros_kill_inverse",
                f"{variable.name} is 0 in {wards_in_words(zeros)}, which get 1; the rest get "
                "nearly 0.",
                {"variable": variable.name, "zeros": zeros},
            )
        )
    if (values < 0).any():
        notes.append(
            Note(
                "legacy_negative_inverse",
                f"{variable.name} has negative values; 1/x breaks their order.",
                {"variable": variable.name},
            )
        )
    return notes
