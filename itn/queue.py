"""Names of this floor's tasks. Services call these; tasks call services; nothing goes round."""

from typing import Any

from chatmrpt.common.hints import hint_on_commit

MAKE_DOCUMENT = "itn.make_document"
CHECK_SHEET = "itn.check_sheet"


def make_document(document_id: Any) -> None:
    """Send the hint when the surrounding transaction commits."""
    hint_on_commit(MAKE_DOCUMENT, document_id)


def check_sheet(check_id: Any) -> None:
    """Send the hint when the surrounding transaction commits."""
    hint_on_commit(CHECK_SHEET, check_id)
