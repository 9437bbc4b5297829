"""The limits of the quality checks, each with where it comes from (domain/inputs.md section 7).

These are the defaults a new database starts with; an administrator may change the stored rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Limits = Mapping[str, float]
"""Code of a threshold → its value."""

WHO: Final = "WHO data-quality tool"
SNT: Final = "Subnational tailoring (SNT) practice"
PROJECT: Final = "Project default (inputs.md section 7)"
PROGRAMME: Final = "Programme practice"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One limit: stable code, what it decides, value, unit of the value, and its source.

    Only the limit of an option may be out of use; its check then makes no flag.
    """

    code: str
    label: str
    value: float
    unit: str
    source: str
    in_use: bool = True


DEFAULTS: Final = (
    Threshold("completeness_good", "Completeness: good from", 90, "percent", WHO),
    Threshold("completeness_acceptable", "Completeness: acceptable from", 75, "percent", WHO),
    Threshold("completeness_low", "Completeness: low from; below: not usable", 50, "percent", WHO),
    Threshold("activity_window", "Silent for so long: not active", 6, "months", SNT),
    Threshold("outlier_values", "Outlier: fewest values of a facility", 6, "values", SNT),
    Threshold("outlier_mad_check", "Outlier: check above", 10, "MAD", SNT),
    Threshold("outlier_mad_severe", "Outlier: severe above", 15, "MAD", SNT),
    Threshold("outlier_modified_z", "Outlier, option: modified z above", 3.5, "z",
              "Iglewicz and Hoaglin 1993; SNT practice", in_use=False),
    Threshold("outlier_sd", "Outlier: extreme above (malaria is seasonal)", 4, "SD",
              "WHO data-quality tool guide"),
    Threshold("outlier_sd_values", "Outlier by SD: fewest values of a facility", 12, "values",
              "Project default: below a year 4 SD is passed by chance (docs/decisions/0018)"),
    Threshold("outlier_sd_whole_from", "Outlier: the value counts in its own mean and SD from",
              18, "values", "4 SD cannot be reached below 18 values: (n - 1) / sqrt(n)"),
    Threshold("change_percent", "Change over time: more than", 33, "percent", WHO),
    Threshold("zero_run", "Zero run: consecutive zero months from", 3, "months", PROJECT),
    Threshold("copied_periods", "Copied: the same figures in consecutive periods from", 3,
              "periods", PROJECT),
    Threshold("copied_values", "Copied: equal values of two facilities in a period from", 4,
              "values", PROJECT),
    Threshold("round_share", "Round numbers: share ending in 0 from", 60, "percent", PROJECT),
    Threshold("round_values", "Round numbers: fewest values", 10, "values", PROJECT),
    Threshold("volume_low", "Ward tests: low reliability below", 20, "tests", PROGRAMME),
    Threshold("volume_high", "Ward tests: high reliability above", 50, "tests", PROGRAMME),
)  # fmt: skip

OPTIONAL: Final = ("outlier_modified_z",)
"""Limits that may be out of use."""

DEFAULT_LIMITS: Final[dict[str, float]] = {t.code: t.value for t in DEFAULTS if t.in_use}
