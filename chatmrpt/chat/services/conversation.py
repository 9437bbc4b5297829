"""Saying something and choosing something are one thing: a command on a locked workflow.

Lock → the same key again gives the first answer → understand (chat only) → version check for
commands that act → carry out → ledger line and both messages, in one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from chatmrpt.chat.models import Message
from chatmrpt.chat.replies.leaving import asked_to_end
from chatmrpt.chat.replies.questions import may_be_an_option, options_of, question_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.services import carry_out
from chatmrpt.chat.services.context import SLOT_OF_STAGE, context_of
from chatmrpt.chat.services.done import Done
from chatmrpt.chat.services.transcript import write_turn
from chatmrpt.chat.services.vocabulary import vocabulary_now
from chatmrpt.chat.understand import ACTING, Command, Reading, understand
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import DomainError, InvalidInput, NotAnOption
from chatmrpt.common.once import reading_once
from tpr.api import check_version, locked_workflow
from tpr.domain.stages import AGE_GROUPS, CHOOSING, DEFINITIONS, EXCEEDING, LEVELS, Stage
from tpr.models import Workflow, WorkflowEvent
from tpr.services.ledger import line_with_key, record

KEY_LIMIT = 64
TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets back: where the workflow stands, the reply, and what was understood."""

    workflow: Workflow
    said: dict[str, Any]
    understood: dict[str, Any]
    repeated: bool = False
    is_current: bool = False
    """Whether `workflow` is all that was written, so that a page may be drawn from it at once."""
    event: WorkflowEvent | None = None

    @property
    def reply(self) -> dict[str, Any]:
        """What was said, with the options that are open now (contracts §4)."""
        return {
            "text": self.said["text"], "options": options_of(question_of(self.workflow)),
            "figures": self.said["figures"], "links": self.said["links"],
        }  # fmt: skip


def check_key(key: str) -> str:
    if len(key) > KEY_LIMIT:
        raise InvalidInput(
            "KEY_TOO_LONG", f"The idempotency key has {len(key)} characters; {KEY_LIMIT} is the most.",
        )  # fmt: skip
    return key


def say(uuid: UUID | str, *, text: str, version: int | None, key: str, actor: Actor) -> Answer:
    """Carry out what a person typed. A question carries no version check (workflow.md §6)."""
    text = text[:TEXT_LIMIT]
    with transaction.atomic():
        workflow = locked_workflow(uuid)
        if again := _first_answer(workflow, check_key(key)):
            return again
        with reading_once():  # nothing is written before it is understood
            option = typed_option(workflow, text)
            reading = None if option else _read(workflow, text)
            talk = reading and carry_out.answer_to(workflow, reading, text)
        if option or reading is None:
            assert option is not None
            _check_page(workflow, version, actor)
            slots = slots_of_choice(workflow, option["command"], option["value"])
            return _do(workflow, option["command"], slots, text, "", key, actor)
        command, slots = str(reading.command), dict(reading.slots)
        if reading.command in ACTING:
            _check_page(workflow, version, actor)
        return _do(workflow, command, slots, text, reading.heard, key, actor, talk=talk)


def _check_page(workflow: Workflow, version: int | None, actor: Actor) -> None:
    """Refuse a decision from a page without its version, or from one that is older than the row."""
    if version is None and actor.channel != "command":
        raise InvalidInput(
            "VERSION_REQUIRED",
            "Send the version of the page ('version' in the state), so that nothing is decided on "
            "an old page.",
        )
    check_version(workflow, version, actor)


def _read(workflow: Workflow, text: str) -> Reading:
    context, words = context_of(workflow), vocabulary_now()
    if asked_to_end(workflow):  # "end it all the same?" is answered by yes or no
        answered = understand(text, replace(context, stage=Stage.STATE_CONFIRMATION.value), words)
        if answered.command in (Command.CONFIRM, Command.REJECT):
            return answered
    return understand(text, context, words)


