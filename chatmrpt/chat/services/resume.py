"""Opening a workflow on another device by its resume code, with limits on wrong tries."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from chatmrpt.common.errors import NotFound, TooMany
from chatmrpt.models import Attempt
from tpr.domain.resume_codes import hash_of
from tpr.models import Workflow, WorkflowGrant

TRIES = 10
"""Wrong codes from one address, and by one visitor, within WINDOW."""
TRIES_IN_ALL = 300
"""Wrong codes by everybody within WINDOW: many addresses do not make guessing cheaper."""
WINDOW = timedelta(minutes=15)


def resume_by_code(*, code: str, holder: str, address: str) -> Workflow:
    """Give `holder` access to the workflow of this code.

    Writes: Attempt, WorkflowGrant. Raises TooMany TOO_MANY_TRIES after TRIES failures from one
    address or by one visitor within WINDOW, TOO_MANY_IN_ALL after TRIES_IN_ALL by everybody;
    NotFound CODE_UNKNOWN otherwise. Tries are rows: every process counts the same ones.
    """
    tries = _counted_as_failed(address=address, holder=holder)
    workflow = Workflow.objects.filter(resume_hash=hash_of(code)).first()
    if workflow is None:
        raise NotFound(
            "CODE_UNKNOWN",
            "No workflow has this code. It has twelve letters and digits, such as 7F3Q-2MHD-K0W9, "
            "and stands at the top of the workflow's page.",
        )
    with transaction.atomic():
        Attempt.objects.filter(pk__in=[row.pk for row in tries]).update(succeeded=True)
        if workflow.owner != holder:
            WorkflowGrant.objects.get_or_create(
                workflow=workflow, holder=holder, defaults={"how": "resume_code"}
            )
    return workflow


@transaction.atomic
def _counted_as_failed(*, address: str, holder: str) -> list[Attempt]:
    """Write this try down before it is looked at, so that tries at once all count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('resume_tries'))")
    since = timezone.now() - WINDOW
    failed = Attempt.objects.filter(succeeded=False, at__gte=since)
    for kind, who, words in (
        ("resume", address, "from this address"), ("resume_by", holder[:64], "on this device"),
    ):  # fmt: skip
        if failed.filter(kind=kind, address=who).count() >= TRIES:
            raise TooMany(
                "TOO_MANY_TRIES",
                f"{TRIES} codes in a row were wrong {words}. Please wait 15 minutes and look at "
                "the code once more.",
            )
    if failed.filter(kind="resume").count() >= TRIES_IN_ALL:
        raise TooMany(
            "TOO_MANY_IN_ALL",
            "Very many wrong codes are being tried just now, not only by you, so codes rest for up "
            "to 15 minutes. Devices that opened their workflow before can go on with its link.",
        )
    return Attempt.objects.bulk_create([
        Attempt(kind="resume", address=address), Attempt(kind="resume_by", address=holder[:64]),
    ])  # fmt: skip
