"""The only door into the second floor, beside foreign keys."""

from itn.contracts import NetsNeeded, PlanChoice
from itn.domain.comparison import Comparison
from itn.domain.cost_lines import SEED as COST_SEED
from itn.domain.cost_lines import SEED_RATE, SEED_SOURCE, SEED_YEAR
from itn.domain.need import RATIOS
from itn.domain.parameter_words import limit_shown, parameter_lines
from itn.domain.plausibility import FLAG_WORDS
from itn.domain.request import OPTIONS as PLAN_OPTIONS
from itn.domain.request import TABLES as PLAN_TABLES
from itn.exports import (
    allocation_csv,
    allocation_rows,
    allocation_xlsx,
    plan_facts,
    plan_json,
    template_csv,
)
from itn.selectors import (
    PlanCost,
    costs_of,
    current_population_sources,
    is_current,
    latest_plan,
    needs_by_ratio,
    nets_needed,
    plan_of,
    plan_state,
    plan_summary,
    plan_with,
    plans_of,
    population_by_code,
    population_sources,
    populations_side_by_side,
    rows_of,
    stale_reasons,
    strategy_choices,
)
from itn.services.approval import (
    approve_plan,
    comment_plan,
    return_plan,
    submit_plan,
    unlock_plan,
)
from itn.services.change_parameters import NONE_WORD, change_parameters
from itn.services.check_sheet import LIMIT as SHEET_LIMIT
from itn.services.check_sheet import check_of, checks_of, request_check
from itn.services.compare_plans import compare_plans
from itn.services.deprioritisation import Deprioritisation, deprioritisation
from itn.services.import_plan import apply_import, preview_import
from itn.services.make_plan import make_plan, make_plan_for_run
from itn.services.overrides import Fix, fix_wards, identity_of, release_ward
from itn.services.plan_files import lgas_csv, wards_csv
from itn.services.request_document import document_of, request_document
from itn.services.scenarios import archive_plan, duplicate_plan, rename_plan, restore_plan
from itn.services.what_if import Replanner, chances, margin_of, strategies_side_by_side, ward_case

__all__ = [
    "COST_SEED",
    "FLAG_WORDS",
    "NONE_WORD",
    "PLAN_OPTIONS",
    "PLAN_TABLES",
    "RATIOS",
    "SEED_RATE",
    "SEED_SOURCE",
    "SEED_YEAR",
    "SHEET_LIMIT",
    "Comparison",
    "Deprioritisation",
    "Fix",
    "NetsNeeded",
    "PlanChoice",
    "PlanCost",
    "Replanner",
    "allocation_csv",
    "allocation_rows",
    "allocation_xlsx",
    "apply_import",
    "approve_plan",
    "archive_plan",
    "chances",
    "change_parameters",
    "check_of",
    "checks_of",
    "comment_plan",
    "compare_plans",
    "costs_of",
    "current_population_sources",
    "deprioritisation",
    "document_of",
    "duplicate_plan",
    "fix_wards",
    "identity_of",
    "is_current",
    "latest_plan",
    "lgas_csv",
    "limit_shown",
    "make_plan",
    "make_plan_for_run",
    "margin_of",
    "needs_by_ratio",
    "nets_needed",
    "parameter_lines",
    "plan_facts",
    "plan_json",
    "plan_of",
    "plan_state",
    "plan_summary",
    "plan_with",
    "plans_of",
    "population_by_code",
    "population_sources",
    "populations_side_by_side",
    "preview_import",
    "release_ward",
    "rename_plan",
    "request_check",
    "request_document",
    "restore_plan",
    "return_plan",
    "rows_of",
    "stale_reasons",
    "strategies_side_by_side",
    "strategy_choices",
    "submit_plan",
    "template_csv",
    "unlock_plan",
    "ward_case",
    "wards_csv",
]
