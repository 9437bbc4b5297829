"""Starting a workflow and moving it on: lock → ask the table → save → ledger line."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, StaleVersion
from tpr import locks
from tpr.domain.moved_on import moved_on, what_happened
from tpr.domain.resume_codes import code_for, hash_of
from tpr.domain.stages import CHOOSING, Facts, Move, Position, Refusal, Stage, advance
from tpr.models import TprResult, Upload, Workflow, WorkflowEvent, WorkflowGrant
from tpr.selectors.options import levels_present
from tpr.selectors.places import boundary_list, current_lists
from tpr.selectors.states import only_definition
from tpr.services.accept_upload import refuse_incomplete
from tpr.services.answer_review import take_recommended
from tpr.services.compute_tpr import Choice, Computation, compute, store
from tpr.services.ledger import line_with_key, record
from tpr.services.read_upload import tell_workflow


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: its ledger line, and either a move or a refusal."""

    workflow: Workflow
    event: WorkflowEvent
    move: Move | None
    refusal: Refusal | None
    result: TprResult | None = None


def resume_code(workflow: Workflow) -> str:
    """Return the code shown on the page; only its hash is stored."""
    return code_for(str(workflow.uuid), settings.SECRET_KEY)


def _new(owner: str, upload: Upload | None, **fields: Any) -> Workflow:
    workflow = Workflow(owner=owner, upload=upload, **fields)
    workflow.resume_hash = hash_of(resume_code(workflow))
    return workflow


@transaction.atomic
def start_workflow(
    *, upload: Upload, actor: Actor, key: str = "", name: str = "", said: str = ""
) -> Workflow:
    """Start a workflow on an upload; a file already read goes on at once.

    On an upload that still arrives it waits, with its resume code, until the last part is there.
    `said` is what the person did, in the words of the transcript. Writes: Workflow, ledger.
    Idempotent by: (owner, key).
    """
    if key:
        existing = Workflow.objects.filter(owner=actor.owner, start_key=key).first()
        if existing is not None:
            return existing
    workflow = _new(
        actor.owner, upload, name=name or upload.original_name, start_key=key or None,
        is_sample=upload.is_sample,
    )  # fmt: skip
    try:
        with transaction.atomic():
            workflow.save(force_insert=True)
    except IntegrityError:
        # The same request arrived twice at the same moment; the other one is first.
        return Workflow.objects.get(owner=actor.owner, start_key=key)
    locks.workflow(workflow.pk)
    _take(workflow, upload, actor, key, said)
    return workflow


@transaction.atomic
def attach_upload(
    uuid: UUID | str, upload: Upload, *, actor: Actor, key: str = "", said: str = ""
) -> Workflow:
    """Give a workflow that awaits a file an upload, whole or still arriving.

    Locks: the workflow, then the upload. Writes: Workflow, ledger when the file is whole.
    Idempotent by: the key, and by the upload being its own already.
    """
    workflow = locks.workflow(uuid)
    if line_with_key(workflow, key) is None and not (
        workflow.upload_id == upload.pk and upload.status != "rejected"
    ):
        _take(workflow, upload, actor, key, said)
    return workflow


def _take(workflow: Workflow, upload: Upload, actor: Actor, key: str, said: str) -> None:
    known = upload.known
    upload = locks.upload(upload.pk)
    upload.known = known
    if upload.status != "receiving":
        receive_file(workflow, upload, actor=actor, key=key, said=said)
        return
    if workflow.stage != Stage.AWAITING_UPLOAD:
        raise _has_its_file(workflow)
    workflow.upload = upload
    workflow.name = workflow.name or upload.original_name
    workflow.save()


def _has_its_file(workflow: Workflow) -> Conflict:
    return Conflict(
        "NOT_HERE", "This workflow already has its file. Start a new one for another file.",
        {"stage": workflow.stage},
    )  # fmt: skip


