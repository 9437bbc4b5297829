"""Carrying out one understood command on a locked workflow."""

from collections.abc import Callable, Mapping
from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.replies import answers, moves, navigation
from chatmrpt.chat.replies.leaving import asked_to_end
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.services import match_names, navigate
from chatmrpt.chat.services.done import Done
from chatmrpt.chat.understand import Reading
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, DomainError, InvalidInput
from chatmrpt.common.language import say
from chatmrpt.common.once import reading_once
from itn import api as itn_api
from tpr.domain.stages import Refusal, Stage
from tpr.models import Workflow, WorkflowEvent
from tpr.selectors.options import age_options, level_options, state_options
from tpr.services.answer_review import answer_review
from tpr.services.ledger import line_with_key, record
from tpr.services.workflow import apply_command

TEXTS = ("name", "population_source")
"""Options of a plan that are words, not numbers."""


MOVES = ("select", "switch", "start_tpr", "confirm", "reject", "skip", "back", "set")
TALK = (
    "status", "help", "ask", "trend", "compare", "explain", "chart", "map", "filter", "export",
    "clarify", "error", "refuse", "greet", "smalltalk", "unknown", "pause",
)  # fmt: skip
GUIDES: dict[str, Callable[..., Reply]] = {
    "status": navigation.status, "help": navigation.help_with, "pause": navigation.pause,
}  # fmt: skip


Talk = Reply | DomainError
"""An answer that writes nothing but the line that it was asked for, or why there is none."""


def answer_to(workflow: Workflow, reading: Reading, said: str) -> Talk | None:
    """Answer a question from what stands in the rows; None when it is not one but a decision.

    Called while what was read to understand it is still at hand (`reading_once`).
    """
    command = str(reading.command)
    if command not in TALK:
        return None
    try:
        return _talk(command)(workflow, dict(reading.slots), said)
    except DomainError as error:
        return error


def carry_out(
    workflow: Workflow, command: str, slots: dict[str, Any], said: str, key: str, actor: Actor, *,
    talk: Talk | None = None,
) -> Done:  # fmt: skip
    """Do it, write the ledger line, and say what happened.

    Locks: the caller holds the workflow's lock. Idempotent by: the key, looked up by the caller.
    Raises DomainError with words when it cannot be done; the caller keeps what was said.
    """
    if command in ("confirm", "reject") and asked_to_end(workflow):
        leave = navigate.end if command == "confirm" else navigate.stay
        return leave(workflow, slots, key, actor)
    card = command == "skip" and workflow.stage == Stage.REVIEW_UPLOAD
    if card and (done := navigate.skip_card(workflow, slots, key, actor)):
        return done
    if command in MOVES:
        return _move(workflow, command, slots, said, key, actor)
    if special := SPECIAL.get(command):
        return special(workflow, slots, key, actor)
    reply = talk or _talk(command)(workflow, slots, said)
    if isinstance(reply, DomainError):
        raise reply
    event = record(workflow, command=command, actor=actor, key=key, decided=False,
                   payload={"slots": _storable(slots), "facts": {}})  # fmt: skip
    return Done(workflow, event, reply)


def _talk(command: str) -> Callable[..., Reply]:
    """How a question is answered. Nothing is written meanwhile."""

    def answer(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
        with reading_once():
            if command in GUIDES:
                return GUIDES[command](workflow, slots, said)
            return answers.answer(workflow, command, slots, said)

    return answer


def _storable(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple | set) else v for name, v in slots.items()}


def resolve(workflow: Workflow, slots: dict[str, Any]) -> dict[str, Any]:
    """Replace `recommended` and `item` by the value they mean in the list that was shown."""
    slots = dict(slots)
    menu = {
        Stage.STATE_SELECTION: ("state", lambda: state_options(workflow.upload)),
        Stage.FACILITY_SELECTION: ("level", lambda: level_options(workflow)),
        Stage.AGE_GROUP_SELECTION: ("age", lambda: age_options(workflow)),
    }.get(Stage(workflow.stage))
    if menu is None:
        return slots
    slot, load = menu
    if slots.pop("recommended", False) and slot not in slots:
        best = next((o.value for o in load() if o.recommended), None)
        if best:
            slots[slot] = best
    item = slots.pop("item", None)
    if item is not None and slot not in slots:
        options = load()
        if not 1 <= int(item) <= len(options):
            raise Conflict(
                "NUMBER_OUT_OF_RANGE",
                say("Please choose 1 to {options}.", options=len(options)),
                {"item": item},
            )
        slots[slot] = options[int(item) - 1].value
    return slots


