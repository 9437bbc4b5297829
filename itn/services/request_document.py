"""Asking for a paper of a plan; the one that is there or under way is enough."""

from django.db import transaction

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import NotFound
from chatmrpt.common.jobs import LIVE
from itn import queue
from itn.models import DocumentKind, ItnPlan, PlanDocument


@transaction.atomic
def request_document(plan: ItnPlan, kind: str, *, actor: Actor) -> PlanDocument:
    """Return the paper of the plan's present revision, or queue it.

    Locks: the plan. Writes: PlanDocument. Idempotent by: (plan, kind, revision). Earlier revisions
    of the paper are deleted: the plan they show is no more.

    Raises NotFound NO_DOCUMENT for an unknown kind.
    """
    if kind not in DocumentKind.values:
        raise NotFound("NO_DOCUMENT", "There is no such paper of a plan.", {"kind": kind})
    locked = ItnPlan.objects.select_for_update().get(pk=plan.pk)
    found = document_of(locked, kind)
    if found is not None and found.status in (*LIVE, "done"):
        return found
    PlanDocument.objects.filter(plan=locked, kind=kind).exclude(status__in=LIVE).delete()
    made = PlanDocument.objects.create(
        plan=locked, kind=kind, revision=locked.revision, owner=actor.owner
    )
    queue.make_document(made.pk)
    return made


def document_of(plan: ItnPlan, kind: str) -> PlanDocument | None:
    """Return the newest paper of this kind of the plan's present revision."""
    return (
        PlanDocument.objects.filter(plan=plan, kind=kind, revision=plan.revision)
        .order_by("-queued_at")
        .first()
    )
