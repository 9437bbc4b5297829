"""Any sequence of commands leaves the ledger replaying to the stored state."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chatmrpt.chat.models import Message
from chatmrpt.chat.services.conversation import choose, command, say
from chatmrpt.chat.tests.services.talks import CHAT, now, started
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import DomainError
from tpr.models import Workflow
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db
OTHER = Actor(channel="form", owner="visitor:b")
TEXTS = ["Adamawa", "Kwara", "kwarra state", "yes", "no", "primary", "tertiary", "2", "0", "u5", "all",
         "skip", "back", "back to state", "back to age", "undo", "undo that", "restart", "resume",
         "exit", "status", "how many wards?", "use RDT only", "cap at 100", "recalculate with 2024 only",
         "switch to all facilities, pregnant women", "sorry I meant Kwara", "Adamawa, all, children",
         "not primary", "", "call me later", "plan 5000 nets", "start over with Adamawa"]  # fmt: skip
CHOICES = [("select", "Adamawa"), ("select", "level:primary"), ("select", "age:all"), ("back", ""),
           ("set", "definition:pooled"), ("set", "period:all"), ("confirm", "yes"),
           ("reject", "no"), ("undo", ""), ("exit", ""), ("set", "exceeding:cap")]  # fmt: skip
COMMANDS = [("select", {"state": "Adamawa", "level": "all", "age": "pw"}), ("undo", {}),
            ("back", {"target": "level"}), ("set", {"method": "rdt", "exceeding": "keep"}),
            ("skip", {}), ("switch", {"age": "o5"})]  # fmt: skip
STEPS = st.one_of(
    st.sampled_from([("say", t) for t in TEXTS]), st.sampled_from([("choose", c) for c in CHOICES]),
    st.sampled_from([("do", c) for c in COMMANDS]),
)  # fmt: skip


def step(workflow: Workflow, kind: str, what: Any, actor: Actor, key: str) -> Workflow:
    version = now(workflow).version
    try:
        if kind == "say":
            return say(workflow.pk, text=what, version=version, key=key, actor=actor).workflow
        if kind == "choose":
            return choose(
                workflow.pk, command=what[0], value=what[1], version=version, key=key, actor=actor
            ).workflow
        return command(workflow.pk, command=what[0], slots=what[1], said="", version=version,
                       key=key, actor=actor).workflow  # fmt: skip
    except DomainError:
        return workflow


@pytest.fixture
def begun() -> Workflow:
    return started()


@settings(
    max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(st.tuples(STEPS, st.booleans(), st.booleans()), min_size=4, max_size=16))
def test_the_ledger_replays_after_any_sequence(
    begun: Workflow, steps: list[tuple[tuple[str, Any], bool, bool]]
) -> None:
    with transaction.atomic():
        here, seen = begun, {begun.pk}
        for number, ((kind, what), other, twice) in enumerate(steps):
            actor = OTHER if other else CHAT
            for _ in range(2 if twice else 1):
                after = step(here, kind, what, actor, f"key{number}")
            here = after
            seen.add(here.pk)
        for pk in seen:
            workflow = Workflow.objects.get(pk=pk)
            assert replay(workflow)["differs"] == []
            for rows in (Message.objects.filter(workflow=workflow), workflow.events.all()):
                numbers = list(rows.order_by("sequence").values_list("sequence", flat=True))
                assert numbers == list(range(1, len(numbers) + 1))
        transaction.set_rollback(True)
