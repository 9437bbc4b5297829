"""What people found in a ward that could be left out of a campaign: a recorded human step."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tpr.models import Ward, Workflow

FINDINGS = ("formal", "informal", "mixed", "not_checked")
DECISIONS = ("leave_out", "keep_in")


class SettlementCheck(models.Model):
    """One signed check of one ward (risk.md section 13). Never changed: withdrawn, then made anew.

    Only what is formal may be left out: a formal ward whole, a mixed one by the share of its
    people who live in formal settlements.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=12)
    decision = models.CharField(max_length=10)
    share_left_out = models.FloatField(null=True, help_text="Per cent of the people; mixed only.")
    reason = models.CharField(max_length=500)
    signed_by = models.CharField(max_length=120, help_text="As the person wrote it.")
    actor = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["workflow", "-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                name="settlementcheck_one_live_per_ward",
                fields=["workflow", "ward"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="settlementcheck_finding_is_known", condition=Q(finding__in=FINDINGS)
            ),
            models.CheckConstraint(
                name="settlementcheck_decision_is_known", condition=Q(decision__in=DECISIONS)
            ),
            models.CheckConstraint(
                name="settlementcheck_only_formal_is_left_out",
                condition=~Q(decision="leave_out")
                | Q(finding="formal", share_left_out__isnull=True)
                | Q(  # null must not slip through: a check that is unknown passes
                    finding="mixed",
                    share_left_out__isnull=False,
                    share_left_out__gt=0,
                    share_left_out__lt=100,
                ),
            ),
            models.CheckConstraint(
                name="settlementcheck_share_only_when_left_out",
                condition=Q(decision="leave_out") | Q(share_left_out__isnull=True),
            ),
            models.CheckConstraint(
                name="settlementcheck_is_signed_with_a_reason",
                condition=~Q(reason="") & ~Q(signed_by=""),
            ),
            models.CheckConstraint(
                name="settlementcheck_withdrawn_by_somebody",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward}: {self.finding}, {self.decision}"
