"""Opening a workflow on another device by its resume code, with limits on wrong tries."""

from django.conf import settings
from django.db import transaction

from chatmrpt.accounts.domain.access import Act, RoleName
from chatmrpt.accounts.selectors.access import Access, roles_of, same_state
from chatmrpt.common.attempts import Limit, counted_as_failed, succeeded
from chatmrpt.common.errors import NotAllowed, NotFound
from tpr.domain.resume_codes import hash_of
from tpr.models import Workflow, WorkflowGrant

TRIES = 10
"""Wrong codes from one address, and by one visitor, within 15 minutes."""
TRIES_IN_ALL = 300
"""Wrong codes by everybody in that time: many addresses do not make guessing cheaper."""
TOO_MANY = f"{TRIES} codes in a row were wrong {{}}. Please wait 15 minutes and look at the code once more."
ALL_WAIT = (
    "Very many wrong codes are being tried just now, not only by you, so codes rest for up to 15 "
    "minutes. Devices that opened their workflow before can go on with its link."
)


def resume_by_code(*, code: str, holder: str, address: str) -> Workflow:
    """Give `holder` access to the workflow of this code.

    Writes: Attempt, WorkflowGrant. Raises TooMany TOO_MANY_TRIES after TRIES failures from one
    address or by one visitor within 15 minutes, TOO_MANY_IN_ALL after TRIES_IN_ALL by everybody;
    NotFound CODE_UNKNOWN; with ACCESS=login NotAllowed CODE_NEEDS_ROLE for an account without a
    role in the workflow's state. Tries are rows: every process counts the same ones.
    """
    tries = counted_as_failed([
        Limit("resume", address, TRIES, "TOO_MANY_TRIES", TOO_MANY.format("from this address")),
        Limit("resume_by", holder, TRIES, "TOO_MANY_TRIES", TOO_MANY.format("on this device")),
        Limit("resume", None, TRIES_IN_ALL, "TOO_MANY_IN_ALL", ALL_WAIT),
    ])  # fmt: skip
    workflow = Workflow.objects.filter(resume_hash=hash_of(code)).first()
    if workflow is None:
        raise NotFound(
            "CODE_UNKNOWN",
            "No workflow has this code. It has twelve letters and digits, such as 7F3Q-2MHD-K0W9, "
            "and stands at the top of the workflow's page.",
        )
    with transaction.atomic():
        succeeded(tries)
        access = Access(holder, workflow)
        if not access.judged(Act.WRITE).allowed:
            _grant(workflow, holder, access)
    return workflow


def _grant(workflow: Workflow, holder: str, access: Access) -> None:
    """With accounts only (users.md §5) a code needs a role in that state, and gives what it may."""
    given = "write"
    if settings.ACCESS == "login":
        held = [r for r in roles_of(holder) if not r.lga and (
            r.role == RoleName.NATIONAL_ANALYST or same_state(r.state, workflow.state or "")
        )]  # fmt: skip
        if not held:
            if access.judged(Act.READ).allowed:
                return
            raise NotAllowed(
                "CODE_NEEDS_ROLE",
                "The code is right, but here a code opens a workflow only for people with a role "
                "in its state. Ask its owner to share it with you, or an administrator for a role.",
            )
        given = "write" if any(r.role == RoleName.ANALYST for r in held) else "read"
    WorkflowGrant.objects.get_or_create(
        workflow=workflow, holder=holder, how="resume_code", defaults={"access": given}
    )