def receive_file(
    workflow: Workflow, upload: Upload, *, actor: Actor, key: str = "", said: str = ""
) -> None:
    """Attach a whole upload to a locked workflow that awaits one. Writes: Workflow, ledger."""
    refuse_incomplete(upload)
    before = workflow.stage
    move = advance(workflow.position, "receive_file", {}, Facts())
    if isinstance(move, Refusal):
        raise _has_its_file(workflow)
    workflow.upload = upload
    workflow.name = workflow.name or upload.original_name
    workflow.position = move.position
    payload = {"slots": {}, "facts": {}, "upload": str(upload.pk), "sha256": upload.sha256}
    if said:
        payload["said"] = said
    if upload.known and not upload.is_sample:
        payload["known_since"] = upload.created_at.isoformat()
        payload["known_as"] = upload.original_name
    record(
        workflow, command="receive_file", actor=actor, key=key, stage_from=before, payload=payload
    )
    upload = locks.upload(upload.pk)
    if upload.status in ("ready", "review", "rejected"):
        tell_workflow(workflow, upload)


def check_version(workflow: Workflow, version: int | None, actor: Actor | None = None) -> None:
    """Refuse a page that is older than the row. None: the caller has no page (commands).

    Raises StaleVersion with who did what and when, as far as it was done by another device.
    """
    if version is None or version == workflow.version:
        return
    last = workflow.events.filter(version=workflow.version).order_by("sequence").first()
    facts: dict[str, Any] = {
        "version": workflow.version, "stage": workflow.stage, "last_command": None,
        "selections": {"state": workflow.state, "level": workflow.level,
                       "age_group": workflow.age_group},
    }  # fmt: skip
    if last is None:  # only a version that never was can come before the first line
        raise StaleVersion("STALE_VERSION", "This page does not fit the workflow.", facts)
    by = _whose(last, actor)
    at = localtime(last.at)
    sentence = moved_on(workflow.stage, last.command, last.payload, f"{at:%H:%M}", by)
    facts |= {
        "last_command": last.command, "at": last.at.isoformat(), "by": by,
        "what": what_happened(last.command, last.payload),
    }  # fmt: skip
    raise StaleVersion("STALE_VERSION", sentence, facts)


def _whose(event: WorkflowEvent, actor: Actor | None) -> str:
    if actor is not None and event.actor == actor.owner:
        return "in another window of yours"
    if event.channel == "command":
        return "by a command"
    return f"by {event.actor_name}" if event.actor_name else "on another device"


def apply_command(
    workflow: Workflow,
    *,
    command: str,
    slots: Mapping[str, Any],
    actor: Actor,
    key: str = "",
    extra: Mapping[str, Any] | None = None,
) -> Outcome:
    """Carry out one command on a locked workflow.

    Locks: the caller holds `locks.workflow`. Writes: Workflow, TprResult when the last question is
    answered, and always one ledger line (a refusal too: it was said). Idempotent by: the key,
    looked up by the caller.
    """
    position = workflow.position
    facts, computation = gather_facts(workflow, command, slots)
    outcome = advance(position, command, slots, facts)
    payload: dict[str, Any] = {
        "slots": dict(slots),
        "facts": {
            "states": list(facts.states), "levels": list(facts.levels),
            "offer_threshold": facts.offer_threshold, "lists": list(facts.lists),
            "definition": facts.definition,
        },
        **(extra or {}),
    }  # fmt: skip
    if isinstance(outcome, Refusal):
        payload["refusal"] = {"code": outcome.code, **outcome.facts}
        event = record(workflow, command=command, payload=payload, actor=actor, key=key,
                       decided=False)  # fmt: skip
        return Outcome(workflow, event, None, outcome)
    payload["filled"], payload["cleared"] = dict(outcome.filled), dict(outcome.cleared)
    changed = outcome.position != position
    if position.stage is Stage.REVIEW_UPLOAD and outcome.position.stage in CHOOSING:
        payload["taken"] = take_recommended(workflow)
    workflow.position = outcome.position
    result = None
    if outcome.position.stage is Stage.COMPLETE and changed:
        result = complete(workflow, computation)
        payload["result"] = result.number
    event = record(
        workflow, command=command, payload=payload, actor=actor, key=key,
        stage_from=position.stage.value, decided=changed,
    )  # fmt: skip
    return Outcome(workflow, event, outcome, None, result)


