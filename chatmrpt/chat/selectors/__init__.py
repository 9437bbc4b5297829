"""What pages and JSON are made from."""

from chatmrpt.chat.selectors.page import page_of
from chatmrpt.chat.selectors.quality import issue_groups
from chatmrpt.chat.selectors.state import state_of, workflows_of

__all__ = ["issue_groups", "page_of", "state_of", "workflows_of"]
