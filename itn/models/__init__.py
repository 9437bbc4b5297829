"""The rows of the second floor."""

from itn.models.allocation import WardAllocation
from itn.models.checked_plan import PlanCheck
from itn.models.document import DocumentKind, PlanDocument
from itn.models.history import PlanEvent, PlanEventKind, PlanImport, WardOverride
from itn.models.inputs import PlanCostLine, PlanWardInput
from itn.models.plan import ItnPlan, PlanStatus
from itn.models.population import PopulationSource, WardPopulation

__all__ = [
    "DocumentKind",
    "ItnPlan",
    "PlanCheck",
    "PlanCostLine",
    "PlanDocument",
    "PlanEvent",
    "PlanEventKind",
    "PlanImport",
    "PlanStatus",
    "PlanWardInput",
    "PopulationSource",
    "WardAllocation",
    "WardOverride",
    "WardPopulation",
]
