"""What a telephone call to a facility found; the call list stays a computation."""

from django.db import models
from django.db.models import Q

from tpr.models.workflow import Workflow

OUTCOMES = {
    "confirmed": "The figure is right",
    "wrong": "The figure is wrong",
    "unclear": "Not clear yet",
    "no_answer": "Nobody answered",
    "closed": "The facility is closed",
}


class CallAnswer(models.Model):
    """One call: to which facility about which period, when, by whom, what was found.

    It names the facility as the file does, because a file that is read again gets new facility
    rows. An answer never changes a figure. A later call is a further row.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="call_answers")
    state = models.CharField(max_length=100)
    lga = models.CharField(max_length=200, blank=True)
    ward = models.CharField(max_length=300, blank=True)
    facility = models.CharField(max_length=300)
    period_start = models.DateField(null=True, help_text="Null: about the whole file.")
    called_on = models.DateField()
    called_by = models.CharField(max_length=120)
    outcome = models.CharField(max_length=12)
    found = models.CharField(max_length=1000, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.CharField(max_length=80, help_text="Key of the person or command.")

    class Meta:
        ordering = ["workflow", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="callanswer_outcome_is_known", condition=Q(outcome__in=list(OUTCOMES))
            ),
            models.CheckConstraint(
                name="callanswer_says_who", condition=~Q(called_by="") & ~Q(facility="")
            ),
            models.CheckConstraint(
                name="callanswer_wrong_says_what", condition=~Q(outcome="wrong") | ~Q(found="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.outcome}"
