"""The variables of the `sound` score: checked, filled and normalised, or left out with a reason.

Source: `domain/risk.md` sections 2, 5 and 7. Order of events: range check, imputation,
normalisation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.domain import normalisation
from analysis.domain.frames import Column, Indicator, Note, VariableResult, WardFrame
from analysis.domain.imputation import OBSERVED, Imputed, sound_impute
from analysis.domain.indicator import Prepared
from analysis.domain.screening import Screened, check_usable, range_check
from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadyVariable:
    """A variable that enters the score."""

    result: VariableResult
    imputed: Imputed
    column: Column | None
    z: FloatArray


def indicator_variable(
    indicator: Indicator, malaria: Prepared, option: normalisation.Option
) -> ReadyVariable:
    """Return the malaria indicator as a variable of the score."""
    values = malaria.result.shrunk
    n_missing = int(malaria.no_tests.sum())
    result = VariableResult(
        name=indicator.name,
        code="tpr",
        label="Test positivity",
        unit="share",
        direction="direct",
        status="used",
        n_observed=len(values) - n_missing,
        n_missing=n_missing,
        bounds=normalisation.bounds(values, option),
        source=indicator.definition,
        is_indicator=True,
        used=values,
        imputed=tuple("lga_prior" if m else "" for m in malaria.no_tests.tolist()),
        spread=malaria.spread,
    )
    imputed = Imputed(
        values,
        tuple(OBSERVED if not m else "lga_prior" for m in malaria.no_tests.tolist()),
        np.zeros(len(values), dtype=np.int64),
        malaria.spread,
    )
    return ReadyVariable(result, imputed, None, normalisation.normalise(values, "direct", option))


def covariate_variable(
    column: Column, wards: WardFrame, option: normalisation.Option, notes: list[Note]
) -> ReadyVariable | VariableResult:
    """Return a covariate ready for the score, or why it is left out; warnings go to `notes`."""
    screened = range_check(column)
    base = _describe(column, screened)
    if not column.chosen:
        return replace(base, status="not_chosen", reason_code="not_chosen", reason="Not chosen.")
    try:
        warning = check_usable(screened)
        imputed = sound_impute(
            screened.values, wards.neighbours, wards.lgas, wards.states, name=column.name
        )
        normalisation.check_variation(imputed.values, option, name=column.name)
    except DomainError as error:
        return replace(base, status="refused", reason_code=error.code, reason=error.message)
    if warning:
        notes.append(warning)
    result = replace(
        base,
        n_imputed=int(imputed.mask.sum()),
        bounds=normalisation.bounds(imputed.values, option),
        used=imputed.values,
        imputed=tuple("" if m == OBSERVED else m for m in imputed.methods),
        imputed_neighbours=imputed.n_neighbours,
        spread=imputed.spread,
    )
    z = normalisation.normalise(imputed.values, column.direction, option)
    return ReadyVariable(result, imputed, column, z)


def _describe(column: Column, screened: Screened) -> VariableResult:
    return VariableResult(
        name=column.name,
        code=column.code,
        label=column.label,
        unit=column.unit,
        direction=column.direction,
        status="used",
        n_observed=len(column.values) - screened.n_missing - screened.n_rejected,
        n_missing=screened.n_missing,
        n_rejected=screened.n_rejected,
        source=column.source,
        year=column.year,
        how_made=column.how_made,
    )
