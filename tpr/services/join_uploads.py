"""Joining several files (years, LGAs) into one data set, with overlaps shown and a choice."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from chatmrpt.common.errors import Conflict
from chatmrpt.common.fingerprints import fingerprint
from tpr import queue
from tpr.joining import CHOICES, join_rows, mixed_periods, overlaps
from tpr.models import DatasetMember, Upload, UploadIssue, UploadReading
from tpr.models.dataset import JOINED
from tpr.services.accept_upload import refuse_incomplete, requeue

QUESTION = "OVERLAP"
LABELS = {
    "later": "Keep the file added later",
    "earlier": "Keep the file added earlier",
    "fuller": "Keep the report with more test cells filled",
}


def files_of(upload: Upload) -> list[Upload]:
    """Return the single files behind an upload: itself, or the members of a joined one."""
    if upload.kind != JOINED:
        return [upload]
    return [row.member for row in upload.members.select_related("member").order_by("position")]


@transaction.atomic
def join_uploads(uploads: Sequence[Upload], *, owner: str) -> Upload:
    """Make (or find) the data set of these files, in this order, and queue its making.

    Writes: Upload, DatasetMember, UploadReading. Sends: tpr.read_upload on commit. Idempotent by:
    the digests of the files in their order. Raises Conflict SAME_FILE for fewer than two files,
    FILE_INCOMPLETE for one that still arrives (it has no digest yet).
    """
    members: list[Upload] = []
    for upload in uploads:
        members += [one for one in files_of(upload) if one.pk not in {m.pk for m in members}]
    if len(members) < 2:
        raise Conflict(
            "SAME_FILE", "This is the same file again; a data set needs two different files."
        )
    for member in members:
        refuse_incomplete(member)
    mark = fingerprint([JOINED, *((m.sha256, m.settings_hash) for m in members)])
    same = Upload.objects.filter(owner=owner, sha256=mark, settings_hash="").select_for_update()
    if existing := same.first():
        return _again(existing)
    names = ", ".join(member.original_name for member in members)
    dataset = Upload(
        owner=owner, original_name=f"{len(members)} files: {names}"[:255], kind=JOINED,
        size=sum(member.size for member in members), sha256=mark, status="queued",
        is_sample=any(member.is_sample for member in members),
    )  # fmt: skip
    try:
        with transaction.atomic():
            dataset.save(force_insert=True)
    except IntegrityError:
        # The same files were joined at the same moment; the other request is first.
        return _again(same.get())
    DatasetMember.objects.bulk_create(
        DatasetMember(dataset=dataset, member=member, position=position)
        for position, member in enumerate(members, 1)
    )
    UploadReading.objects.create(upload=dataset)
    queue.read_upload(dataset.pk)
    return dataset


def _again(dataset: Upload) -> Upload:
    if dataset.status == "rejected":
        requeue(dataset)
    return dataset


def members_pending(upload_id: Any) -> bool:
    """True while a joined upload still waits for one of its files to be read."""
    return DatasetMember.objects.filter(
        dataset_id=upload_id, member__status__in=["receiving", "queued", "reading"]
    ).exists()


def hint_datasets_of(upload: Upload) -> None:
    """Send the hint of every data set that waits for this file. In the caller's transaction."""
    waiting = DatasetMember.objects.filter(member=upload, dataset__status__in=["queued", "reading"])
    for dataset_id in waiting.values_list("dataset_id", flat=True):
        queue.read_upload(dataset_id)


def outcome_of(dataset: Upload) -> dict[str, Any]:
    """Decide what becomes of a data set whose files have all been read; writes nothing.

    Returns a result like the reader's: `rejected` when a file was refused, needs an answer, or
    mixes years with months of the same time; `review` when overlapping reports differ and nobody
    has chosen; else `ok`.
    """
    for member in files_of(dataset):
        if member.status == "rejected":
            return _refused("MEMBER_REFUSED", f"{member.original_name}: {member.error_message}",
                            {"file": member.original_name})  # fmt: skip
        if member.status == "review":
            return _refused(
                "MEMBER_NEEDS_REVIEW",
                f"{member.original_name} has points that need an answer. Upload it alone, answer "
                "them, then add it again.", {"file": member.original_name},
            )  # fmt: skip
    if mixed := mixed_periods(dataset.pk):
        return _refused(
            "PERIODS_OVERLAP",
            f"One file reports a period of {mixed[1]} months from {mixed[0]:%b %Y}, another file "
            f"periods of {mixed[2]} within it: the same tests would count twice. Leave one out.",
            {"start": mixed[0].isoformat(), "months": [mixed[1], mixed[2]]},
        )
    both, different = overlaps(dataset.pk)
    choice = dataset.settings.get("assume", {}).get(QUESTION)
    if different and choice not in CHOICES:
        return {"status": "review", "questions": [_question(both, different)]}
    return {"status": "ok", "both": both, "different": different, "choice": choice or "later"}


def _refused(code: str, message: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"status": "rejected", "error": {"code": code, "message": message, "facts": facts}}


def _question(both: int, different: int) -> dict[str, Any]:
    return {
        "code": QUESTION,
        "message": f"{both:,} facility-periods stand in more than one file; {different:,} of them "
        "with different figures. Which figures shall count? They are never added up.",
        "choices": [{"value": value, "label": label} for value, label in LABELS.items()],
        "recommended": "later",
        "facts": {"both": both, "different": different},
    }


def join(dataset: Upload, outcome: dict[str, Any]) -> dict[str, Any]:
    """Write the rows of a data set. Runs inside the finishing transaction of its job."""
    reports = join_rows(dataset.pk, outcome["choice"])
    if outcome["both"]:
        UploadIssue.objects.create(
            upload=dataset, code="FILES_OVERLAP",
            severity="warning" if outcome["different"] else "info", count=outcome["both"],
            value=f"{outcome['different']} with different figures",
            action=LABELS[outcome["choice"]].lower(),
        )  # fmt: skip
    first = files_of(dataset)[0]
    dataset.columns, dataset.header_row = first.columns, first.header_row
    dataset.layout = JOINED
    dataset.reader_version = "+".join(sorted({m.reader_version for m in files_of(dataset)}))[:20]
    return {"rows_used": reports, "files": [m.original_name for m in files_of(dataset)]}