OWN_NUMBERS = (Stage.STATE_SELECTION, Stage.FACILITY_SELECTION, Stage.AGE_GROUP_SELECTION)
"""Menus whose numbers the interpreter reads itself, beside age words such as "under 5"."""


def typed_option(workflow: Workflow, text: str) -> dict[str, Any] | None:
    """Return the option whose label, or number in the list shown, is the whole of what was typed.

    Typing what stands on a button is pressing it (experience.md, principle 2).
    """
    wanted = " ".join(text.casefold().split()).strip(" .!")
    if not wanted or not may_be_an_option(workflow, wanted):
        return None
    question = question_of(workflow)
    for option in (question or {}).get("options", []):
        if wanted == " ".join(option["label"].casefold().split()):
            return dict(option)
        if wanted == str(option["number"]) and workflow.stage not in OWN_NUMBERS:
            return dict(option)
    return None


def choose(
    uuid: UUID | str, *, command: str, value: str, version: int | None, key: str, actor: Actor
) -> Answer:
    """Carry out a pressed button or a posted choice: the same command as if it were typed."""
    with transaction.atomic():
        workflow = locked_workflow(uuid)
        if again := _first_answer(workflow, check_key(key)):
            return again
        slots = slots_of_choice(workflow, command, value)
        check_version(workflow, version, actor)
        said = label_of_choice(workflow, command, value)
        answer = _do(workflow, command, slots, said, "", key, actor)
        if refused := offered_instead(workflow, answer.event, command, value):
            raise refused  # nothing of it is written: no page offers this value
        return answer


def command(
    uuid: UUID | str, *, command: str, slots: Mapping[str, Any], said: str, version: int | None,
    key: str, actor: Actor,
) -> Answer:  # fmt: skip
    """Carry out a command whose slots are already known (the risk and net forms, JSON clients).

    Unlike a typed sentence, a refusal of the service is raised to the caller.
    """
    with transaction.atomic():
        workflow = locked_workflow(uuid)
        if again := _first_answer(workflow, check_key(key)):
            return again
        check_version(workflow, version, actor)
        return _do(workflow, command, dict(slots), said, "", key, actor, strict=True)


OF_SLOT = {"level": LEVELS, "age": AGE_GROUPS}


def slots_of_choice(workflow: Workflow, command: str, value: str) -> dict[str, Any]:
    """Read a form's value: the slot is named (`level:primary`), or the open question decides."""
    if command not in carry_out.KNOWN:
        raise InvalidInput(
            "UNKNOWN_COMMAND", f"'{command}' is not a command of this page.", {"command": command}
        )
    if command in ("select", "switch", "start_tpr"):
        slot, _, named = value.partition(":")
        if named and slot in ("state", "level", "age"):
            return {slot: named}
        slot = SLOT_OF_STAGE.get(Stage(workflow.stage), "")
        named_by_value = value in LEVELS + AGE_GROUPS
        if not slot or (named_by_value and value not in OF_SLOT.get(slot, ())):
            slot = "level" if value in LEVELS else "age" if value in AGE_GROUPS else "state"
        return {slot: value}
    if command == "back":
        return {"target": value} if value else {}
    if command == "set":
        name, _, setting = value.partition(":")
        return {("method" if name == "definition" else name): setting}
    if command == "answer_review":
        pairs = (line.partition("=") for line in value.splitlines() if "=" in line)
        return {"answers": {code.strip(): answer.strip() for code, _, answer in pairs}}
    return {"value": value} if value else {}


NO_OPTION = {
    "unknown_state": "states", "unknown_level": "levels", "level_not_in_state": "levels",
    "unknown_age": "ages", "unknown_definition": "definitions", "unknown_exceeding": "exceeding",
    "unknown_list": "lists", "unknown_period": "", "nothing_selected": "", "unknown_target": "",
    "NOT_ASKED": "",
}  # fmt: skip
"""Refusals that mean "this value is no option", and which list it is missing from."""


