"""Files of intervals and trends: what `ward_tpr.csv` has no column for."""

from collections.abc import Iterator
from typing import Any

from chatmrpt.common.exports import csv_text
from tpr.exports import UNKNOWN_WARD
from tpr.models import TprResult
from tpr.selectors.bands import Bands, bands_named, classed
from tpr.selectors.results import ward_rows
from tpr.selectors.trends import years_of

CHOICES = ("level", "age_group", "definition", "exceeding")
INTERVAL_COLUMNS = (
    "state", "lga", "ward", "ward_code", *CHOICES, "tested", "positive", "tpr", "plain_low",
    "plain_high", "facilities_tested", "deff", "deff_source", "n_eff", "shown_low", "shown_high",
    "deff_stable", "n_stable", "tpr_shrunk", "shrunk_low", "shrunk_high", "pull", "too_few_tests",
    "positives_per_100_outpatients", "bands", "class",
)  # fmt: skip
TREND_COLUMNS = (
    "state", "lga", "ward", *CHOICES, "year", "months", "tested", "positive", "tpr", "first_year",
    "last_year", "slope_points_per_year", "slope_low", "slope_high", "tau", "tau_p", "change",
    "direction",
)  # fmt: skip


def _choices(result: TprResult) -> dict[str, Any]:
    return {"state": result.state, **{name: getattr(result, name) for name in CHOICES}}


def ward_intervals_csv(result: TprResult, bands_code: str = "") -> str:
    """Both intervals, the shrunk figure, its class, and the chance to lie above each limit."""
    bands = bands_named(bands_code)
    above = tuple(f"p_above_{limit:g}" for limit in bands.limits) if bands else ()
    return csv_text((*INTERVAL_COLUMNS, *above), _interval_rows(result, bands))


def _interval_rows(result: TprResult, bands: Bands | None) -> Iterator[dict[str, Any]]:
    for row in ward_rows(result):
        found = classed(row, bands) if bands else None
        chances: dict[str, float] = {}
        if found and bands:
            chances = {
                f"p_above_{limit:g}": p for limit, p in zip(bands.limits, found.above, strict=True)
            }
        yield {
            **_choices(result), "lga": row.lga, "ward": row.ward_name or UNKNOWN_WARD,
            "ward_code": row.ward.code if row.ward else "", "tested": row.tested,
            "positive": row.positive, "tpr": row.tpr, "plain_low": row.tpr_low,
            "plain_high": row.tpr_high, "facilities_tested": row.facilities_tested,
            "deff": row.deff, "deff_source": row.deff_source, "n_eff": row.n_eff,
            "shown_low": row.wide_low, "shown_high": row.wide_high,
            "deff_stable": row.deff_stable, "n_stable": row.n_stable,
            "tpr_shrunk": row.tpr_shrunk, "shrunk_low": row.shrunk_low,
            "shrunk_high": row.shrunk_high, "pull": row.pull,
            "too_few_tests": "too_few_tests" in row.flags,
            "positives_per_100_outpatients": row.opd_ratio,
            "bands": bands.label if bands else "",
            "class": bands.words(found) if bands and found else "", **chances,
        }  # fmt: skip


def ward_trends_csv(result: TprResult) -> str:
    """One row for each ward and year, with the ward's slope and direction on every row."""
    return csv_text(TREND_COLUMNS, _trend_rows(result))


def _trend_rows(result: TprResult) -> Iterator[dict[str, Any]]:
    for (lga, ward), t in sorted(years_of(result).wards().items()):
        shared = {
            **_choices(result), "lga": lga, "ward": ward,
            "first_year": t.first.year if t.first else None,
            "last_year": t.last.year if t.last else None,
            "slope_points_per_year": t.line.slope if t.line else None,
            "slope_low": t.line.low if t.line else None,
            "slope_high": t.line.high if t.line else None,
            "tau": t.tau.tau if t.tau else None, "tau_p": t.tau.p if t.tau else None,
            "change": t.change, "direction": t.direction,
        }  # fmt: skip
        for y in t.years:
            yield {**shared, "year": y.year, "months": y.months, "tested": y.tested,
                   "positive": y.positive, "tpr": y.rate}  # fmt: skip
