"""Range check and coverage of offered columns, before anything is filled in.

Source: `domain/risk.md` section 2, "Rules". A value outside the plausible range is rejected with
a count, never clipped; a column that too few wards have is refused with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.domain.frames import Column, Note
from analysis.domain.variables import MALARIA_CODE
from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]

MIN_COVERAGE = 0.50
WARN_MISSING = 0.40


@dataclass(frozen=True, slots=True)
class Screened:
    """A column after the range check: rejected values are NaN from here on."""

    column: Column
    values: FloatArray
    n_missing: int
    n_rejected: int


def range_check(column: Column) -> Screened:
    """Turn values outside the plausible range, and infinities, into missing ones; count them."""
    values = column.values.astype(np.float64, copy=True)
    missing = np.isnan(values)
    outside = ~missing & ~np.isfinite(values)
    if column.minimum is not None:
        outside |= ~missing & (values < column.minimum)
    if column.maximum is not None:
        outside |= ~missing & (values > column.maximum)
    values[outside] = np.nan
    return Screened(column, values, int(missing.sum()), int(outside.sum()))


def check_usable(screened: Screened) -> Note | None:
    """Refuse a column that cannot carry a score; warn when many wards have no value.

    Raises
    ------
    DomainError
        ``DIRECTION_UNDECIDED``, ``UNKNOWN_VARIABLE``, ``MALARIA_COLUMN``, ``OUT_OF_RANGE``,
        ``NO_DATA`` or ``LOW_COVERAGE``.
    """
    column, values = screened.column, screened.values
    n = len(values)
    name = column.name
    facts = {"variable": name, "wards": n, "missing": screened.n_missing}
    if column.direction not in ("direct", "inverse"):
        if column.code:
            raise DomainError(
                "DIRECTION_UNDECIDED",
                f"The registry does not say whether a high {column.label} means more or less "
                f"risk. Decide with {name}:+ (higher is worse) or {name}:- (higher is better).",
                facts,
            )
        raise DomainError(
            "UNKNOWN_VARIABLE",
            f"{name} is not a name or alias in the variable registry. Give its direction with "
            f"{name}:+ (higher is worse) or {name}:- (higher is better), or rename the column.",
            facts,
        )
    if column.code == MALARIA_CODE:
        raise DomainError(
            "MALARIA_COLUMN",
            f"{name} is a ready-made positivity. The malaria indicator of this run comes from "
            "its own test counts, so the column is not used beside it.",
            facts,
        )
    observed = int((~np.isnan(values)).sum())
    if observed == 0 and screened.n_rejected:
        raise DomainError(
            "OUT_OF_RANGE",
            f"All {screened.n_rejected} values of {name} lie outside {_range(column)}, for "
            f"example {_example(column)}. Check the unit ({column.unit or 'not given'}).",
            {**facts, "rejected": screened.n_rejected},
        )
    if observed == 0:
        raise DomainError("NO_DATA", f"{name} has no value for any ward of this run.", facts)
    if observed < MIN_COVERAGE * n:
        rejected = (
            f", {screened.n_rejected} outside {_range(column)}" if screened.n_rejected else ""
        )
        raise DomainError(
            "LOW_COVERAGE",
            f"{name} has a value for {observed} of {n} wards ({screened.n_missing} missing"
            f"{rejected}); at least half are needed.",
            {**facts, "observed": observed, "rejected": screened.n_rejected},
        )
    if n - observed > WARN_MISSING * n:
        return Note(
            "many_missing",
            f"{name} has no usable value in {n - observed} of {n} wards. Above 40 % the "
            "experience with such layers is to distrust them.",
            {"variable": name, "missing": n - observed, "wards": n},
        )
    return None


def _range(column: Column) -> str:
    low = "no lower limit" if column.minimum is None else f"{column.minimum:g}"
    high = "no upper limit" if column.maximum is None else f"{column.maximum:g}"
    return f"the plausible range {low} to {high}"


def _example(column: Column) -> str:
    present = column.values[~np.isnan(column.values)]
    return f"{present[0]:g}"
