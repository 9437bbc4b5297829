"""The only door into this floor from above. Importable without numpy, pandas or shapely."""

from analysis.contracts import OfferedVariable, RankedWard, Staleness
from analysis.exports import (
    geojson_properties,
    run_json,
    ward_scores_csv,
    ward_scores_rows,
    ward_scores_xlsx,
)
from analysis.models import AnalysisRun
from analysis.selectors.covariates import current_covariates, urban_covariate, urban_shares
from analysis.selectors.offers import offered_variables
from analysis.selectors.runs import (
    latest_done_run,
    live_run,
    ranked_wards,
    run_state,
    run_with_uuid,
    scores,
    shown_run,
    staleness,
    variable_uses,
)
from analysis.services.cancel_run import cancel_run
from analysis.services.request_run import request_run

__all__ = [
    "AnalysisRun",
    "OfferedVariable",
    "RankedWard",
    "Staleness",
    "cancel_run",
    "current_covariates",
    "geojson_properties",
    "latest_done_run",
    "live_run",
    "offered_variables",
    "ranked_wards",
    "request_run",
    "run_json",
    "run_state",
    "run_with_uuid",
    "scores",
    "shown_run",
    "staleness",
    "urban_covariate",
    "urban_shares",
    "variable_uses",
    "ward_scores_csv",
    "ward_scores_rows",
    "ward_scores_xlsx",
]
