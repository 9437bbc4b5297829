"""Draft → submitted → approved or returned, with words and names (nets.md §8)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput
from itn.models import ItnPlan, PlanEventKind, PlanStatus
from itn.selectors import left_out_unchecked
from itn.services.change_plan import change_plan, refuse_closed
from tpr.models import Workflow

WORDS_LIMIT = 2000


def submit_plan(
    workflow: UUID | str, plan: UUID | str, *, actor: Actor, revision: int | None,
    signed_as: str = "", comment: str = "", key: str = "",
) -> ItnPlan:  # fmt: skip
    """Ask for a decision; until it is taken nothing in the plan changes."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        found.status = PlanStatus.SUBMITTED
        return {"allocated": found.allocated, "available": found.available}

    return change_plan(
        workflow, plan, kind=PlanEventKind.SUBMITTED, act=act, actor=actor, revision=revision,
        comment=_words(comment), signed_as=_signature(signed_as, needed=False), key=key,
    )  # fmt: skip


def approve_plan(
    workflow: UUID | str, plan: UUID | str, *, actor: Actor, revision: int | None,
    signed_as: str, comment: str = "", key: str = "",
) -> ItnPlan:  # fmt: skip
    """Approve a submitted plan and lock it.

    Raises Conflict PLAN_NOT_SUBMITTED, SETTLEMENT_CHECKS_MISSING; InvalidInput SIGNATURE_MISSING.
    """

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        _refuse_unless_submitted(found)
        if unchecked := left_out_unchecked(found):
            raise Conflict(
                "SETTLEMENT_CHECKS_MISSING",
                f"{len(unchecked)} wards are left out of the campaign without a recorded "
                f"settlement check ({', '.join(unchecked[:5])}). Record the checks on the risk "
                "page first; until then the plan stays a draft.",
                {"wards": unchecked[:100]},
            )
        found.status = PlanStatus.APPROVED
        found.locked_at = timezone.now()
        return {"allocated": found.allocated, "available": found.available}

    return change_plan(
        workflow, plan, kind=PlanEventKind.APPROVED, act=act, actor=actor, revision=revision,
        comment=_words(comment), signed_as=_signature(signed_as), key=key, needs_open=False,
    )  # fmt: skip


def return_plan(
    workflow: UUID | str, plan: UUID | str, *, actor: Actor, revision: int | None,
    signed_as: str, comment: str, key: str = "",
) -> ItnPlan:  # fmt: skip
    """Send a submitted plan back with the reason. Raises also InvalidInput COMMENT_MISSING."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        _refuse_unless_submitted(found)
        found.status = PlanStatus.RETURNED
        return {}

    return change_plan(
        workflow, plan, kind=PlanEventKind.RETURNED, act=act, actor=actor, revision=revision,
        comment=_words(comment, needed=True), signed_as=_signature(signed_as), key=key,
        needs_open=False,
    )  # fmt: skip


def unlock_plan(
    workflow: UUID | str, plan: UUID | str, *, actor: Actor, revision: int | None,
    signed_as: str, comment: str, key: str = "",
) -> ItnPlan:  # fmt: skip
    """Open an approved plan again; the approval stays in its history."""

    def act(found: ItnPlan, of: Workflow) -> Mapping[str, Any]:
        if not found.is_locked:
            raise Conflict("PLAN_NOT_LOCKED", f"'{found.name}' is not locked.")
        found.locked_at = None
        found.status = PlanStatus.DRAFT
        return {}

    return change_plan(
        workflow, plan, kind=PlanEventKind.UNLOCKED, act=act, actor=actor, revision=revision,
        comment=_words(comment, needed=True), signed_as=_signature(signed_as), key=key,
        needs_open=False,
    )  # fmt: skip


def comment_plan(
    workflow: UUID | str, plan: UUID | str, *, actor: Actor, comment: str, signed_as: str = "",
    dissent: bool = False, key: str = "",
) -> ItnPlan:  # fmt: skip
    """Add a remark, or a dissent that is printed with the plan, at any time, locked or not."""
    return change_plan(
        workflow, plan, kind=PlanEventKind.DISSENTED if dissent else PlanEventKind.COMMENTED,
        act=lambda found, of: {}, actor=actor, revision=None, comment=_words(comment, needed=True),
        signed_as=_signature(signed_as, needed=dissent), key=key, needs_open=False,
    )  # fmt: skip


def _refuse_unless_submitted(plan: ItnPlan) -> None:
    if plan.status == PlanStatus.SUBMITTED:
        return
    if plan.is_locked:
        refuse_closed(plan)
    raise Conflict(
        "PLAN_NOT_SUBMITTED",
        f"'{plan.name}' is {plan.get_status_display().lower()}. A decision is taken on a plan that "
        "was submitted for it.",
        {"status": plan.status},
    )


def _signature(signed_as: str, *, needed: bool = True) -> str:
    name = " ".join(signed_as.split())
    if needed and len(name) < 3:
        raise InvalidInput(
            "SIGNATURE_MISSING",
            "Write the name and role of the person who decides, for example 'A. Bello, programme "
            "manager'. It is printed on the plan.",
        )
    return name[:150]


def _words(comment: str, *, needed: bool = False) -> str:
    words = comment.strip()
    if needed and not words:
        raise InvalidInput("COMMENT_MISSING", "Say why in a sentence; it is printed on the plan.")
    if len(words) > WORDS_LIMIT:
        raise InvalidInput(
            "COMMENT_TOO_LONG",
            f"The comment has {len(words):,} characters; {WORDS_LIMIT:,} is the most.",
        )
    return words
