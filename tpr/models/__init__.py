"""The rows of the ground floor."""

from tpr.models.alias import SHARED, WardAlias
from tpr.models.bands import Band, BandSet
from tpr.models.batch import BatchItem
from tpr.models.call import OUTCOMES, CallAnswer
from tpr.models.dataset import DatasetMember
from tpr.models.facility import COUNT_COLUMNS, TEST_COLUMNS, Facility, FacilityReport
from tpr.models.ledger import WorkflowEvent
from tpr.models.place import BoundaryList, Ward
from tpr.models.register import FacilityRegister, RegisterFacility
from tpr.models.review import ConfirmedAnswer
from tpr.models.threshold import QualityThreshold
from tpr.models.upload import SampleFile, Upload, UploadIssue, UploadPart, UploadReading, UploadTwin
from tpr.models.ward_tpr import TprResult, WardTpr
from tpr.models.workflow import Workflow, WorkflowGrant

__all__ = [
    "COUNT_COLUMNS",
    "OUTCOMES",
    "SHARED",
    "TEST_COLUMNS",
    "Band",
    "BandSet",
    "BatchItem",
    "BoundaryList",
    "CallAnswer",
    "ConfirmedAnswer",
    "DatasetMember",
    "Facility",
    "FacilityRegister",
    "FacilityReport",
    "QualityThreshold",
    "RegisterFacility",
    "SampleFile",
    "TprResult",
    "Upload",
    "UploadIssue",
    "UploadPart",
    "UploadReading",
    "UploadTwin",
    "Ward",
    "WardAlias",
    "WardTpr",
    "Workflow",
    "WorkflowEvent",
    "WorkflowGrant",
]
