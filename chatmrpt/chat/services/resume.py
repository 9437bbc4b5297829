"""Opening a workflow on another device by its resume code, with a limit on tries."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.errors import NotFound, TooMany
from chatmrpt.models import Attempt
from tpr.domain.resume_codes import hash_of
from tpr.models import Workflow, WorkflowGrant

TRIES = 10
WINDOW = timedelta(minutes=15)


def resume_by_code(*, code: str, holder: str, address: str) -> Workflow:
    """Give `holder` access to the workflow of this code.

    Writes: Attempt, WorkflowGrant. Raises TooMany after TRIES failures from one address within
    WINDOW, NotFound CODE_UNKNOWN otherwise.
    """
    since = timezone.now() - WINDOW
    failures = Attempt.objects.filter(
        kind="resume", address=address, succeeded=False, at__gte=since
    ).count()
    if failures >= TRIES:
        raise TooMany(
            "TOO_MANY_TRIES",
            f"{TRIES} codes in a row were wrong from this address. Please wait 15 minutes and look "
            "at the code once more.",
        )
    workflow = Workflow.objects.filter(resume_hash=hash_of(code)).first()
    Attempt.objects.create(kind="resume", address=address, succeeded=workflow is not None)
    if workflow is None:
        raise NotFound(
            "CODE_UNKNOWN",
            "No workflow has this code. It has twelve letters and digits, such as 7F3Q-2MHD-K0W9, "
            "and stands at the top of the workflow's page.",
        )
    if workflow.owner != holder:
        with transaction.atomic():
            WorkflowGrant.objects.get_or_create(
                workflow=workflow, holder=holder, defaults={"how": "resume_code"}
            )
    return workflow