def _move(
    workflow: Workflow, command: str, slots: dict[str, Any], said: str, key: str, actor: Actor
) -> Done:
    if command in ("select", "switch", "start_tpr"):
        slots = resolve(workflow, slots)
    stage = Stage(workflow.stage)
    asked = workflow.upload.questions if stage == Stage.REVIEW_UPLOAD and workflow.upload else []
    outcome = apply_command(workflow, command=command, slots=_storable(slots), actor=actor, key=key)
    if isinstance(outcome.refusal, Refusal):
        return Done(workflow, outcome.event, moves.after_refusal(workflow, outcome.refusal))
    assert outcome.move is not None
    with reading_once():
        reply = moves.after_move(workflow, outcome.move, outcome.result)
        left = navigation.out_of_date(workflow) if stage == Stage.COMPLETE else ""
    if command == "skip" and (slot := SKIPPED.get(stage)):
        reply = Reply(
            lead=navigation.skipped(workflow, slot, outcome.event), text=reply.text,
            figures=reply.figures, links=reply.links,
        )  # fmt: skip
    if left:
        reply.text = f"{reply.text}\n\n{left}".strip()
    if asked:
        reply.text = f"{moves.taken_as_recommended(asked)} {reply.text}".strip()
    return Done(workflow, outcome.event, reply)


SKIPPED = {Stage.FACILITY_SELECTION: "level", Stage.AGE_GROUP_SELECTION: "age"}


def _run_risk(workflow: Workflow, slots: dict[str, Any], key: str, actor: Actor) -> Done:
    profile = slots.get("profile") or "sound"
    run = analysis_api.request_run(
        workflow.uuid, profile=profile, variables=slots.get("variables"),
        weights=slots.get("weights"), seed=slots.get("seed"), draws=slots.get("draws"),
        top=slots.get("top"), normalisation=slots.get("normalisation"), actor=actor, key=key,
    )  # fmt: skip
    workflow.refresh_from_db()
    event = _line(workflow, "run_risk", slots, key, actor)
    if run.status == "done":
        text = say(
            "This analysis is already finished with the same inputs; it is shown, not repeated."
        )
    else:
        text = say(
            "The risk analysis ({profile} profile) is queued. It runs beside this "
            "page: you can leave, and come back by the link or the code.",
            profile=profile,
        )
    return Done(workflow, event, Reply(lead=say("Risk analysis."), text=text))


def _plan_nets(workflow: Workflow, slots: dict[str, Any], key: str, actor: Actor) -> Done:
    latest = itn_api.latest_plan(workflow)
    if slots.get("nets") is None and not (latest and itn_api.is_current(latest) and slots):
        event = _line(workflow, "plan_nets", slots, key, actor)
        return Done(workflow, event, answers.ask_for_nets(workflow))
    options = {
        name: value for name, value in slots.items() if name != "household" and value is not None
    }
    if slots.get("household") is not None:
        options["household_size"] = slots["household"]
    known = {*itn_api.PLAN_OPTIONS, *TEXTS}
    if unknown := sorted(set(options) - known):
        raise InvalidInput(
            "OPTION_UNKNOWN",
            say(
                "A plan has no option {unknown}. Known are: {known}.",
                unknown=", ".join(unknown),
                known=", ".join(sorted(known)),
            ),
            {"unknown": unknown},
        )
    options |= {name: str(options[name]) for name in TEXTS if name in options}
    if options.get("nets") is None and latest is not None:
        # "What if the buffer is 15 %": the newest plan again, with that changed.
        plan = itn_api.duplicate_plan(
            workflow.uuid, latest.pk, actor=actor, options=options, key=key
        )
    else:
        plan = itn_api.make_plan(workflow.uuid, **options, actor=actor, key=key)
    workflow.refresh_from_db()
    event = _line(workflow, "plan_nets", slots, key, actor)
    return Done(workflow, event, answers.plan_summary(plan, latest))


def _line(
    workflow: Workflow, command: str, slots: dict[str, Any], key: str, actor: Actor
) -> WorkflowEvent:
    """Return the line the service wrote for this key; write one when it had nothing to do."""
    last = workflow.events.order_by("-sequence").first()
    if key and (event := line_with_key(workflow, key)):
        return event
    if not key and last is not None and last.command == command:
        return last
    return record(workflow, command=command, actor=actor, key=key, decided=False,
                  payload={"slots": _storable(slots), "facts": {}})  # fmt: skip


def _answer_review(workflow: Workflow, slots: dict[str, Any], key: str, actor: Actor) -> Done:
    event = answer_review(workflow, answers=slots["answers"], actor=actor, key=key)
    return Done(
        workflow,
        event,
        Reply(
            text=say("Thank you; the file is read again with this answer. It takes a few seconds.")
        ),
    )


SPECIAL: dict[str, Callable[..., Done]] = {
    "undo": navigate.undo, "exit": navigate.end, "restart": navigate.start_over,
    "resume": navigate.come_back, "run_risk": _run_risk, "plan_nets": _plan_nets,
    "answer_review": _answer_review, "fix_match": match_names.fix_match,
    "recalculate": match_names.calculate_again,
}  # fmt: skip
KNOWN = (*MOVES, *TALK, *SPECIAL)
OF_THE_ROW = (*MOVES, *TALK)
"""Commands that change nothing that a page shows but the workflow's own row and its results."""
