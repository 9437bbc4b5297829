"""A workflow that is started at the very moment at which its file has been read is told so."""

import threading

import pytest
from django.db import connection

from chatmrpt.testing.uploads import TWO_STATES, VISITOR, csv_bytes
from tpr import locks
from tpr.models import Workflow
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload
from tpr.services.workflow import start_workflow


@pytest.mark.django_db(transaction=True)
def test_a_workflow_started_while_the_reading_waits_for_the_upload_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Found by 84 people at once on a slow machine: two waited for ever on a file that was read."""
    content = csv_bytes(TWO_STATES)
    upload = accept_upload(owner=VISITOR.owner, name="t.csv", chunks=[content], size=len(content))
    lock, started = locks.upload, []

    def start() -> None:
        started.append(start_workflow(upload=upload, actor=VISITOR))
        connection.close()

    def late(pk: object) -> object:
        if not started and threading.current_thread() is threading.main_thread():
            other = threading.Thread(target=start)
            other.start()
            other.join(20)
        return lock(pk)

    monkeypatch.setattr(locks, "upload", late)
    read_upload(upload.pk)
    assert len(started) == 1
    assert Workflow.objects.get().stage == "state_selection"
