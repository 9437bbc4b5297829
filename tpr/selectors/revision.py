"""An earlier file of the same owner and state to compare with, and the comparison."""

from dataclasses import replace

from django.db.models import Q

from chatmrpt.common.errors import InvalidInput
from tpr.domain.quality.influence import SUMMED, Basis
from tpr.domain.quality.revision import Revision, Side, compare
from tpr.models import Upload, Workflow, WorkflowGrant
from tpr.selectors.quality_report import WHOLE_FILE, Period, StateData, state_data

MOST_OFFERED = 5


def earlier_files(workflow: Workflow, state: str, viewer: str) -> list[Workflow]:
    """Return the viewer's workflows with earlier files of the state, the newest file first.

    The viewer need not be the workflow's owner: a resume code opens this workflow, not the others.
    """
    assert workflow.upload is not None
    granted = WorkflowGrant.objects.filter(holder=viewer).values("workflow")
    found = (
        Workflow.objects.filter(
            Q(owner=viewer) | Q(pk__in=granted), upload__status="ready",
            upload__counts__by_state__has_key=state,
            upload__created_at__lt=workflow.upload.created_at,
        )
        .select_related("upload").order_by("-upload__created_at", "-created_at")
    )  # fmt: skip
    offered: dict[object, Workflow] = {}
    for other in found[: 4 * MOST_OFFERED]:
        offered.setdefault(other.upload_id, other)
    return list(offered.values())[:MOST_OFFERED]


def revision(
    earlier: Upload | None, later: StateData, state: str, basis: Basis,
    period: Period = WHOLE_FILE,
) -> Revision:  # fmt: skip
    """Compare a file's state with the same state of an earlier file.

    Raises InvalidInput NOTHING_TO_COMPARE when the earlier file is not read or lacks the state.
    """
    if earlier is None or earlier.status != "ready" or state not in earlier.counts["by_state"]:
        raise InvalidInput(
            "NOTHING_TO_COMPARE",
            f"That workflow has no file with reports of {state} that has been read.",
            {"state": state},
        )
    if basis.definition not in SUMMED:  # those have no interval to leave
        basis = replace(basis, definition="facility_max")
    before = state_data(earlier, state, period)
    return compare(
        Side(before.facilities, before.reports), Side(later.facilities, later.reports), basis
    )
