"""Reading what people type: pure rules over words, no model, no network, no database.

``understand(text, context)`` returns one command of the closed list of workflow.md §9.
"""

from .decide import understand
from .reading import ACTING, MARGIN_LIMIT, Candidate, Command, Context, Reading
from .vocabulary import Vocabulary

__all__ = [
    "ACTING",
    "MARGIN_LIMIT",
    "Candidate",
    "Command",
    "Context",
    "Reading",
    "Vocabulary",
    "understand",
]
