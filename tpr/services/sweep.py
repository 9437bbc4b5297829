"""Send hints again for jobs whose message may be lost. Safe to run anywhere, any number of times."""

from chatmrpt.common.hints import send_hint
from chatmrpt.common.jobs import Job, due_for_a_hint, mark_hinted


def sweep(jobs: list[tuple[type[Job], str]], *, dry_run: bool = False) -> dict[str, int]:
    """Re-hint due rows of each (model, task name); returns how many per task were sent.

    With `dry_run` only counts. When the broker is away the rows stay due and nothing is lost.
    """
    sent: dict[str, int] = {}
    for model, task in jobs:
        due = due_for_a_hint(model)
        if dry_run:
            sent[task] = len(due)
            continue
        reached = []
        for pk in due:
            if not send_hint(task, pk):
                break
            reached.append(pk)
        mark_hinted(model, reached)
        sent[task] = len(reached)
    return sent
