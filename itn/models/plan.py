"""A net plan: one row with its sums, tied to the risk run and the population list it used."""

import uuid

from django.db import models
from django.db.models import F, Q

from itn.domain.strategies import STRATEGIES
from itn.models.population import PopulationSource
from tpr.models import Workflow


class PlanStatus(models.TextChoices):
    """Where a plan stands.

    draft ──submit──▶ submitted ──approve──▶ approved (locked)
      ▲                   └──return──▶ returned ──▶ draft
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class ItnPlan(models.Model):
    """A scenario. All figures in nets; the rows add up to `allocated`.

    stock = reserve + unfunded + available; available = allocated + remaining. Triggers of
    migration 0002 compare the sums with the rows at commit and refuse changes to a locked plan.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, null=True, related_name="+",
        help_text="Null for a plan made from a file of ranks.",
    )  # fmt: skip
    run = models.ForeignKey(
        "analysis.AnalysisRun", on_delete=models.RESTRICT, null=True, related_name="+",
        help_text="The finished run whose ranks were used.",
    )  # fmt: skip
    population_source = models.ForeignKey(
        PopulationSource, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    owner = models.CharField(max_length=80, db_index=True)
    strategy = models.CharField(max_length=24)
    parameters = models.JSONField(help_text="The parameters this strategy used.")
    commodity = models.CharField(max_length=40, default="itn")
    bale_size = models.PositiveSmallIntegerField(help_text="Nets per bale in which rows are shown.")
    stock = models.BigIntegerField(help_text="Nets the person named.")
    reserve = models.BigIntegerField(default=0, help_text="Routine nets set aside.")
    unfunded = models.BigIntegerField(default=0, help_text="Nets the budget does not buy.")
    available = models.BigIntegerField()
    allocated = models.BigIntegerField()
    remaining = models.BigIntegerField()
    wards = models.PositiveIntegerField(help_text="Rows of this plan, served or not.")
    totals = models.JSONField(default=dict)
    equity = models.JSONField(default=dict)
    checks = models.JSONField(default=list, help_text="Plausibility findings.")
    notes = models.JSONField(default=list, help_text="What the reader must know, in sentences.")
    fingerprint = models.CharField(max_length=64, help_text="Of run, populations and parameters.")
    status = models.CharField(max_length=12, default=PlanStatus.DRAFT, choices=PlanStatus.choices)
    locked_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(
        default=1, help_text="Raised by every act; a form of an older page changes nothing."
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    archived_at = models.DateTimeField(
        null=True, blank=True, help_text="Put away; kept for 90 days, then deleted by `purge`."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        permissions = [("approve_plan", "Can approve, return and unlock net plans")]
        indexes = [models.Index(fields=["workflow", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                name="itnplan_allocated_and_remaining_are_available",
                condition=Q(available=F("allocated") + F("remaining")),
            ),
            models.CheckConstraint(
                name="itnplan_reserve_unfunded_and_available_are_the_stock",
                condition=Q(stock=F("reserve") + F("unfunded") + F("available")),
            ),
            models.CheckConstraint(
                name="itnplan_no_figure_is_negative",
                condition=Q(
                    stock__gte=0, reserve__gte=0, unfunded__gte=0, available__gte=0,
                    allocated__gte=0, remaining__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="itnplan_strategy_is_known", condition=Q(strategy__in=list(STRATEGIES))
            ),
            models.CheckConstraint(
                name="itnplan_status_is_known", condition=Q(status__in=PlanStatus.values)
            ),
            models.CheckConstraint(
                name="itnplan_approved_is_locked",
                condition=~Q(status="approved") | Q(locked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="itnplan_locked_is_not_archived",
                condition=Q(locked_at__isnull=True) | Q(archived_at__isnull=True),
            ),
            models.CheckConstraint(
                name="itnplan_of_a_workflow_has_its_run",
                condition=Q(workflow__isnull=True) | Q(run__isnull=False),
            ),
            models.CheckConstraint(
                name="itnplan_allotted_nets_have_a_population",
                condition=Q(workflow__isnull=True)
                | Q(population_source__isnull=False)
                | Q(allocated=0),
            ),
            models.CheckConstraint(
                name="itnplan_bale_size_is_positive", condition=Q(bale_size__gt=0)
            ),
            models.UniqueConstraint(
                name="itnplan_name_once_per_workflow",
                fields=["workflow", "name"],
                condition=Q(workflow__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.strategy}, {self.available:,} nets)"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None
