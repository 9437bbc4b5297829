"""What was uploaded, its bytes, and what the reader found in it."""

import uuid

from django.db import models
from django.db.models import Q

from chatmrpt.common.jobs import Job, job_constraints
from tpr.domain.issues import ISSUE_CODES

UPLOAD_STATUSES = ("receiving", "queued", "reading", "review", "ready", "rejected")


class Upload(models.Model):
    """A file as a row. The bytes are `UploadPart` rows; any host can read them.

    (parts arrive, or it expires)
    receiving ─▶ queued ─▶ reading ─┬▶ ready
                   ▲                ├▶ review ─(answers)─▶ queued
                   └─(lease ends)───┴▶ rejected
    The job that reads it is `UploadReading`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=80, db_index=True)
    original_name = models.CharField(max_length=255, help_text="For display only.")
    kind = models.CharField(max_length=20, blank=True)
    size = models.BigIntegerField(help_text="Bytes, as announced while they arrive.")
    received = models.BigIntegerField(default=0, help_text="Bytes stored so far.")
    crc32 = models.BigIntegerField(default=0, help_text="CRC-32 of the bytes stored so far.")
    metadata = models.TextField(blank=True, help_text="Upload-Metadata as the client sent it.")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="An incomplete upload goes then; null: complete."
    )
    sha256 = models.CharField(max_length=64, blank=True)
    settings = models.JSONField(default=dict, blank=True, help_text="Answers that steer reading.")
    settings_hash = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=12, default="receiving")
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    layout = models.CharField(max_length=20, blank=True)
    sheet = models.CharField(max_length=255, blank=True)
    header_row = models.PositiveIntegerField(null=True)
    columns = models.JSONField(default=list, blank=True)
    questions = models.JSONField(default=list, blank=True)
    reader_version = models.CharField(max_length=20, blank=True)
    counts = models.JSONField(null=True, blank=True)
    timings = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    error_facts = models.JSONField(default=dict, blank=True)

    known = False
    """True on the instance that a sender of bytes already here was given; not a column."""

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                name="upload_incomplete", fields=["expires_at"], condition=Q(status="receiving")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="upload_status_is_known", condition=Q(status__in=UPLOAD_STATUSES)
            ),
            models.CheckConstraint(
                name="upload_ready_has_counts",
                condition=~Q(status="ready") | Q(counts__isnull=False),
            ),
            models.CheckConstraint(
                name="upload_rejected_has_a_code",
                condition=~Q(status="rejected") | ~Q(error_code=""),
            ),
            models.CheckConstraint(
                name="upload_complete_has_a_digest", condition=Q(status="receiving") | ~Q(sha256="")
            ),
            models.CheckConstraint(name="upload_size_is_positive", condition=Q(size__gte=0)),
            models.CheckConstraint(
                name="upload_received_is_part_of_size",
                condition=Q(received__gte=0) & Q(received__lte=models.F("size")),
            ),
            models.UniqueConstraint(
                name="upload_once_per_owner",
                fields=["owner", "sha256", "settings_hash"],
                condition=~Q(status="receiving"),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class UploadPart(models.Model):
    """A piece of the file's bytes. Already compressed or not: stored EXTERNAL (migration)."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    key = models.CharField(
        max_length=200, blank=True, default="", db_default="",
        help_text="Of the object in the bucket; empty: the bytes are in this row.",
    )  # fmt: skip
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["upload", "number"]
        constraints = [
            models.CheckConstraint(
                name="uploadpart_bytes_in_one_place", condition=Q(key="") | Q(content=b"")
            ),
            models.UniqueConstraint(name="uploadpart_once_per_number", fields=["upload", "number"]),
        ]

    def __str__(self) -> str:
        return f"part {self.number}"


class UploadTwin(models.Model):
    """The address of an upload whose bytes were here already.

    Its own row went when it was complete; a client that missed the last answer still asks there.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="twins")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.id} is {self.upload_id}"


class UploadIssue(models.Model):
    """One repair or problem found while reading, with the place and what was done."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="issues")
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    sheet = models.CharField(max_length=255, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=300, blank=True)
    facility = models.CharField(max_length=300, blank=True)
    ward = models.CharField(max_length=300, blank=True)
    period = models.CharField(max_length=40, blank=True)
    value = models.TextField(blank=True)
    action = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["upload", "id"]
        indexes = [models.Index(fields=["upload", "code"])]
        constraints = [
            models.CheckConstraint(
                name="uploadissue_code_is_known", condition=Q(code__in=sorted(ISSUE_CODES))
            ),
            models.CheckConstraint(
                name="uploadissue_severity_is_known",
                condition=Q(severity__in=["info", "warning", "error"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} (row {self.row})"


class SampleFile(models.Model):
    """A file of the generated sample, kept as a row so that every host can start from it."""

    name = models.CharField(max_length=100, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class UploadReading(Job):
    """The job that reads an upload. Its outcome is written to the upload in the same commit."""

    upload = models.OneToOneField(
        Upload, on_delete=models.CASCADE, primary_key=True, related_name="reading"
    )

    class Meta:
        constraints = job_constraints("uploadreading")

    def __str__(self) -> str:
        return f"reading {self.upload_id}"
