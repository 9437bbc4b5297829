"""Senseless requests in every stage: no 5xx, no generic reply, no ledger that no longer replays.

A bounded part of `scripts/bench fuzz`, which sends many thousands.
"""

from uuid import uuid4

import pytest
from django.test import Client

from chatmrpt.chat.tests.views.visits import ANSWERS, send, upload
from chatmrpt.testing.fuzz import Fuzz, Wrong, check_ledger
from chatmrpt.testing.uploads import TWO_STATES, csv_bytes
from tpr.models import Workflow
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload

pytestmark = pytest.mark.django_db

STAGES = ("state_selection", "state_confirmation", "facility_selection", "age_group_selection",
          "complete")  # fmt: skip


@pytest.mark.parametrize("answered", range(len(STAGES)), ids=STAGES)
def test_senseless_messages_are_answered_in_words_and_the_ledger_replays(
    client: Client, answered: int
) -> None:
    workflow = upload(client)
    for choice in ANSWERS[:answered]:
        send(client, workflow, "choices/", choice=choice)
    assert Workflow.objects.get(pk=workflow.pk).stage == STAGES[answered]
    fuzz = Fuzz(client, seed=100 + answered)
    for _ in range(25):
        fuzz.message(workflow)
    check_ledger(workflow)
    assert fuzz.counts["answered 200"] >= 5, fuzz.counts


def test_an_ended_and_a_waiting_workflow_bear_them_too(client: Client) -> None:
    ended, waiting = upload(client), upload(client, TWO_STATES[:3])
    send(client, ended, "messages/", text="exit")
    assert Workflow.objects.get(pk=ended.pk).stage == "cancelled"
    fuzz = Fuzz(client, seed=7)
    for workflow in (ended, waiting):
        for _ in range(10):
            fuzz.message(workflow)
        check_ledger(workflow)


def test_a_client_that_makes_every_mistake_loses_no_byte_that_was_acknowledged(
    client: Client,
) -> None:
    fuzz = Fuzz(client, seed=11)
    for _ in range(12):
        fuzz.upload()
        fuzz.announce()
    assert fuzz.counts["answered 204"] >= 10, fuzz.counts
    assert fuzz.counts["uploads that became whole"] >= 2, fuzz.counts


def test_the_judge_finds_what_it_looks_for(client: Client) -> None:
    workflow = upload(client)
    fuzz = Fuzz(client, seed=1)
    Workflow.objects.filter(pk=workflow.pk).update(state="Kwara", stage="state_confirmation")
    with pytest.raises(Wrong, match="does not replay"):
        check_ledger(workflow)

    class Broken:
        status_code, headers = 500, {}

    with pytest.raises(Wrong, match="500 for /x"):
        fuzz._judge(Broken(), "/x", {})


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_read_or_refused_with_a_code_and_never_breaks_the_reader(
    seed: int,
) -> None:
    content = damaged(csv_bytes(TWO_STATES), seed)
    found = accept_upload(
        owner=f"visitor:{uuid4().hex}", name="x.csv", chunks=[content], size=len(content)
    )
    read_upload(found.pk)
    found.refresh_from_db()
    assert found.status in ("ready", "review", "rejected"), found.status
    assert found.reading.error_code != "internal"
    if found.status == "rejected":
        assert found.error_code and found.error_message


def damaged(content: bytes, seed: int) -> bytes:
    """A file with bytes changed, cut off, or nothing but chance."""
    import random

    chance = random.Random(seed)
    if seed == 0:
        return chance.randbytes(5000)
    if seed == 1:
        return b"PK\x03\x04" + chance.randbytes(3000)
    damage = bytearray(content[: chance.randrange(len(content) // 2, len(content))])
    for _ in range(40):
        damage[chance.randrange(len(damage))] = chance.randrange(256)
    return bytes(damage)
