"""What a plan adds to run and population list: cost lines, and figures of single wards.

A trigger refuses any change of these rows while their plan is locked (migration 0007).
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from itn.domain.budget import CostKind
from itn.domain.ward_inputs import REASON_LEAST
from itn.models.plan import ItnPlan

KINDS = [kind.value for kind in CostKind]


class PlanCostLine(models.Model):
    """One cost line of a plan (nets.md §7); the sum is in the plan's currency."""

    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="cost_lines")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)
    unit_cost = models.DecimalField(max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3, blank=True, help_text="Empty where none was named.")
    rate = models.DecimalField(
        max_digits=20, decimal_places=8, default=1,
        help_text="Units of the plan's currency for one of this line's.",
    )  # fmt: skip
    source = models.CharField(max_length=200, blank=True)
    date = models.CharField(max_length=40, blank=True, help_text="Of the price, as written.")

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(name="plancostline_number_once", fields=["plan", "number"]),
            models.CheckConstraint(name="plancostline_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="plancostline_kind_is_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="plancostline_is_not_negative", condition=Q(unit_cost__gte=0, rate__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.unit_cost} {self.kind}"


class PlanWardInput(models.Model):
    """Nets that a ward has already, or a buffer of its own; the ward as named in the allocation."""

    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="ward_inputs")
    ward_code = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=100, blank=True)
    lga = models.CharField(max_length=200, blank=True)
    ward_name = models.CharField(max_length=300)
    existing_nets = models.PositiveIntegerField(null=True, help_text="Taken off the need.")
    existing_source = models.CharField(max_length=120, blank=True)
    existing_year = models.PositiveSmallIntegerField(null=True)
    buffer_percent = models.DecimalField(max_digits=12, decimal_places=8, null=True)
    buffer_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["plan", "state", "lga", "ward_name", "ward_code"]
        constraints = [
            models.UniqueConstraint(
                name="planwardinput_ward_once_per_plan",
                fields=["plan", "ward_code", "state", "lga", "ward_name"],
            ),
            models.CheckConstraint(
                name="planwardinput_says_something",
                condition=Q(existing_nets__isnull=False) | Q(buffer_percent__isnull=False),
            ),
            models.CheckConstraint(
                name="planwardinput_existing_nets_have_a_source",
                condition=Q(existing_nets__isnull=True, existing_source="", existing_year=None)
                | Q(existing_nets__isnull=False, existing_year__isnull=False)
                & Q(existing_nets__gte=0, existing_year__range=(1990, 2100))
                & ~Q(existing_source=""),
            ),
            models.CheckConstraint(
                name="planwardinput_buffer_has_a_reason",
                condition=Q(buffer_percent__isnull=True, buffer_reason="")
                | Q(buffer_percent__isnull=False)
                & Q(buffer_percent__range=(0, 30))
                & GreaterThanOrEqual(Length(Trim("buffer_reason")), REASON_LEAST),
            ),
        ]

    def __str__(self) -> str:
        return self.ward_name

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return (self.ward_code, self.state, self.lga, self.ward_name)
