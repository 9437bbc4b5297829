"""At sign-in: what this browser's visitor owns becomes the account's."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from analysis.models import AnalysisRun
from chatmrpt.accounts.domain.claims import Remembered, in_the_way
from chatmrpt.common.actors import Actor
from itn.models import ItnPlan, PlanCheck, PlanDocument, PlanImport
from tpr import api as tpr_api
from tpr.models import (
    ConfirmedAnswer,
    Upload,
    UploadTwin,
    WardAlias,
    Workflow,
    WorkflowGrant,
)

TRIES = 3
"""The account may start something at the same moment; what it then holds is met again."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What an account took over: workflows, uploads, remembered ward names, and those that stayed."""

    workflows: int = 0
    uploads: int = 0
    same_uploads: int = 0
    names: int = 0
    names_in_the_way: int = 0


def claimable(visitor: str) -> int:
    """Return how many workflows this browser's visitor owns."""
    return Workflow.objects.filter(owner=visitor).count() if _is_visitor(visitor) else 0


def anything_else(visitor: str) -> bool:
    """Whether the visitor has no workflow to claim, but a file that arrives or a checked plan."""
    return _is_visitor(visitor) and any(
        rows.filter(owner=visitor).exists() for rows in (Upload.objects, PlanCheck.objects)
    )


def claim(visitor: str, actor: Actor) -> Claimed:
    """Make the account the owner of everything the visitor owns.

    Claimed workflows are kept private: the visitor was told that only the code opens them.
    Locks: the account, then each workflow. Writes: the owner of Workflow, Upload, AnalysisRun,
    ItnPlan (locked ones stay as they were approved), PlanImport, PlanDocument, PlanCheck, WardAlias,
    ConfirmedAnswer, the holder of WorkflowGrant; one ledger line `claim` per workflow.
    Idempotent by: nothing being left to claim.
    """
    if not _is_visitor(visitor) or not actor.owner.startswith("user:"):
        return Claimed()
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _claim(visitor, actor)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _is_visitor(key: str) -> bool:
    return key.startswith("visitor:") and len(key) > len("visitor:")


def _claim(visitor: str, actor: Actor) -> Claimed:
    account = actor.owner
    get_user_model().objects.select_for_update().get(pk=account.partition(":")[2])
    workflows = list(
        Workflow.objects.filter(owner=visitor).order_by("pk").values_list("pk", flat=True)
    )
    for pk in workflows:
        _take_workflow(pk, visitor, actor)
    same = _merge_uploads(visitor, account)
    uploads = _movable(visitor, account).update(owner=account)
    AnalysisRun.objects.filter(owner=visitor).update(owner=account)
    ItnPlan.objects.filter(owner=visitor, locked_at__isnull=True).update(owner=account)
    PlanImport.objects.filter(owner=visitor).update(owner=account)
    PlanDocument.objects.filter(owner=visitor).update(owner=account)
    PlanCheck.objects.filter(owner=visitor).update(owner=account)
    PlanCheck.objects.filter(owner=visitor).update(owner=account)
    stayed, names = _take_names(visitor, account)
    _take_answers(visitor, account)
    _take_grants(visitor, account)
    return Claimed(len(workflows), uploads, same, names, stayed)


def _take_workflow(pk: Any, visitor: str, actor: Actor) -> None:
    workflow = tpr_api.locked_workflow(pk)
    if workflow.owner != visitor:
        return
    workflow.owner = actor.owner
    workflow.kept_private = True
    if workflow.start_key and (
        Workflow.objects.filter(owner=actor.owner, start_key=workflow.start_key).exists()
    ):
        workflow.start_key = None  # the account has used this key for another one
    tpr_api.record(
        workflow, command="claim", actor=actor, decided=False,
        payload={"slots": {}, "facts": {}, "visitor": visitor},
    )  # fmt: skip


def _held(account: str) -> Exists:
    return Exists(
        Upload.objects.filter(
            owner=account, sha256=OuterRef("sha256"), settings_hash=OuterRef("settings_hash")
        ).exclude(status="receiving")
    )


def _movable(visitor: str, account: str) -> Any:
    """Uploads whose bytes the account does not hold yet; those that still arrive always are."""
    rows = Upload.objects.filter(owner=visitor)
    return rows.filter(status="receiving") | rows.filter(~_held(account))


def _merge_uploads(visitor: str, account: str) -> int:
    """Lead workflows on bytes that the account holds too to the account's upload.

    Only where both were read by the same reader, so that the rows are the same. Otherwise the
    workflow keeps its upload, which stays the visitor's; the workflow opens it. Either is cleaned
    up by `purge` when no workflow needs it.
    """
    merged = 0
    rows = Upload.objects.filter(owner=visitor).exclude(status="receiving")
    for upload in rows.filter(_held(account)).order_by("pk"):
        held = Upload.objects.get(
            owner=account, sha256=upload.sha256, settings_hash=upload.settings_hash,
            status__in=["queued", "reading", "review", "ready", "rejected"],
        )  # fmt: skip
        if {upload.status, held.status} == {
            "ready"
        } and upload.reader_version == held.reader_version:
            Workflow.objects.filter(upload=upload, owner=account).update(upload=held)
            UploadTwin.objects.filter(upload=upload).update(upload=held)
            merged += 1
    return merged


def _take_names(visitor: str, account: str) -> tuple[int, int]:
    """Move remembered ward names; where the account decided otherwise before, its word stays."""
    live = WardAlias.objects.filter(withdrawn_at__isnull=True)
    stay = in_the_way(
        _remembered(live.filter(owner=visitor)), _remembered(live.filter(owner=account))
    )
    WardAlias.objects.filter(pk__in=[row.id for row in stay]).update(
        withdrawn_at=timezone.now(), withdrawn_by=account
    )
    moved = WardAlias.objects.filter(owner=visitor).update(owner=account)
    return len(stay), moved - len(stay)


def _remembered(rows: Any) -> list[Remembered]:
    return [
        Remembered(*values)
        for values in rows.values_list(
            "pk", "list", "state", "lga_key", "name_key", "kind", "ward"
        )
    ]  # fmt: skip


def _take_answers(visitor: str, account: str) -> None:
    """Move confirmed answers about headers; the account's own stay."""
    mine = ConfirmedAnswer.objects.filter(
        owner=account, header_hash=OuterRef("header_hash"), code=OuterRef("code")
    )
    rows = ConfirmedAnswer.objects.filter(owner=visitor)
    rows.filter(Exists(mine)).delete()
    rows.update(owner=account)


def _take_grants(visitor: str, account: str) -> None:
    """Move what was opened by code; what the account owns or holds already needs no grant."""
    rows = WorkflowGrant.objects.filter(holder=visitor)
    held = WorkflowGrant.objects.filter(
        holder=account, workflow=OuterRef("workflow"), how=OuterRef("how")
    )
    rows.filter(Exists(held)).delete()
    rows.update(holder=account)
    WorkflowGrant.objects.filter(holder=account, workflow__owner=account).delete()
