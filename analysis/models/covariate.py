"""Loaded covariates: one value per ward of a list, with where they came from."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from analysis.domain.variables import DIRECTIONS
from tpr.models import BoundaryList, Ward


class Covariate(models.Model):
    """A variable loaded for a ward list. A newer loading supersedes it; runs keep what they used.

    `name` is the column's own name; `code` the registry code it is bound to, empty when none.
    """

    ward_list = models.ForeignKey(BoundaryList, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=120)
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=12, default="undecided")
    source = models.CharField(max_length=200, blank=True)
    year = models.CharField(max_length=30, blank=True)
    how_made = models.CharField(max_length=300, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=64)
    layer = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of a raster: crs, cell, nodata, band, dtype, licence. Empty for a table.",
    )
    counts = models.JSONField(default=dict, help_text="wards, observed, missing, rejected")
    is_sample = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ward_list", "name", "-loaded_at"]
        constraints = [
            models.UniqueConstraint(
                name="covariate_one_current_per_name",
                fields=["ward_list", "name"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="covariate_direction_is_known", condition=Q(direction__in=DIRECTIONS)
            ),
            models.CheckConstraint(name="covariate_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class CovariateValue(models.Model):
    """The value of a covariate in a ward; a ward without a row has none."""

    covariate = models.ForeignKey(Covariate, on_delete=models.CASCADE, related_name="values")
    ward = models.ForeignKey(Ward, on_delete=models.CASCADE, related_name="+")
    value = models.FloatField()
    coverage = models.FloatField(
        null=True, help_text="Share of the ward's area with cells of the raster; null for a table."
    )
    coarse_cell = models.BooleanField(default=False, help_text="The ward is smaller than a cell.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="covariatevalue_ward_once", fields=["covariate", "ward"]),
            models.CheckConstraint(
                name="covariatevalue_coverage_is_a_share_of_half_or_more",
                condition=Q(coverage__isnull=True) | Q(coverage__gte=0.5, coverage__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value:g}"
