"""Sharing a workflow with a named account, taking it back, keeping it from roles."""

from uuid import UUID

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from chatmrpt.accounts.services.accounts import NAME_LENGTH
from chatmrpt.accounts.services.sign_in import account_named, folded
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput, NotFound, TooMany
from chatmrpt.common.language import say
from tpr import api as tpr_api
from tpr.models import Workflow, WorkflowGrant
from tpr.models.workflow import ACCESSES

MOST = 50
"""Shares of one workflow."""


@transaction.atomic
def share(uuid: UUID | str, *, name: str, access: str, actor: Actor, key: str = "") -> Workflow:
    """Let the account of this name read, or read and write.

    The name is looked up now and never again; for a name that nobody has a row is kept that opens
    nothing, so that the answer and the list do not tell who has an account. Sharing again with
    the same name changes the access.

    Locks: the workflow. Writes: WorkflowGrant, one ledger line. Idempotent by: the key, and by
    the same share being there. Raises InvalidInput BAD_NAME, BAD_ACCESS; Conflict SHARE_WITH_OWNER;
    TooMany TOO_MANY_SHARES.
    """
    name = _checked(name, access)
    workflow = tpr_api.locked_workflow(uuid)
    if tpr_api.line_with_key(workflow, key) is not None:
        return workflow
    found = account_named(name)
    holder = f"user:{found.pk}" if found else f"name:{folded(name)}"
    if holder == workflow.owner:
        raise Conflict("SHARE_WITH_OWNER", say("This account owns the workflow already."))
    shares = workflow.grants.filter(how="share")
    before = [
        row for row in shares if row.holder == holder or folded(row.given_name) == folded(name)
    ]
    if any(row.holder == holder and row.access == access for row in before):
        return workflow
    if len(shares) - len(before) >= MOST:
        raise TooMany(
            "TOO_MANY_SHARES",
            say("A workflow is shared with {most} names at most. Take one back first.", most=MOST),
        )
    shares.filter(pk__in=[row.pk for row in before]).delete()
    WorkflowGrant.objects.create(
        workflow=workflow, holder=holder, how="share", access=access, given_by=actor.owner,
        given_by_name=actor.name, given_name=name,
    )  # fmt: skip
    tpr_api.record(
        workflow, command="share", actor=actor, key=key, decided=False,
        payload={"slots": {}, "facts": {}, "name": name, "access": access,
                 "before": before[0].access if before else None},
    )  # fmt: skip
    return workflow


def _checked(name: str, access: str) -> str:
    name = name.strip()
    try:
        if not 2 <= len(name) <= NAME_LENGTH:
            raise ValidationError("length")
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise InvalidInput(
            "BAD_NAME",
            say(
                "'{name}' cannot be the name of an account. Type the name with which "
                "your colleague signs in, for example a.bello.",
                name=name[:NAME_LENGTH],
            ),
        ) from error
    if access not in ACCESSES:
        raise InvalidInput(
            "BAD_ACCESS", say("Say whether the colleague may read, or read and write.")
        )
    return name


@transaction.atomic
def take_back(uuid: UUID | str, grant: str, *, actor: Actor, key: str = "") -> Workflow:
    """Take a share, or a device that came by the code, off the list.

    Locks: the workflow. Writes: WorkflowGrant, one ledger line. Raises NotFound SHARE_UNKNOWN.
    """
    workflow = tpr_api.locked_workflow(uuid)
    if tpr_api.line_with_key(workflow, key) is not None:
        return workflow
    plain = grant.isascii() and grant.isdigit() and len(grant) < 19
    row = workflow.grants.filter(pk=grant).first() if plain else None
    if row is None:
        raise NotFound("SHARE_UNKNOWN", say("This is not on the list any more."))
    row.delete()
    tpr_api.record(
        workflow, command="unshare", actor=actor, key=key, decided=False,
        payload={"slots": {}, "facts": {}, "name": row.given_name, "how": row.how,
                 "access": row.access},
    )  # fmt: skip
    return workflow


@transaction.atomic
def keep_private(uuid: UUID | str, *, private: bool, actor: Actor, key: str = "") -> Workflow:
    """Keep the workflow from people with a role in its state, or open it to them.

    Locks: the workflow. Writes: Workflow, one ledger line. Idempotent by: the key, and by the row.
    Raises Conflict NEEDS_ACCOUNT for the work of a visitor, which roles never see.
    """
    workflow = tpr_api.locked_workflow(uuid)
    if tpr_api.line_with_key(workflow, key) is not None:
        return workflow
    if not workflow.owner.startswith("user:"):
        raise Conflict(
            "NEEDS_ACCOUNT",
            say(
                "This workflow belongs to a browser, and roles never see such work. Sign "
                "in and take it into your account first."
            ),
        )
    if workflow.kept_private == private:
        return workflow
    workflow.kept_private = private
    tpr_api.record(
        workflow, command="keep_private", actor=actor, key=key, decided=False,
        payload={"slots": {}, "facts": {}, "private": private},
    )  # fmt: skip
    return workflow
