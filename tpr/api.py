"""The only door into the ground floor, beside foreign keys downwards."""

from tpr.contracts import WardFigure, WardRow
from tpr.locks import workflow as locked_workflow
from tpr.selectors.places import (
    boundary_list,
    current_lists,
    facilities_by_ward,
    newest_list_covering,
    ward_geometries,
    wards_of,
)
from tpr.selectors.results import current_result, ward_figures
from tpr.services.facility_totals import facility_totals
from tpr.services.ledger import line_with_key, record
from tpr.services.other_counts import OtherCount, other_counts
from tpr.services.undo import takes_back
from tpr.services.workflow import check_version
from tpr.urban import register as register_urban_reader

__all__ = [
    "OtherCount",
    "WardFigure",
    "WardRow",
    "boundary_list",
    "check_version",
    "current_lists",
    "current_result",
    "facilities_by_ward",
    "facility_totals",
    "line_with_key",
    "locked_workflow",
    "newest_list_covering",
    "other_counts",
    "record",
    "register_urban_reader",
    "takes_back",
    "ward_figures",
    "ward_geometries",
    "wards_of",
]
