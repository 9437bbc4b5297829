"""The transcript, as rows: the same on every device."""

from django.db import models
from django.db.models import Q

from tpr.models import Workflow, WorkflowEvent


class Message(models.Model):
    """Something a person or the system said. `parts` holds options, figures and links."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField()
    who = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    command = models.CharField(max_length=40, blank=True)
    slots = models.JSONField(default=dict, blank=True)
    parts = models.JSONField(default=dict, blank=True)
    event = models.ForeignKey(WorkflowEvent, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["workflow", "sequence"]
        constraints = [
            models.UniqueConstraint(name="message_sequence_once", fields=["workflow", "sequence"]),
            models.CheckConstraint(
                name="message_who_is_known", condition=Q(who__in=["person", "system"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.who}: {self.text[:60]}"
