"""What each ward gets, and why: one row for every ward of the area, served or not."""

from django.db import models
from django.db.models import Q

from itn.domain.reasons import SERVED_REASONS, Reason, Status
from itn.models.plan import ItnPlan
from tpr.models import Ward

REASONS = [reason.value for reason in Reason]
STATUSES = [status.value for status in Status]


class WardAllocation(models.Model):
    """One ward of one plan. nets = bale size of the plan x bales + loose nets (trigger)."""

    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="rows")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.PositiveIntegerField(help_text="Reading order: no population first, then rank.")
    ward_code = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=100, blank=True)
    lga = models.CharField(max_length=200, blank=True)
    ward_name = models.CharField(max_length=300)
    rank = models.PositiveIntegerField(null=True, help_text="1 = highest risk.")
    population = models.DecimalField(max_digits=24, decimal_places=12, null=True)
    urban_percentage = models.DecimalField(max_digits=12, decimal_places=9, null=True)
    need = models.IntegerField(null=True, help_text="Nets; null without a population.")
    target_bales = models.IntegerField(null=True, help_text="Null when planning single nets.")
    bales = models.IntegerField()
    loose_nets = models.IntegerField(default=0)
    nets = models.IntegerField()
    people_covered = models.IntegerField(null=True)
    coverage = models.DecimalField(
        max_digits=14, decimal_places=12, null=True, help_text="Share of people, 0 to 1."
    )
    tier = models.PositiveSmallIntegerField(null=True, help_text="legacy_two_tier: 1 or 2.")
    phase = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=28)
    reason_text = models.TextField()

    class Meta:
        ordering = ["plan", "place"]
        constraints = [
            models.UniqueConstraint(
                name="wardallocation_ward_once_per_plan",
                fields=["plan", "ward"],
                condition=Q(ward__isnull=False),
            ),
            models.UniqueConstraint(
                name="wardallocation_name_once_per_plan",
                fields=["plan", "ward_code", "state", "lga", "ward_name"],
            ),
            models.UniqueConstraint(
                name="wardallocation_rank_once_per_plan",
                fields=["plan", "rank"],
                condition=Q(rank__isnull=False),
            ),
            models.UniqueConstraint(
                name="wardallocation_place_once_per_plan", fields=["plan", "place"]
            ),
            models.CheckConstraint(
                name="wardallocation_reason_is_known", condition=Q(reason__in=REASONS)
            ),
            models.CheckConstraint(
                name="wardallocation_reason_has_a_sentence", condition=~Q(reason_text="")
            ),
            models.CheckConstraint(
                name="wardallocation_status_is_known", condition=Q(status__in=STATUSES)
            ),
            models.CheckConstraint(
                name="wardallocation_no_figure_is_negative",
                condition=Q(bales__gte=0, loose_nets__gte=0, nets__gte=0)
                & (Q(need__isnull=True) | Q(need__gte=0))
                & (Q(population__isnull=True) | Q(population__gte=0)),
            ),
            models.CheckConstraint(
                name="wardallocation_nets_need_a_served_reason",
                condition=Q(nets=0) | Q(reason__in=sorted(r.value for r in SERVED_REASONS)),
            ),
            models.CheckConstraint(
                name="wardallocation_no_population_means_no_need",
                condition=Q(population__isnull=False) | Q(need__isnull=True, nets=0),
            ),
            models.CheckConstraint(
                name="wardallocation_coverage_is_a_share",
                condition=Q(coverage__isnull=True) | Q(coverage__range=(0, 1)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_name}: {self.nets:,}"
