"""A planning sheet of others that somebody had checked: a job whose result is its findings."""

import uuid

from django.db import models
from django.db.models import Q

from chatmrpt.common.jobs import Job, job_constraints
from itn.models.population import PopulationSource


class PlanCheck(Job):
    """One sheet, checked once; its bytes go when the findings are there."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=80, db_index=True)
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField(null=True, editable=False)
    bale_size = models.PositiveSmallIntegerField(default=50)
    stock = models.BigIntegerField(null=True, help_text="Nets there are, if the person said so.")
    population_source = models.ForeignKey(
        PopulationSource, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The list that its populations and ward count are compared with.",
    )  # fmt: skip
    level = models.CharField(max_length=8, blank=True, help_text="state, lga or ward.")
    lines = models.JSONField(default=list, help_text="Every place with its figures and flags.")
    checks = models.JSONField(default=list, help_text="Findings over the whole sheet.")
    unread = models.JSONField(default=list, help_text="Cells that are no number.")

    class Meta:
        ordering = ["-queued_at"]
        constraints = [
            *job_constraints("plancheck"),
            models.CheckConstraint(
                name="plancheck_live_has_its_bytes",
                condition=~Q(status__in=["queued", "running"]) | Q(content__isnull=False),
            ),
            models.CheckConstraint(
                name="plancheck_done_has_a_level",
                condition=~Q(status="done") | Q(level__in=["state", "lga", "ward"]),
            ),
            models.CheckConstraint(
                name="plancheck_figures_are_positive",
                condition=Q(bale_size__gt=0) & (Q(stock__isnull=True) | Q(stock__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.status})"
