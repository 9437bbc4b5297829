"""Ward lists: a ward is (state, LGA, name) with a code in a named, dated list (wards.md §1)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class BoundaryList(models.Model):
    """A named list of wards. A replaced list stays for the results that used it."""

    name = models.CharField(max_length=120)
    publisher = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=dict, blank=True, help_text="What was assumed and repaired.")
    display = models.JSONField(
        default=dict, blank=True, help_text="Per state: grid frame and LGA border paths."
    )
    is_sample = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-loaded_at"]
        constraints = [
            models.UniqueConstraint(
                name="boundarylist_one_current_per_name",
                fields=["name"],
                condition=Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ward(models.Model):
    """One ward of one list. Without geometry it stays in the list, not on the map."""

    list = models.ForeignKey(BoundaryList, on_delete=models.CASCADE, related_name="wards")
    code = models.CharField(max_length=60, help_text="Text: leading zeros matter.")
    name = models.CharField(max_length=300)
    ward_key = models.CharField(max_length=300)
    lga = models.CharField(max_length=200, blank=True)
    lga_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=100)
    geometry = models.BinaryField(null=True, help_text="WKB, EPSG:4326.")
    display = models.JSONField(null=True, help_text="Simplified path in the list's integer grid.")
    centroid_lon = models.FloatField(null=True)
    centroid_lat = models.FloatField(null=True)
    area_km2 = models.FloatField(null=True)
    urban = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["list", "state"])]
        constraints = [
            models.UniqueConstraint(name="ward_code_once_per_list", fields=["list", "code"]),
            models.CheckConstraint(name="ward_has_a_code", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.lga}"
