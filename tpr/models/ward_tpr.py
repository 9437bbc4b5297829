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
    deff = models.FloatField(null=True, help_text="Design effect of the interval, >= 1.")
    deff_source = models.CharField(max_length=10, blank=True, help_text="own, borrowed, none.")
    n_eff = models.FloatField(null=True, help_text="tested / deff.")
    wide_low = models.FloatField(null=True, help_text="Percent, Wilson on n_eff: the one to show.")
    wide_high = models.FloatField(null=True)
    facilities_tested = models.PositiveIntegerField(default=0, help_text="With tests above 0.")
    deff_stable = models.FloatField(null=True, help_text="Design effect of the shrunk figure.")
    n_stable = models.FloatField(null=True, help_text="tested / deff_stable; 0 without tests.")
    alpha = models.FloatField(null=True, help_text="The shrunk figure is Beta(alpha, beta).")
    beta = models.FloatField(null=True)
    tpr_shrunk = models.FloatField(null=True, help_text="Percent.")
    shrunk_low = models.FloatField(null=True, help_text="5th percentile, percent.")
    shrunk_high = models.FloatField(null=True, help_text="95th percentile, percent.")
    pull = models.FloatField(null=True, help_text="Share of the shrunk figure from the LGA, 0-1.")
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
            models.CheckConstraint(
                name="wardtpr_design_effect_widens",
                condition=Q(deff__isnull=True)
                | Q(deff__gte=1, n_eff__isnull=False, n_eff__gt=0)
                & Q(wide_low__isnull=False, wide_high__isnull=False, wide_low__lte=F("wide_high"))
                & Q(deff_source__in=("own", "borrowed", "none")),
            ),
            models.CheckConstraint(
                name="wardtpr_shrunk_is_whole",
                condition=Q(tpr_shrunk__isnull=True)
                | Q(alpha__isnull=False, beta__isnull=False, pull__isnull=False)
                & Q(shrunk_low__isnull=False, shrunk_high__isnull=False)
                & Q(alpha__gt=0, beta__gt=0, pull__gte=0, pull__lte=1)
                & Q(shrunk_low__gte=0, shrunk_low__lte=F("shrunk_high"), shrunk_high__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward_name}: {self.tpr}"
