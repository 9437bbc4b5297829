"""The only door into this floor from above. Importable without numpy, pandas or shapely."""

from analysis.contracts import OfferedVariable, RankedWard, Staleness
from analysis.exports import (
    geojson_properties,
    run_json,
    ward_scores_csv,
    ward_scores_rows,
    ward_scores_xlsx,
)
from analysis.models import AnalysisRun, SettlementCheck
from analysis.selectors.comparison import Comparison, compare, other_runs, run_before
from analysis.selectors.covariates import current_covariates, urban_covariate, urban_shares
from analysis.selectors.explain import Explanation, explain, ward_score
from analysis.selectors.method_note import method_note
from analysis.selectors.offers import offered_variables
from analysis.selectors.runs import (
    drawn_ranks,
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
from analysis.services.check_settlement import (
    all_checks,
    check_settlement,
    live_checks,
    withdraw_check,
)
from analysis.services.request_run import request_run

__all__ = [
    "AnalysisRun",
    "Comparison",
    "Explanation",
    "OfferedVariable",
    "RankedWard",
    "SettlementCheck",
    "Staleness",
    "all_checks",
    "cancel_run",
    "check_settlement",
    "compare",
    "current_covariates",
    "drawn_ranks",
    "explain",
    "geojson_properties",
    "latest_done_run",
    "live_checks",
    "live_run",
    "method_note",
    "offered_variables",
    "other_runs",
    "ranked_wards",
    "request_run",
    "run_before",
    "run_json",
    "run_state",
    "run_with_uuid",
    "scores",
    "shown_run",
    "staleness",
    "urban_covariate",
    "urban_shares",
    "variable_uses",
    "ward_score",
    "ward_scores_csv",
    "ward_scores_rows",
    "ward_scores_xlsx",
    "withdraw_check",
]
