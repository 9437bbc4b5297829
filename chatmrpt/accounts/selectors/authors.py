"""Whether the person who decides on a plan is one of those who made it (users.md §5)."""

from django.conf import settings

from chatmrpt.common.errors import NotAllowed
from chatmrpt.common.language import say
from itn.models import ItnPlan, PlanEventKind
from tpr.models import WorkflowEvent

MAKING = (
    PlanEventKind.CHANGED, PlanEventKind.FIXED, PlanEventKind.RELEASED, PlanEventKind.IMPORTED,
    PlanEventKind.DUPLICATED, PlanEventKind.SUBMITTED,
)  # fmt: skip


def made_by(owner: str, plan: ItnPlan) -> bool:
    """Whether this person made, changed or submitted the plan, also before signing in."""
    mine = {owner}
    if plan.workflow_id:
        lines = WorkflowEvent.objects.filter(
            workflow=plan.workflow_id, actor=owner, command="claim"
        )
        mine |= {str(line.payload.get("visitor", "")) for line in lines}
    made = WorkflowEvent.objects.filter(
        workflow=plan.workflow_id, actor__in=mine, command="plan_nets",
        payload__plan=str(plan.pk),
    )  # fmt: skip
    return made.exists() or plan.events.filter(kind__in=MAKING, actor__in=mine).exists()


def author_warning(owner: str, plan: ItnPlan) -> str:
    """Return the words for an account that decides on a plan of its own, or an empty text."""
    if not owner.startswith("user:") or plan.status != "submitted" or not made_by(owner, plan):
        return ""
    if settings.APPROVER_MAY_BE_AUTHOR:
        return say(
            "You made or submitted this plan yourself. Somebody else should approve "
            "it; if you do, the plan's history shows that both was you."
        )
    return say("You made or submitted this plan yourself, so somebody else must approve it.")


def refuse_author(owner: str, plan: ItnPlan) -> None:
    """Raise NotAllowed APPROVER_IS_AUTHOR where the setting asks for two people."""
    if not settings.APPROVER_MAY_BE_AUTHOR and made_by(owner, plan):
        raise NotAllowed(
            "APPROVER_IS_AUTHOR",
            say(
                "You made or submitted this plan yourself. Here a plan is approved by "
                "somebody else than its author."
            ),
        )
