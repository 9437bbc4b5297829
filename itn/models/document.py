"""A paper of a plan, made by a worker: the file is the row."""

import uuid

from django.db import models
from django.db.models import Q

from chatmrpt.common.jobs import LIVE, Job, job_constraints
from itn.models.plan import ItnPlan


class DocumentKind(models.TextChoices):
    WORKBOOK = "plan.xlsx", "Workbook, Excel"
    REPORT = "report.pdf", "Report, PDF"
    SIGN_OFF = "sign_off.pdf", "Sign-off sheet, PDF"
    MICROPLANS = "microplans.pdf", "One page per ward, PDF"
    WAYBILLS = "waybills.pdf", "Waybills, PDF"


class PlanDocument(Job):
    """One file of one state (revision) of a plan. `done` exactly when `content` is there."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=16, choices=DocumentKind.choices)
    revision = models.PositiveIntegerField(help_text="Of the plan that it shows.")
    owner = models.CharField(max_length=80)
    content = models.BinaryField(null=True, editable=False)
    size = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-queued_at"]
        constraints = [
            *job_constraints("plandocument"),
            models.UniqueConstraint(
                name="plandocument_once_per_revision",
                fields=["plan", "kind", "revision"],
                condition=Q(status__in=[*LIVE, "done"]),
            ),
            models.CheckConstraint(
                name="plandocument_kind_is_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="plandocument_done_has_content",
                condition=Q(status="done", content__isnull=False, size__gt=0)
                | (~Q(status="done") & Q(content__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.status})"
