"""Leaving the tour of a sample workflow, and beginning it again."""

from chatmrpt.chat.models import TourEnd
from tpr.models import Workflow


def end_tour(workflow: Workflow) -> None:
    """Writes: TourEnd. Idempotent: twice is once."""
    TourEnd.objects.get_or_create(workflow=workflow)


def begin_tour(workflow: Workflow) -> None:
    """Writes: takes the TourEnd away. Idempotent."""
    TourEnd.objects.filter(workflow=workflow).delete()
