"""The ward TPR of one combination of choices, stored when it was computed."""

from django.db import models
from django.db.models import F, Q

from tpr.models.place import BoundaryList, Ward
from tpr.models.workflow import Workflow

STATUSES = ("ok", "too_few", "no_tests", "unmatched", "not_in_file")


class TprResult(models.Model):
    """One result of a workflow: a combination of choices, its totals and its ward rows.

    Results are never overwritten: another choice makes another result, and the current one is the
    one that carries the workflow's present choices.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="results")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … within the workflow.")
    state = models.CharField(max_length=100)
    level = models.CharField(max_length=10)
    age_group = models.CharField(max_length=10)
    definition = models.CharField(max_length=20)
    exceeding = models.CharField(max_length=10)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    ward_list = models.ForeignKey(
        BoundaryList, on_delete=models.PROTECT, null=True, related_name="+"
    )
    fingerprint = models.CharField(max_length=64)
    totals = models.JSONField(help_text="Figures of the state: tested, positive, tpr, interval, …")
    decisions = models.JSONField(
        default=list, blank=True,
        help_text="What people decided about names of this file: LGA, name, kind, ward.",
    )  # fmt: skip
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["workflow", "number"]
        constraints = [
            models.UniqueConstraint(name="tprresult_number_once", fields=["workflow", "number"]),
            models.UniqueConstraint(name="tprresult_once", fields=["workflow", "fingerprint"]),
        ]

    def __str__(self) -> str:
        return f"{self.state}, {self.level}, {self.age_group}, {self.definition}"


class WardTpr(models.Model):
    """TPR of one ward in one result. `tpr` is in percent; null means undefined, `flags` say why."""

    result = models.ForeignKey(TprResult, on_delete=models.CASCADE, related_name="rows")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=100)
    lga = models.CharField(max_length=200, blank=True, help_text="Of the file, cleaned.")
    ward_name = models.CharField(max_length=300, blank=True, help_text="Of the file, cleaned.")
    match_method = models.CharField(max_length=12, default="none")
    facilities = models.PositiveIntegerField(default=0)
    facilities_reporting = models.PositiveIntegerField(default=0)
    facility_periods = models.PositiveIntegerField(default=0)
    tested = models.FloatField(null=True)
    positive = models.FloatField(null=True)
    tpr = models.FloatField(null=True, help_text="Percent, unrounded.")
    tpr_low = models.FloatField(null=True)
    tpr_high = models.FloatField(null=True)
    tested_rdt = models.FloatField(null=True)
    positive_rdt = models.FloatField(null=True)
    tested_microscopy = models.FloatField(null=True)
    positive_microscopy = models.FloatField(null=True)
    opd_ratio = models.FloatField(null=True, help_text="Positives per 100 out-patients: a ratio.")
    may_exceed = models.BooleanField(default=False, help_text="Ratios, and 'keep', may pass 100.")
    status = models.CharField(max_length=12)
    flags = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["result", "lga", "ward_name"]
        constraints = [
            models.UniqueConstraint(
                name="wardtpr_list_ward_once",
                fields=["result", "ward"],
                condition=Q(ward__isnull=False),
            ),
            models.UniqueConstraint(
                name="wardtpr_name_once",
                fields=["result", "state", "lga", "ward_name"],
                condition=~Q(status="not_in_file"),
            ),
            models.CheckConstraint(
                name="wardtpr_status_is_known", condition=Q(status__in=STATUSES)
            ),
            models.CheckConstraint(
                name="wardtpr_tpr_needs_tests",
                condition=Q(tpr__isnull=True) | Q(tested__isnull=False, tested__gt=0),
            ),
            models.CheckConstraint(
                name="wardtpr_tpr_is_a_percentage",
                condition=Q(tpr__isnull=True)
                | (Q(tpr__gte=0) & (Q(tpr__lte=100) | Q(may_exceed=True))),
            ),
            models.CheckConstraint(
                name="wardtpr_positive_within_tested",
                condition=Q(positive__isnull=True)
                | Q(may_exceed=True)
                | Q(tested__isnull=False, positive__lte=F("tested")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_name}: {self.tpr}"
