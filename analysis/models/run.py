"""An analysis run: a job, its parameters and its run card."""

import uuid

from django.db import models
from django.db.models import Q

from analysis.domain.choices import MOST_DRAWS, NORMALISATIONS, PROFILES
from chatmrpt.common.jobs import LIVE, Job, job_constraints
from tpr.models import BoundaryList, TprResult, Workflow


class AnalysisRun(Job):
    """One ranking of wards. `done` exactly when its score rows and card were written with it.

    A run belongs to a workflow's result, or (`workflow` null) to a ward table kept in `inputs`.
    Transitions: see chatmrpt.common.jobs. A trigger refuses `done` without its score rows.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    result = models.ForeignKey(
        TprResult, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    ward_list = models.ForeignKey(
        BoundaryList, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.CharField(max_length=80, db_index=True)
    profile = models.CharField(max_length=10)
    normalisation = models.CharField(max_length=10)
    parameters = models.JSONField(
        default=dict, help_text="Selection as resolved at the request: covariates, weights, top."
    )
    inputs = models.JSONField(
        null=True, blank=True, help_text="The ward table of a run without a workflow."
    )
    seed = models.PositiveBigIntegerField()
    draws = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64, db_index=True)
    algorithm = models.CharField(max_length=30)
    registry_version = models.CharField(max_length=40)
    n_wards = models.PositiveIntegerField(null=True, blank=True)
    notes = models.JSONField(default=list, blank=True)
    card = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-queued_at"]
        indexes = [models.Index(fields=["workflow", "-queued_at"])]
        constraints = [
            *job_constraints("analysisrun"),
            models.UniqueConstraint(
                name="analysisrun_one_live_per_fingerprint",
                fields=["workflow", "fingerprint"],
                condition=Q(status__in=LIVE),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="analysisrun_done_has_scores",
                condition=~Q(status="done") | Q(n_wards__isnull=False, n_wards__gte=1),
            ),
            models.CheckConstraint(
                name="analysisrun_profile_is_known", condition=Q(profile__in=PROFILES)
            ),
            models.CheckConstraint(
                name="analysisrun_normalisation_is_known",
                condition=Q(normalisation__in=NORMALISATIONS),
            ),
            models.CheckConstraint(
                name="analysisrun_draws_in_range",
                condition=Q(draws__gte=1) & Q(draws__lte=MOST_DRAWS),
            ),
            models.CheckConstraint(
                name="analysisrun_has_its_wards",
                condition=Q(workflow__isnull=False, result__isnull=False, inputs__isnull=True)
                | Q(workflow__isnull=True, result__isnull=True, inputs__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} run {str(self.uuid)[:8]} ({self.status})"
