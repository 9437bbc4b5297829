"""Carrying out `fix_match`: by the page of ward names with everything given, or by chat with names."""

from typing import Any
from uuid import UUID

from django.db import transaction

from chatmrpt.chat.replies.answers import matching
from chatmrpt.chat.services.done import Done
from chatmrpt.chat.services.transcript import write, write_reply
from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.language import say
from chatmrpt.common.tables import Table
from tpr.api import check_version, line_with_key, locked_workflow
from tpr.models import Workflow
from tpr.selectors.decisions import changes_since
from tpr.selectors.match_report import MatchReport
from tpr.selectors.name_search import pairs_of
from tpr.selectors.results import current_result
from tpr.services.decide_match import Choice, accept_likely, decide, report_of
from tpr.services.import_aliases import import_for
from tpr.services.ledger import record
from tpr.services.revise_match import recalculate, withdraw

Slots = dict[str, Any]
KINDS = ("same", "not_on_list", "different")


def fix_match(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    """Decide about a ward name; without enough to go by, ask which is meant."""
    if "decision" in slots:
        return _by_form(workflow, slots, key, actor)
    report = report_of(workflow)
    source, target = str(slots.get("source") or ""), str(slots.get("target") or "")
    if not source or not target:
        return _asked(workflow, slots, key, actor, matching.which_match(workflow, report, source))
    pairs = pairs_of(report, source, target)
    if len(pairs) != 1:
        reply = matching.which_pair(workflow, report, source, target, pairs)
        return _asked(workflow, slots, key, actor, reply)
    name, ward = pairs[0]
    if name.outcome is not None and name.outcome.ward == ward:
        return _asked(workflow, slots, key, actor, matching.joined_already(workflow, name))
    try:
        event = decide(workflow, Choice(name.place, "same", ward.id), actor=actor, key=key)
    except Conflict as conflict:
        if conflict.code != "WARD_TAKEN":
            raise
        reply = matching.taken(workflow, name, ward, conflict.message)
        return _asked(workflow, slots, key, actor, reply)
    return Done(workflow, event, matching.decided(workflow, event, name))


def _asked(workflow: Workflow, slots: Slots, key: str, actor: Actor, reply: Any) -> Done:
    event = record(workflow, command="fix_match", actor=actor, key=key, decided=False,
                   payload={"slots": slots, "facts": {}})  # fmt: skip
    return Done(workflow, event, reply)


def _by_form(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    decision = slots["decision"]
    if decision == "withdraw":
        event = withdraw(workflow, _whole(slots.get("id")), actor=actor, key=key)
        return Done(workflow, event, matching.decided(workflow, event, None))
    if decision == "likely":
        pairs = [_pair(text) for text in slots.get("pairs") or []]
        event = accept_likely(workflow, pairs, actor=actor, key=key)
        return Done(workflow, event, matching.decided(workflow, event, None))
    if decision not in KINDS:
        raise InvalidInput(
            "BAD_DECISION",
            say(
                "'{decision}' is no decision about a ward name; it is one of {list}.",
                decision=decision,
                list=", ".join((*KINDS, "likely", "withdraw")),
            ),
            {"decision": str(decision)[:40]},
        )
    report = report_of(workflow)
    place = _place(report, slots)
    choice = Choice(
        place, decision, None if decision == "not_on_list" else _ward(report, slots.get("ward")),
        slots.get("if_taken") or None, str(slots.get("note") or ""),
    )  # fmt: skip
    event = decide(workflow, choice, actor=actor, key=key)
    return Done(workflow, event, matching.decided(workflow, event, report.find(place)))


def _place(report: MatchReport, slots: Slots) -> tuple[str, str]:
    """Read `place` of the page, or LGA and name as the file writes them."""
    if "place" in slots:
        lga, _, name = str(slots["place"]).partition("|")
        return lga, name
    lga, name = (str(slots.get(part) or "").casefold() for part in ("lga", "name"))
    for one in report.names:
        if one.lga.casefold() == lga and name in (s.casefold() for s in one.spellings):
            return one.place
    return lga, name


def _ward(report: MatchReport, value: Any) -> int | None:
    """Read a ward's id, or its code in the list."""
    text = str(value or "")
    found = next((w.id for w in report.list_wards if text and w.code == text), None)
    return found if found is not None else _whole(text)


def _pair(text: Any) -> tuple[tuple[str, str], int]:
    lga, name, ward = [*str(text).split("|"), "", ""][:3]
    return (lga, name), _whole(ward)


def _whole(value: Any) -> int:
    text = str(value or "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput("BAD_DECISION", say("Choose a ward of the list; nothing was changed."))
    return int(text)


def calculate_again(workflow: Workflow, slots: Slots, key: str, actor: Actor) -> Done:
    """Compute the present choices with the present ward names, on request (workflow.md §5)."""
    before = current_result(workflow)
    changes = changes_since(workflow, before) if before else []
    result = recalculate(workflow, actor=actor, key=key)
    event = workflow.events.order_by("-sequence").first()
    assert event is not None
    return Done(workflow, event, matching.calculated(result, before, changes))


def bring_in(
    uuid: UUID | str, table: Table, file: str, *, version: int | None, key: str, actor: Actor
) -> Workflow:
    """Bring decisions of a file into the memory of the workflow's owner, and say so.

    Locks: the workflow. Writes: WardAlias, one ledger line, both messages. Idempotent by: the key.
    """
    with transaction.atomic():
        workflow = locked_workflow(uuid)
        if line_with_key(workflow, key) is None:
            check_version(workflow, version, actor)
            event, found = import_for(workflow, table.columns, table.rows, actor=actor, key=key)
            write(workflow, "person", say("Bring in decisions about ward names from {file}", file=file),
                  event=event, command="fix_match", slots={"file": file})  # fmt: skip
            write_reply(workflow, matching.imported(workflow, found), event=event)
    return workflow
