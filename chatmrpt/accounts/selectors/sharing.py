"""Who may open a workflow and by which right; what is shared with somebody."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from chatmrpt.accounts.domain.access import RoleName, Thing, reaches
from chatmrpt.accounts.models import Role
from chatmrpt.accounts.selectors.access import roles_of, user_pk
from chatmrpt.common.language import say
from tpr.models import Workflow, WorkflowGrant

LISTED = 50


def name_of(owner: str) -> str:
    """Return the name of an account; empty for visitors and for accounts that are gone."""
    pk = user_pk(owner)
    user = get_user_model().objects.filter(pk=pk).first() if pk is not None else None
    return str(user.get_full_name() or user.get_username()) if user else ""


def who_may_open(workflow: Workflow) -> dict[str, Any]:
    """Return the owner, the shares, the devices by code, and how many by which role.

    Holders of roles are counted, not named: anybody may start a workflow of any state.
    """
    grants = list(workflow.grants.order_by("granted_at", "pk"))
    return {
        "owner": name_of(workflow.owner),
        "shares": [_share(row) for row in grants if row.how == "share"],
        "codes": [
            {"id": row.pk, "name": name_of(row.holder), "at": row.granted_at, "access": row.access}
            for row in grants if row.how != "share"
        ],
        "roles": _roles(workflow), "private": workflow.kept_private,
        "of_an_account": workflow.owner.startswith("user:"),
    }  # fmt: skip


def _share(row: WorkflowGrant) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.given_name, "access": row.access, "at": row.granted_at,
        "by": row.given_by_name or say("a visitor without an account"),
    }  # fmt: skip


def _roles(workflow: Workflow) -> list[dict[str, Any]]:
    thing = Thing(workflow.owner, workflow.state or "", private=workflow.kept_private)
    counted: dict[str, int] = {}
    rows = Role.objects.live().filter(user__is_active=True).exclude(user=user_pk(workflow.owner))
    for row in rows:
        if reaches(row.held, thing, row.lga):
            label = row.label + (f", {row.lga}" if row.lga else "")
            counted[label] = counted.get(label, 0) + 1
    return [{"label": label, "count": count} for label, count in sorted(counted.items())]


def shared_with(owner: str) -> list[dict[str, Any]]:
    """Return what colleagues shared with this account, newest share first."""
    if user_pk(owner) is None:
        return []
    rows = WorkflowGrant.objects.filter(holder=owner, how="share").exclude(workflow__owner=owner)
    return [
        {"workflow": row.workflow, "access": row.access, "at": row.granted_at,
         "by": row.given_by_name or say("a visitor without an account")}
        for row in rows.select_related("workflow").order_by("-granted_at")[:LISTED]
    ]  # fmt: skip


def by_role(owner: str) -> list[dict[str, Any]]:
    """Return what this account's roles open, last changed first: whole workflows and single LGAs."""
    roles = roles_of(owner)
    if not roles:
        return []
    states = {row.state for row in roles if row.state}
    wanted = Q(state__in=states)
    if any(row.role == RoleName.NATIONAL_ANALYST for row in roles):
        wanted = Q()
    rows = (
        Workflow.objects.filter(wanted, owner__startswith="user:", kept_private=False)
        .exclude(owner=owner).exclude(stage="cancelled").filter(is_sample=False)
    )  # fmt: skip
    found = []
    for workflow in rows.order_by("-updated_at")[:LISTED]:
        thing = Thing(workflow.owner, workflow.state or "")
        held = [row for row in roles if reaches(row.held, thing, row.lga)]
        whole = [row for row in held if not row.lga]
        if whole or (held and workflow.stage == "complete"):  # an LGA's page needs the ward TPR
            found.append({
                "workflow": workflow, "role": (whole or held)[0].label,
                "lgas": [] if whole else sorted({row.lga.replace("/", "-") for row in held}),
                "by": name_of(workflow.owner),
            })  # fmt: skip
    return found
