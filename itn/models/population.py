"""How many people live in each ward, by whom it was counted and for which year."""

from django.db import models
from django.db.models import Q

from tpr.models import BoundaryList, Ward


class PopulationSource(models.Model):
    """A named population list joined to one ward list.

    Loading the same name again for the same ward list supersedes the older source; plans that used
    the older one keep it.
    """

    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField(help_text="The year the figures stand for.")
    list = models.ForeignKey(BoundaryList, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)
    notes = models.JSONField(
        default=dict, blank=True, help_text="Counts of the load, rows left out and why."
    )

    class Meta:
        ordering = ["-loaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="populationsource_one_current_per_list",
                fields=["name", "list"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(name="populationsource_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="populationsource_year_is_a_year", condition=Q(year__range=(1950, 2100))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.year})"


class WardPopulation(models.Model):
    """Persons in one ward by one source. Zero is a figure; an unknown ward has no row."""

    source = models.ForeignKey(PopulationSource, on_delete=models.CASCADE, related_name="wards")
    ward = models.ForeignKey(Ward, on_delete=models.CASCADE, related_name="+")
    persons = models.DecimalField(max_digits=24, decimal_places=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="wardpopulation_ward_once_per_source", fields=["source", "ward"]
            ),
            models.CheckConstraint(
                name="wardpopulation_is_not_negative", condition=Q(persons__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_id}: {self.persons}"
