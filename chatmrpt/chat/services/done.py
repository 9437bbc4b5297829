"""What carrying out a command gives."""

from dataclasses import dataclass

from chatmrpt.chat.replies.reply import Reply
from tpr.models import Workflow, WorkflowEvent


@dataclass(slots=True)
class Done:
    workflow: Workflow
    """Where the person goes on: another workflow after restart and resume."""
    event: WorkflowEvent
    reply: Reply
