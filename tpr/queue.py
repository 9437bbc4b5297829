"""Names of this floor's tasks. Services call these; tasks call services; nothing goes round."""

from typing import Any

from chatmrpt.common.hints import hint_on_commit, send_hint

READ_UPLOAD = "tpr.read_upload"


def read_upload(upload_id: Any) -> None:
    hint_on_commit(READ_UPLOAD, upload_id)


def read_upload_now(upload_id: Any) -> bool:
    return send_hint(READ_UPLOAD, upload_id)


RUN_COMBINATION = "tpr.run_combination"


def run_combination(item_id: Any) -> None:
    hint_on_commit(RUN_COMBINATION, item_id)