def offered_instead(
    workflow: Workflow, line: WorkflowEvent | None, command: str, value: str
) -> NotAnOption | None:
    """Return the refusal of the line just written when the posted value is no option here."""
    refusal = (line.payload.get("refusal") or {}) if line else {}
    if refusal.get("code") not in NO_OPTION:
        return None
    lists = {
        "states": refusal.get("states"), "levels": [*refusal.get("levels", ()), "all"],
        "ages": AGE_GROUPS, "definitions": DEFINITIONS, "exceeding": EXCEEDING,
        "lists": refusal.get("lists"),
    }  # fmt: skip
    shown = [o["value"] for o in options_of(question_of(workflow)) if o["command"] == command]
    options = list(lists.get(NO_OPTION[refusal["code"]]) or shown)
    offered = f" It has: {', '.join(options[:8])}." if options else ""
    more = f" {len(options) - 8} more are in facts.options." if len(options) > 8 else ""
    return NotAnOption(
        "NOT_AN_OPTION", f"'{value[:60]}' is not an option of '{command}' here.{offered}{more}",
        {"command": command, "value": value[:200], "options": options},
    )  # fmt: skip


def label_of_choice(workflow: Workflow, command: str, value: str) -> str:
    question = question_of(workflow)
    for option in (question or {}).get("options", []):
        if option["command"] == command and option["value"] == value:
            return str(option["label"])
    return f"{command.replace('_', ' ')} {value}".strip()


def _do(
    workflow: Workflow, command: str, slots: Mapping[str, Any], said: str, heard: str, key: str,
    actor: Actor, *, strict: bool = False, talk: carry_out.Talk | None = None,
) -> Answer:  # fmt: skip
    settled = command in carry_out.OF_THE_ROW and Stage(workflow.stage) in CHOOSING
    try:
        with transaction.atomic():
            done = carry_out.carry_out(workflow, command, dict(slots), said, key, actor, talk=talk)
    except DomainError as error:
        if strict or error.http_status in (404, 413):
            raise
        # What was said stays in the transcript, with the reason why it could not be done.
        settled = False
        workflow.refresh_from_db()
        event = record(workflow, command=command, actor=actor, key=key, decided=False, payload={
            "slots": dict(slots), "facts": {}, "refusal": {"code": error.code},
        })  # fmt: skip
        done = Done(workflow, event, Reply(text=error.message))
    done.reply.heard = done.reply.heard or heard
    write_turn(workflow, said, command, dict(slots), done.reply, event=done.event)
    answer = _answer(done.workflow, done.reply.full_text, done.reply.figures, done.reply.links,
                     command, dict(slots))  # fmt: skip
    return replace(answer, is_current=settled, event=done.event)


def _answer(
    workflow: Workflow, text: str, figures: Any, links: Any, command: str, slots: dict[str, Any],
    *, repeated: bool = False,
) -> Answer:  # fmt: skip
    told = {"text": text, "figures": figures, "links": links}
    return Answer(workflow, told, {"command": command, "slots": slots}, repeated)


def _first_answer(workflow: Workflow, key: str) -> Answer | None:
    """Return the answer this key got before, from its rows; nothing happens twice."""
    event = line_with_key(workflow, key)
    return answer_of_event(workflow, event) if event else None


def answer_of_event(workflow: Workflow, event: WorkflowEvent) -> Answer:
    messages = {m.who: m for m in Message.objects.filter(workflow=workflow, event=event)}
    asked, told = messages.get("person"), messages.get("system")
    parts = told.parts if told else {}
    text = f"{parts.get('lead', '')} {told.text if told else ''}".strip()
    moved_to = event.payload.get("continued_as")
    current = Workflow.objects.get(pk=moved_to) if moved_to else workflow
    return _answer(
        current, text, parts.get("figures", []), parts.get("links", []),
        asked.command if asked else event.command, asked.slots if asked else {}, repeated=True,
    )  # fmt: skip
