"""Undo, leaving, starting over and coming back, on a locked workflow (workflow.md §3)."""

from typing import Any

from chatmrpt.chat.replies import moves, navigation
from chatmrpt.chat.replies.answers.guidance import STAGE_LABELS
from chatmrpt.chat.replies.leaving import EXIT_ASKED, asked_to_end, reason_to_stay
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.services.done import Done
from chatmrpt.common.actors import Actor
from chatmrpt.common.language import say
from tpr.domain.stages import CHOOSING, Refusal, Stage
from tpr.models import Workflow
from tpr.selectors.review import review_questions
from tpr.services.answer_review import answer_review
from tpr.services.ledger import record
from tpr.services.undo import undo_last
from tpr.services.workflow import apply_command, restart, resume_copy

Slots = dict[str, Any]


def undo(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    undone = undo_last(workflow, actor=actor, key=key)
    return Done(workflow, undone.event, navigation.after_undo(workflow, undone))


def end(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    """End the workflow; ask once when a calculation runs or cards are open."""
    reason = "" if asked_to_end(workflow) else reason_to_stay(workflow)
    if reason:
        event = record(
            workflow, command="exit", actor=actor, key=key, decided=False,
            payload={"slots": {}, "facts": {}, "refusal": {"code": EXIT_ASKED, "reason": reason}},
        )  # fmt: skip
        return Done(workflow, event, navigation.ask_before_exit(reason))
    outcome = apply_command(workflow, command="exit", slots={}, actor=actor, key=key)
    if isinstance(outcome.refusal, Refusal):
        return Done(workflow, outcome.event, moves.after_refusal(workflow, outcome.refusal))
    return Done(workflow, outcome.event, navigation.ended())


def stay(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    """The "no" to "end it all the same?"."""
    payload = {"slots": {}, "facts": {}, "refusal": {"code": say("STAYED")}}
    event = record(workflow, command="reject", actor=actor, key=key, decided=False, payload=payload)
    return Done(workflow, event, navigation.stayed(workflow))


def skip_card(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done | None:
    """Skip the first open card of the review: only a column that need not be used."""
    assert workflow.upload is not None
    first = review_questions(workflow.upload)[0]
    if "ignore" not in [choice["value"] for choice in first["choices"]]:
        return None
    event = answer_review(workflow, answers={first["code"]: "ignore"}, actor=actor, key=key)
    return Done(
        workflow,
        event,
        Reply(
            lead=say("Skipped: this column is not used."),
            text=say("The file is read again; it takes a few seconds."),
        ),
    )


def start_over(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    """A new workflow on the same file; answers given with the word are taken at once."""
    new = restart(workflow, actor=actor, key=key)
    text = say("Started over with the same file. The earlier workflow stays in your list.")
    given = {name: slots[name] for name in ("state", "level", "age") if name in slots}
    if given and new.stage in CHOOSING:
        outcome = apply_command(new, command="select", slots=given, actor=actor)
        if outcome.refusal is not None:
            text += f" {moves.after_refusal(new, outcome.refusal).text}"
        elif outcome.move is not None:
            said = moves.after_move(new, outcome.move, outcome.result)
            text = f"{text}\n\n{said.full_text}"
    return _moved_on(workflow, new, text)


def come_back(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    """Continue an ended workflow in a copy; otherwise go to the latest unfinished one."""
    if workflow.stage == Stage.CANCELLED:
        new = resume_copy(workflow, actor=actor, key=key)
        return _moved_on(
            workflow,
            new,
            say("Continued at the same point, in a copy; the ended one stays as it was."),
        )
    other = _latest_unfinished(workflow, actor) if workflow.stage == Stage.COMPLETE else None
    payload: dict[str, Any] = {"slots": {}, "facts": {}}
    if other is not None:
        payload["continued_as"] = str(other.pk)
    event = record(workflow, command="resume", actor=actor, key=key, decided=False, payload=payload)
    if other is None:
        return Done(workflow, event, navigation.status(workflow, {}, ""))
    about = f"{other.name} ({STAGE_LABELS[other.stage]}, {navigation.clock(other.updated_at)})"
    link = {"href": f"/workflows/{other.pk}/", "label": say("Open it")}
    return Done(
        other,
        event,
        Reply(
            text=say(
                "Your latest unfinished workflow is {about}; it opens where you stopped.",
                about=about,
            ),
            links=[link],
        ),
    )


def _latest_unfinished(workflow: Workflow, actor: Actor) -> Workflow | None:
    mine = Workflow.objects.filter(owner=actor.owner) | Workflow.objects.filter(
        grants__holder=actor.owner, grants__access="write"
    )
    open_ones = mine.exclude(stage__in=[Stage.COMPLETE, Stage.CANCELLED]).exclude(pk=workflow.pk)
    return open_ones.distinct().order_by("-updated_at").first()


def _moved_on(old: Workflow, new: Workflow, text: str) -> Done:
    event = old.events.order_by("-sequence").first()
    assert event is not None
    link = {"href": f"/workflows/{new.uuid}/", "label": say("Open it")}
    return Done(new, event, Reply(text=text, links=[link]))
