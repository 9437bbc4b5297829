"""Two hundred posts on one workflow at once, shuffled and repeated: none lost, none doubled."""

import random
import threading
from collections import Counter
from queue import Empty, SimpleQueue
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from chatmrpt.chat.models import Message
from chatmrpt.chat.services.conversation import choose, say
from chatmrpt.chat.tests.services.talks import now, started
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import StaleVersion
from tpr.models import Workflow, WorkflowEvent
from tpr.services.replay import replay

POSTS, DISTINCT, HANDS = 200, 80, 8
TEXTS = ("how many wards?", "Adamawa", "yes", "primary", "under five", "back", "undo", "skip",
         "status", "Kwara", "no", "all ages", "what is tpr?", "use RDT only", "hmm hm",
         "what have i selected")  # fmt: skip
BUTTONS = (("select", "primary"), ("back", "state"), ("confirm", "yes"), ("undo", ""))


@pytest.mark.django_db(transaction=True)
def test_no_message_is_lost_and_none_is_doubled_when_everybody_posts_at_once() -> None:
    workflow, seed = started(), random.randrange(10_000)
    deeds = [
        (uuid4().hex, random.choice(BUTTONS if n % 5 == 0 else TEXTS)) for n in range(DISTINCT)
    ]
    posts: SimpleQueue = SimpleQueue()
    repeated = deeds + random.choices(deeds, k=POSTS - DISTINCT)
    random.shuffle(repeated)
    for post in repeated:
        posts.put(post)
    answers: dict[str, set[str]] = {key: set() for key, _ in deeds}
    failures: list[BaseException] = []

    def device(number: int) -> None:
        actor = Actor(channel="chat", owner=f"visitor:{number % 3}")
        try:
            while True:
                key, deed = posts.get_nowait()
                answers[key].add(post_until_taken(workflow, key, deed, actor))
        except Empty:
            return
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    hands = [threading.Thread(target=device, args=[n]) for n in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert not failures, (seed, failures)
    # One ledger line and one pair of messages for each key; every repeat got the first answer.
    keyed = WorkflowEvent.objects.filter(idempotency_key__in=answers)
    assert Counter(keyed.values_list("idempotency_key", flat=True)) == Counter(list(answers))
    assert all(len(texts) == 1 for texts in answers.values())
    said = Message.objects.filter(workflow=workflow, event__in=keyed)
    assert said.filter(who="person").count() == DISTINCT
    assert said.filter(who="system").count() == DISTINCT
    for rows in (Message.objects.filter(workflow=workflow), workflow.events.all()):
        numbers = list(rows.order_by("sequence").values_list("sequence", flat=True))
        assert numbers == list(range(1, len(numbers) + 1)), "no gap and no number twice"
    assert replay(now(workflow))["differs"] == []


def post_until_taken(
    workflow: Workflow, key: str, deed: str | tuple[str, str], actor: Actor
) -> str:  # fmt: skip
    """Post as a page does: on the newest version; look again when told that it moved on."""
    while True:
        version = Workflow.objects.values_list("version", flat=True).get(pk=workflow.pk)
        try:
            if isinstance(deed, str):
                given = say(workflow.pk, text=deed, version=version, key=key, actor=actor)
            else:
                given = choose(workflow.pk, command=deed[0], value=deed[1], version=version,
                               key=key, actor=actor)  # fmt: skip
        except StaleVersion:
            continue
        except OperationalError as error:  # the queue before the row was too long: again
            assert "lock timeout" in str(error)
            continue
        return str(given.reply["text"])
