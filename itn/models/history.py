"""What people did to a plan after it was made, and the wards they fixed by hand."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual

from itn.models.plan import ItnPlan

REASON_LEAST = 10
"""Characters of a reason: shorter ones explain nothing in the meeting."""


class PlanEventKind(models.TextChoices):
    RENAMED = "renamed"
    DUPLICATED = "duplicated"
    CHANGED = "changed"
    FIXED = "fixed"
    RELEASED = "released"
    IMPORTED = "imported"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    UNLOCKED = "unlocked"
    COMMENTED = "commented"
    DISSENTED = "dissented"
    ARCHIVED = "archived"
    RESTORED = "restored"


class PlanEvent(models.Model):
    """One act on a plan, printed with it. A trigger refuses update and delete (migration 0005)."""

    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=12, choices=PlanEventKind.choices)
    revision = models.PositiveIntegerField(help_text="Of the plan after this act.")
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=150, blank=True)
    signed_as = models.CharField(
        max_length=150, blank=True, help_text="Name and role as typed by the person who signed."
    )
    comment = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True, help_text="Before and after.")

    class Meta:
        ordering = ["plan", "sequence"]
        constraints = [
            models.UniqueConstraint(name="planevent_sequence_once", fields=["plan", "sequence"]),
            models.CheckConstraint(
                name="planevent_kind_is_known", condition=Q(kind__in=PlanEventKind.values)
            ),
            models.CheckConstraint(
                name="planevent_decision_is_signed",
                condition=~Q(kind__in=["approved", "returned", "unlocked"]) | ~Q(signed_as=""),
            ),
            models.CheckConstraint(
                name="planevent_words_where_words_are_owed",
                condition=~Q(kind__in=["returned", "unlocked", "commented", "dissented"])
                | ~Q(comment=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class WardOverride(models.Model):
    """A ward whose units a person fixed (nets.md §6); taken away by `released_at`, never deleted.

    The ward is named as in the allocation, because rows of an allocation are written anew.
    """

    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="overrides")
    ward_code = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=100, blank=True)
    lga = models.CharField(max_length=200, blank=True)
    ward_name = models.CharField(max_length=300)
    units_before = models.PositiveIntegerField(help_text="Bales (nets in a plan of single nets).")
    units = models.PositiveIntegerField()
    target = models.PositiveIntegerField()
    above_target = models.BooleanField(default=False, help_text="Confirmed a second time.")
    reason = models.TextField()
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=150, blank=True)
    signed_as = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="wardoverride_ward_fixed_once",
                fields=["plan", "ward_code", "state", "lga", "ward_name"],
                condition=Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="wardoverride_reason_explains",
                condition=GreaterThanOrEqual(Length(Trim("reason")), REASON_LEAST),
            ),
            models.CheckConstraint(
                name="wardoverride_above_target_is_confirmed",
                condition=Q(units__lte=F("target")) | Q(above_target=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_name}: {self.units}"

    @property
    def identity(self) -> tuple[str, str, str, str]:
        return (self.ward_code, self.state, self.lga, self.ward_name)


class PlanImport(models.Model):
    """An edited allocation that came back: read once, shown, then applied or forgotten."""

    plan = models.ForeignKey(ItnPlan, on_delete=models.CASCADE, related_name="imports")
    revision = models.PositiveIntegerField(help_text="Of the plan it was compared with.")
    file_name = models.CharField(max_length=255)
    changes = models.JSONField(help_text="[{ward_code, state, lga, ward, before, units, reason}]")
    not_found = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    owner = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file_name}: {len(self.changes)} changes"