def complete(workflow: Workflow, computation: Computation | None) -> TprResult:
    """Store the TPR of the workflow's choices. The caller holds the lock and writes the line."""
    assert workflow.upload is not None
    if computation is None:
        from tpr.services.compute_tpr import choice_of

        computation = compute(
            workflow.upload, choice_of(workflow), workflow.ward_list, owner=workflow.owner
        )
    return store(workflow, computation)


def gather_facts(
    workflow: Workflow, command: str, slots: Mapping[str, Any]
) -> tuple[Facts, Computation | None]:
    """Ask the data what the move depends on.

    The threshold question depends on the TPR itself, so a move that would answer the last open
    question brings the computation along; it is then stored, not computed twice.
    """
    upload = workflow.upload
    if upload is None or not (upload.counts or {}).get("by_state"):
        return Facts(), None
    states = sorted(upload.counts["by_state"])
    state = slots.get("state") or workflow.state
    levels = levels_present(upload, state) if state in states else ()
    lists = [row.name for row in current_lists()] if slots.get("list") else []
    facts = Facts(
        states=states, levels=levels, lists=lists, definition=only_definition(upload)
    )  # fmt: skip
    draft = advance(workflow.position, command, slots, facts)
    if isinstance(draft, Refusal) or not _answers_everything(workflow.position, draft.position):
        return facts, None
    choice = _choice_at(draft.position)
    chosen = draft.position.ward_list
    computation = compute(
        upload, choice, boundary_list(chosen) if chosen else None, owner=workflow.owner
    )
    offer = bool(computation.urban_over)
    return replace(facts, offer_threshold=offer), computation


def _answers_everything(before: Position, after: Position) -> bool:
    return after.stage is Stage.COMPLETE and after != before


def _choice_at(position: Position) -> Choice:
    assert position.state and position.level and position.age_group
    first, _, last = (position.period or "").partition("..")
    return Choice(
        position.state, position.level, position.age_group, position.definition,
        position.exceeding, date.fromisoformat(f"{first}-01") if first else None,
        date.fromisoformat(f"{last}-01") if last else None,
    )  # fmt: skip


def restart(workflow: Workflow, *, actor: Actor, key: str = "") -> Workflow:
    """Start a new workflow on the same upload; the old one stays in the list.

    Whoever may open the old one may open the new one.

    Locks: the caller holds `locks.workflow` of the old one. Writes: Workflow, both ledgers.
    """
    return _continue_as(workflow, actor, key, "restart")


def resume_copy(workflow: Workflow, *, actor: Actor, key: str = "") -> Workflow:
    """Make a copy of a cancelled workflow at the same point. The caller holds its lock."""
    return _continue_as(workflow, actor, key, "resume")


def _continue_as(old: Workflow, actor: Actor, key: str, how: str) -> Workflow:
    if old.upload is None:
        raise Conflict("NO_FILE", "There is no file yet. Upload one and we can start.")
    new = _new(
        old.owner, old.upload, name=old.name, parent=old, is_sample=old.is_sample,
        ward_list=old.ward_list, kept_private=old.kept_private,
    )  # fmt: skip
    record(
        old, command=how, actor=actor, key=key, decided=False,
        payload={"slots": {}, "facts": {}, "continued_as": str(new.uuid)},
    )  # fmt: skip
    new.save(force_insert=True)
    locks.workflow(new.pk)
    WorkflowGrant.objects.bulk_create(
        WorkflowGrant(
            workflow=new,
            holder=grant.holder,
            how=grant.how,
            access=grant.access,
            given_by=grant.given_by,
            given_by_name=grant.given_by_name,
            given_name=grant.given_name,
        )
        for grant in old.grants.all()
    )
    receive_file(new, old.upload, actor=actor)
    if how == "resume" and new.stage in CHOOSING:
        kept = {name: value for name, value in asdict(old.position).items() if name != "stage"}
        apply_command(new, command="continue_at", slots=kept, actor=actor)
    return new


def find_with_key(uuid: UUID | str, key: str) -> tuple[Workflow, WorkflowEvent | None]:
    """Lock a workflow and return it with the line this key wrote before, if any."""
    workflow = locks.workflow(uuid)
    return workflow, line_with_key(workflow, key)
