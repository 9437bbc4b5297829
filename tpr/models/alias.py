"""The memory of ward matching: what people decided about a name of one LGA (wards.md §5.1)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tpr.domain.wardlists import KINDS, Decision
from tpr.models.place import BoundaryList, Ward
from tpr.models.workflow import Workflow

SHARED = ""
"""Owner of what an administrator brought in for everybody; people's own decisions come first."""


class WardAlias(models.Model):
    """One decision about one name, in one list, state and LGA. Withdrawn and restored, never changed."""

    owner = models.CharField(max_length=80, blank=True, help_text="Empty: shared by everybody.")
    list = models.ForeignKey(BoundaryList, on_delete=models.CASCADE, related_name="aliases")
    state = models.CharField(max_length=100)
    lga = models.CharField(max_length=200, blank=True, help_text="As written in the data.")
    lga_key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300, help_text="As written in the data.")
    name_key = models.CharField(max_length=300)
    kind = models.CharField(max_length=12)
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, null=True, related_name="aliases")
    score = models.FloatField(null=True, help_text="Of the suggestion that was accepted.")
    note = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=80)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    workflow = models.ForeignKey(
        Workflow, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reused = models.PositiveIntegerField(default=0, help_text="Results of other workflows.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["state", "lga_key", "name_key", "decided_at"]
        verbose_name_plural = "ward aliases"
        constraints = [
            models.UniqueConstraint(
                name="wardalias_one_live_decision_per_name",
                fields=["owner", "list", "state", "lga_key", "name_key"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(kind="different"),
            ),
            models.UniqueConstraint(
                name="wardalias_one_live_refusal_per_ward",
                fields=["owner", "list", "state", "lga_key", "name_key", "ward"],
                condition=Q(withdrawn_at__isnull=True, kind="different"),
            ),
            models.UniqueConstraint(
                name="wardalias_one_live_name_per_ward",
                fields=["owner", "list", "ward"],
                condition=Q(withdrawn_at__isnull=True, kind="same"),
            ),
            models.CheckConstraint(name="wardalias_kind_is_known", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="wardalias_ward_unless_not_on_list",
                condition=Q(kind="not_on_list", ward__isnull=True)
                | (~Q(kind="not_on_list") & Q(ward__isnull=False)),
            ),
            models.CheckConstraint(name="wardalias_has_a_name", condition=~Q(name_key="")),
            models.CheckConstraint(
                name="wardalias_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.lga}): {self.kind}"

    @property
    def decision(self) -> Decision:
        return Decision(
            state=self.state, lga_key=self.lga_key, name_key=self.name_key, kind=self.kind,
            ward_id=self.ward_id, since=timezone.localtime(self.decided_at).date(), id=self.pk,
        )  # fmt: skip
