"""Every file × state × level × age group, one job row each, done once."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatmrpt.common.actors import this_process
from chatmrpt.common.jobs import claimed
from tpr import queue
from tpr.models import BatchItem, Upload
from tpr.services.run_file import Request, run_file


@transaction.atomic
def plan_batch(
    upload: Upload, *, states: Iterable[str], levels: Iterable[str], ages: Iterable[str], send: bool
) -> list[BatchItem]:
    """Make the missing rows of a file's combinations; failed ones are queued again.

    Writes: BatchItem. Sends: tpr.run_combination on commit when `send`. Idempotent by: the
    combination.
    """
    items = []
    for state in states:
        for level in levels:
            for age in ages:
                item, _ = BatchItem.objects.get_or_create(
                    upload=upload, state=state, level=level, age_group=age
                )
                if item.status in ("failed", "cancelled"):
                    item.status, item.attempts, item.finished_at = "queued", 0, None
                    item.error_code, item.error_message = "", ""
                    item.queued_at = timezone.now()
                    item.save()
                if item.is_live and send:
                    queue.run_combination(item.pk)
                items.append(item)
    return items


def run_combination(item_id: Any) -> None:
    """Compute one combination by its claim: the workflow and rows a person would have made."""
    with claimed(BatchItem, item_id, worker=this_process()) as claim:
        if claim is None:
            return
        item = claim.load()
        request = Request(state=item.state, level=item.level, age_group=item.age_group)
        with claim.finish() as row:
            row.result = run_file(item.upload, request, key=f"batch:{item.pk}")
