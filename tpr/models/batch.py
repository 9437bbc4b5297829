"""One combination of a batch: upload × state × level × age group, as a resumable job row."""

from django.db import models
from django.db.models import Q

from chatmrpt.common.jobs import Job, job_constraints
from tpr.domain.stages import AGE_GROUPS, LEVELS
from tpr.models.upload import Upload
from tpr.models.ward_tpr import TprResult


class BatchItem(Job):
    """A combination to compute once. A second batch over the same file finds it done."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=100)
    level = models.CharField(max_length=10)
    age_group = models.CharField(max_length=10)
    result = models.ForeignKey(TprResult, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *job_constraints("batchitem"),
            models.UniqueConstraint(
                name="batchitem_combination_once", fields=["upload", "state", "level", "age_group"]
            ),
            models.CheckConstraint(
                name="batchitem_done_has_a_result",
                condition=~Q(status="done") | Q(result__isnull=False),
            ),
            models.CheckConstraint(
                name="batchitem_choices_are_known",
                condition=Q(level__in=LEVELS) & Q(age_group__in=AGE_GROUPS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state}, {self.level}, {self.age_group}"
