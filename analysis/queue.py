"""Names of this floor's tasks. Services call these; tasks call services; nothing goes round."""

from typing import Any

from chatmrpt.common.hints import hint_on_commit, send_hint

EXECUTE_RUN = "analysis.execute_run"


def execute_run(run_id: Any) -> None:
    """Send the hint when the surrounding transaction commits."""
    hint_on_commit(EXECUTE_RUN, run_id)


def execute_run_now(run_id: Any) -> bool:
    """Send the hint at once; False when the broker cannot be reached."""
    return send_hint(EXECUTE_RUN, run_id)
