"""Bands of positivity as rows: named sets of limits that an administrator may edit."""

from django.db import models
from django.db.models import Q


class BandSet(models.Model):
    """A named set of bands. `sure` is the chance from which a ward is put into one class."""

    code = models.SlugField(max_length=40, primary_key=True)
    label = models.CharField(max_length=80)
    below = models.CharField(max_length=40, help_text="Name of the class under the first limit.")
    sure = models.FloatField(default=90.0, help_text="Percent; below it no single class is given.")
    source = models.CharField(max_length=200, help_text="Who says so; change it with the limits.")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="bandset_sure", condition=Q(sure__gt=50, sure__lt=100)),
            models.CheckConstraint(name="bandset_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.label


class Band(models.Model):
    """One band of a set: from `lower` percent (inclusive) to the next. The limit is its order."""

    band_set = models.ForeignKey(BandSet, on_delete=models.CASCADE, related_name="bands")
    lower = models.FloatField(help_text="Percent, above 0 and below 100.")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["band_set", "lower"]
        constraints = [
            models.UniqueConstraint(name="band_limit_once", fields=["band_set", "lower"]),
            models.CheckConstraint(
                name="band_limit_is_a_percentage", condition=Q(lower__gt=0, lower__lt=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, from {self.lower:g} %"
