"""Retention: workflows nobody has touched for long go, with everything that was made from them.

What stays: ward lists, covariates, population lists and the sample (they are nobody's work), and
every workflow that was touched after the limit. The ledger is append-only; its trigger lets go of
whole workflows only in a transaction that says `chatmrpt.purging`.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from chatmrpt.common.errors import NotFound
from chatmrpt.common.jobs import LIVE
from tpr import locks
from tpr.models import BatchItem, DatasetMember, Upload, UploadReading, Workflow

logger = logging.getLogger(__name__)


def say_purging() -> None:
    """Tell the triggers of this transaction that whole things are deleted on purpose."""
    if not connection.in_atomic_block:
        raise RuntimeError("SET LOCAL needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL chatmrpt.purging = 'on'")


def old_workflows(before: datetime) -> QuerySet[Workflow]:
    """Workflows whose last change is older than `before`, oldest first."""
    return Workflow.objects.filter(updated_at__lt=before).order_by("updated_at", "pk")


def old_uploads(before: datetime) -> QuerySet[Upload]:
    """Uploads older than `before` that nothing will need once the old workflows are gone.

    An upload that is being read stays, one that an unfinished batch still works on, and one that
    is a file of a data set that stays. One that still arrives goes by its own time
    (`receive_upload.expire_uploads`).
    """
    unneeded = _without_work(before)
    joined = DatasetMember.objects.filter(member=OuterRef("pk")).exclude(
        dataset__in=unneeded.values("pk")
    )
    return unneeded.filter(~Exists(joined)).order_by("created_at", "pk")


def _without_work(before: datetime) -> QuerySet[Upload]:
    needed = Workflow.objects.filter(upload=OuterRef("pk"), updated_at__gte=before)
    reading = UploadReading.objects.filter(upload=OuterRef("pk"), status__in=LIVE)
    batched = BatchItem.objects.filter(upload=OuterRef("pk")).filter(
        Q(status__in=LIVE) | Q(finished_at__gte=before)
    )
    return Upload.objects.filter(
        ~Exists(needed), ~Exists(reading), ~Exists(batched), ~Q(status="receiving"),
        created_at__lt=before,
    )  # fmt: skip


def purge_workflow(pk: Any, before: datetime) -> bool:
    """Delete one workflow with its ledger, results, transcript, grants, runs and plans.

    Runs and plans of the floors above go by their foreign keys (CASCADE). False when it was touched
    or deleted in the meantime. Locks: the workflow. Idempotent by: the row being gone.
    """
    with transaction.atomic():
        try:
            workflow = locks.workflow(pk)
        except NotFound:
            return False
        if workflow.updated_at >= before:
            return False
        say_purging()
        # A batch remembers its result (PROTECT); a later batch makes the combination again.
        BatchItem.objects.filter(result__workflow=workflow).delete()
        workflow.delete()
    logger.info("workflow purged workflow=%s", pk)
    return True


def purge_upload(pk: Any, before: datetime) -> bool:
    """Delete one upload with its bytes, rows and issues. False when it is needed after all."""
    with transaction.atomic():
        try:
            upload = locks.upload(pk)
        except NotFound:
            return False
        if not old_uploads(before).filter(pk=pk).exists() or upload.workflows.exists():
            return False
        if DatasetMember.objects.filter(member=upload).exists():
            return False  # its data set goes first
        upload.delete()
    logger.info("upload purged upload=%s", pk)
    return True


def purge_files(before: datetime) -> dict[str, int]:
    """Delete what is older than `before`, one workflow or upload per transaction.

    A data set goes before its files, so uploads are asked for until none is left. Stopping in the
    middle loses nothing: the next call goes on. Returns counts by kind.
    """
    workflows = list(old_workflows(before).values_list("pk", flat=True))
    gone = sum(purge_workflow(pk, before) for pk in workflows)
    uploads = 0
    while purged := sum(
        purge_upload(pk, before) for pk in old_uploads(before).values_list("pk", flat=True)
    ):
        uploads += purged
    return {"workflows": gone, "uploads": uploads}
