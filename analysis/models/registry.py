"""The variable registry and the zone table: seeded from the domain, changed only with a reason."""

from django.db import models
from django.db.models import Q

from analysis.domain.variables import DIRECTIONS


class Variable(models.Model):
    """What a covariate is, which way it points and which values are plausible (risk.md §2)."""

    code = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    aliases = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=12)
    plausible_min = models.FloatField(null=True, blank=True)
    plausible_max = models.FloatField(null=True, blank=True)
    role = models.CharField(max_length=30, default="covariate")
    group = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=200, blank=True)
    year = models.CharField(max_length=30, blank=True)
    transform = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="variable_direction_is_known", condition=Q(direction__in=DIRECTIONS)
            ),
            models.CheckConstraint(
                name="variable_range_is_ordered",
                condition=Q(plausible_min__isnull=True)
                | Q(plausible_max__isnull=True)
                | Q(plausible_min__lt=models.F("plausible_max")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ZoneDefault(models.Model):
    """The variables proposed in a state, in order (risk.md §3)."""

    state = models.CharField(max_length=100, unique=True)
    zone = models.CharField(max_length=30)
    variables = models.JSONField(default=list)

    class Meta:
        ordering = ["zone", "state"]

    def __str__(self) -> str:
        return f"{self.state} ({self.zone})"
