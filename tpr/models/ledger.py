"""The ledger: every command that reached a workflow, in order, never changed afterwards."""

from django.db import models
from django.db.models import Q

from chatmrpt.common.actors import CHANNELS
from tpr.models.workflow import STAGES, Workflow


class WorkflowEvent(models.Model):
    """One line of the ledger. A trigger refuses update and delete (migration 0002)."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    command = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    stage_from = models.CharField(max_length=24)
    stage_to = models.CharField(max_length=24)
    version = models.PositiveIntegerField(help_text="Of the workflow after this line.")
    channel = models.CharField(max_length=10)
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=150, blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    served_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["workflow", "sequence"]
        constraints = [
            models.UniqueConstraint(
                name="workflowevent_sequence_once", fields=["workflow", "sequence"]
            ),
            models.UniqueConstraint(
                name="workflowevent_key_once",
                fields=["workflow", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="workflowevent_channel_is_known", condition=Q(channel__in=CHANNELS)
            ),
            models.CheckConstraint(
                name="workflowevent_stages_are_known",
                condition=Q(stage_from__in=STAGES) & Q(stage_to__in=STAGES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.command}"
