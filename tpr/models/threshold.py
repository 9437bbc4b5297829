"""The limits of the quality checks as rows: a setting, not a fact, so an administrator may edit it."""

from django.db import models
from django.db.models import Q

from tpr.domain.quality.thresholds import OPTIONAL


class QualityThreshold(models.Model):
    """One limit of a quality check, shown beside every flag that it made."""

    code = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(max_length=120)
    value = models.FloatField(help_text="In the unit beside it. Changes flags, never a figure.")
    unit = models.CharField(max_length=20)
    in_use = models.BooleanField(
        default=True, help_text="Off: the option makes no flags. Only an option can be off."
    )
    source = models.CharField(max_length=200, help_text="Who says so; change it with the value.")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="qualitythreshold_is_positive", condition=Q(value__gt=0)),
            models.CheckConstraint(
                name="qualitythreshold_only_options_are_off",
                condition=Q(in_use=True) | Q(code__in=OPTIONAL),
            ),
            models.CheckConstraint(name="qualitythreshold_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.label
