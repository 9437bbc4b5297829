"""People in the database: a session each, and a workflow on the sample that is already read."""

from pathlib import Path

from kit.site import Person


def sample_upload():  # type: ignore[no-untyped-def]
    """Load the sample state and read its workbook once."""
    from django.core.management import call_command

    from chatmrpt.common.actors import Actor
    from tpr.models import SampleFile, Upload
    from tpr.services.accept_upload import accept_upload
    from tpr.services.read_upload import read_upload

    with Path("/dev/null").open("w") as nowhere:
        call_command("load_sample", stdout=nowhere)
    content = bytes(SampleFile.objects.get(name="nmep_workbook.xlsx").content)
    owner = Actor(channel="command", owner="command:bench").owner
    upload = accept_upload(
        owner=owner, name="sample.xlsx", chunks=[content], size=len(content), is_sample=True,
        reading={"unattended": True},
    )  # fmt: skip
    read_upload(upload.pk)
    return Upload.objects.get(pk=upload.pk)


def person(upload, number: int, port: int) -> Person:  # type: ignore[no-untyped-def]
    """Return a browser that has just come to its own workflow on `upload`."""
    from django.contrib.sessions.backends.db import SessionStore

    from chatmrpt.common.actors import Actor
    from tpr.services.workflow import start_workflow

    visitor = f"bench{number}"
    session = SessionStore()
    session["visitor"] = visitor
    session.create()
    actor = Actor(channel="form", owner=f"visitor:{visitor}")
    workflow = start_workflow(upload=upload, actor=actor)
    return Person(port, session.session_key or "", str(workflow.uuid), workflow.version)
