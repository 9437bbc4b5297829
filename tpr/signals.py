"""Sent inside the transaction that writes a ledger line, so that the transcript can say it too."""

from django.dispatch import Signal

recorded = Signal()
"""Arguments: `event`, the WorkflowEvent just written."""
