"""Registers of facilities: how many should report, by state, LGA, ward and level (inputs.md §7)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class FacilityRegister(models.Model):
    """A named register. A replaced one stays, superseded, so that it can be looked at."""

    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=dict, help_text="Field → header as written.")
    loaded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-loaded_at"]
        constraints = [
            models.UniqueConstraint(
                name="facilityregister_one_current_per_name",
                fields=["name"],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterFacility(models.Model):
    """One facility of one register; `name_key` joins it to the facilities of a file."""

    register = models.ForeignKey(
        FacilityRegister, on_delete=models.CASCADE, related_name="facilities"
    )
    state = models.CharField(max_length=100)
    lga = models.CharField(max_length=200, blank=True)
    lga_key = models.CharField(max_length=200, blank=True)
    ward = models.CharField(max_length=300, blank=True)
    ward_key = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)
    level = models.CharField(max_length=10, null=True, blank=True)

    class Meta:
        verbose_name_plural = "register facilities"
        indexes = [models.Index(fields=["register", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="registerfacility_once",
                fields=["register", "state", "lga_key", "ward_key", "name_key", "level"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="registerfacility_has_a_name", condition=~Q(name_key="")),
            models.CheckConstraint(
                name="registerfacility_level_is_known",
                condition=Q(level__isnull=True) | Q(level__in=["primary", "secondary", "tertiary"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.ward or 'unknown ward'}"
