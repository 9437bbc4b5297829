"""Every change of the registry and of the zone table: what it was, what it became, why, by whom."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class RegistryChange(models.Model):
    """One changed field of one row. Append-only; runs keep the registry version they used."""

    table = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=500)
    changed_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="registrychange_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="registrychange_changes_something", condition=~Q(before=models.F("after"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.field}"
