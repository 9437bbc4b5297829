"""What the pages and commands may call of the conversation."""

from chatmrpt.chat.selectors import page_of, state_of, workflows_of
from chatmrpt.chat.services.conversation import Answer, answer_of_event, choose, say
from chatmrpt.chat.services.resume import resume_by_code
from chatmrpt.chat.services.start import start_workflow

__all__ = [
    "Answer",
    "answer_of_event",
    "choose",
    "page_of",
    "resume_by_code",
    "say",
    "start_workflow",
    "state_of",
    "workflows_of",
]
