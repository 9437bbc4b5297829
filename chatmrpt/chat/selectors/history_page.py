"""Who did what in a workflow: the ledger in words, newest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chatmrpt.accounts.selectors.sharing import name_of
from chatmrpt.chat.replies.answers.guidance import STAGE_LABELS
from chatmrpt.chat.selectors.deprioritise_page import DECISIONS, FINDINGS
from chatmrpt.chat.words import AGE_LABELS, DEFINITION_LABELS, EXCEEDING_LABELS, LEVEL_LABELS
from chatmrpt.common.language import Words, say
from itn.models import ItnPlan, PlanEvent
from tpr.models import OUTCOMES, Workflow, WorkflowEvent

PAGE = 50
CHANNELS = Words(
    {
        "form": "on a page", "chat": "in the conversation", "admin": "in the admin",
        "command": "by a command", "api": "by a program", "job": "by a job",
    }
)  # fmt: skip
WHAT = Words(
    {
        "receive_file": "gave a file", "file_read": "read the file",
        "file_unsure": "read the file and asked", "file_refused": "could not use the file",
        "answer_review": "answered the questions about the file",
        "select": "chose", "switch": "chose", "confirm": "confirmed", "reject": "said no",
        "back": "went back to change an answer", "skip": "skipped a question", "set": "changed a setting",
        "start_tpr": "chose", "undo": "took back the last decision", "exit": "ended the workflow",
        "restart": "started over with the same file", "resume": "came back",
        "continue_at": "went on at the same point", "recalculate": "calculated the ward TPR again",
        "run_risk": "asked for a risk analysis", "cancel_run": "stopped the risk analysis",
        "risk_done": "finished the risk analysis", "risk_failed": "could not finish the risk analysis",
        "plan_nets": "made a net plan", "fix_match": "decided on ward names",
        "answer_call": "wrote down a call", "claim": "took the workflow into the account",
        "share": "shared the workflow", "unshare": "took access back",
    }
)  # fmt: skip
PLAN_ACTS = Words(
    {
        "renamed": "renamed a net plan", "duplicated": "copied a net plan",
        "changed": "changed a net plan", "fixed": "fixed wards of a net plan by hand",
        "released": "let a fixed ward go", "imported": "brought an edited table into a net plan",
        "submitted": "submitted a net plan", "approved": "approved and locked a net plan",
        "returned": "returned a net plan", "unlocked": "unlocked a net plan",
        "commented": "remarked on a net plan", "dissented": "disagreed with a net plan",
        "archived": "put a net plan away", "restored": "brought a net plan back",
    }
)  # fmt: skip
ANSWERS = {
    "level": LEVEL_LABELS, "age_group": AGE_LABELS, "definition": DEFINITION_LABELS,
    "exceeding": EXCEEDING_LABELS,
}  # fmt: skip
NAMES = Words(
    {
        "state": "State", "level": "Facility level", "age_group": "Age group", "period": "Period",
        "definition": "Definition", "exceeding": "Rows with more positives than tests",
        "ward_list": "Ward list", "bands": "Bands", "output": "Shown first",
        "threshold_answer": "Out-patient ratio", "threshold": "Out-patient ratio",
    }
)  # fmt: skip


def history_page(workflow: Workflow, params: Mapping[str, str], viewer: str) -> dict[str, Any]:
    """Return one page of the ledger: `lines` of who, what, details, from, to, at, channel."""
    total = workflow.events.count()
    pages = max(1, -(-total // PAGE))
    asked = params.get("page", "")
    number = (
        min(int(asked), pages) if asked.isdecimal() and 0 < len(asked) < 7 and int(asked) else 1
    )
    start = (number - 1) * PAGE
    events = list(workflow.events.order_by("-sequence")[start : start + PAGE])
    plans = _plans(workflow, events)
    people = _People(workflow, viewer)
    return {
        "workflow": workflow, "total": total, "page": number, "pages": pages,
        "newer": number - 1 if number > 1 else None, "older": number + 1 if number < pages else None,
        "lines": [_line(event, people, plans) for event in events],
    }  # fmt: skip


class _People:
    """Names of the authors: accounts by name, browsers told apart, claimed ones by who claimed."""

    def __init__(self, workflow: Workflow, viewer: str) -> None:
        self.viewer = viewer
        self.names: dict[str, str] = {}
        claims = workflow.events.filter(command="claim").order_by("sequence")
        self.claimed = {str(c.payload.get("visitor", "")): c.actor_name for c in claims}

    def of(self, event: WorkflowEvent) -> str:
        kind = event.actor.partition(":")[0]
        if kind == "user":
            if event.actor not in self.names:
                self.names[event.actor] = event.actor_name or name_of(event.actor)
            return self.names[event.actor] or say("An account that is gone")
        if kind == "visitor":
            if event.actor in self.claimed:
                return say("{name}, before signing in", name=self.claimed[event.actor])
            if event.actor == self.viewer:
                return say("A visitor of this browser")
            return say("A visitor of another browser")
        if kind == "job":
            return say("ChatMRPT")
        return (
            say("Command {name}", name=event.actor_name) if event.actor_name else say("A command")
        )


def _plans(workflow: Workflow, events: Sequence[WorkflowEvent]) -> dict[int, dict[str, Any]]:
    """Return sequence to the plan's name and the event of the plan that the line stands for.

    The n-th line of a kind about a plan is the plan's n-th event of that kind: both are written in
    one transaction under one lock.
    """
    if not any("plan" in event.payload for event in events):
        return {}
    names = dict(ItnPlan.objects.filter(workflow=workflow).values_list("pk", "name"))
    acts: dict[tuple[UUID, str], list[PlanEvent]] = defaultdict(list)
    for act in PlanEvent.objects.filter(plan__workflow=workflow).order_by("plan", "sequence"):
        acts[(act.plan_id, act.kind)].append(act)
    found = {}
    for line in workflow.events.filter(payload__has_key="plan").order_by("sequence"):
        plan = UUID(str(line.payload["plan"]))
        waiting = acts.get((plan, str(line.payload.get("kind", ""))))
        found[line.sequence] = {
            "name": names.get(plan, ""), "pk": plan if plan in names else None,
            "act": waiting.pop(0) if waiting and line.command == "edit_plan" else None,
        }  # fmt: skip
    return found


def _line(
    event: WorkflowEvent, people: _People, plans: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    plan = plans.get(event.sequence)
    moved = event.stage_from != event.stage_to
    return {
        "sequence": event.sequence, "at": event.at, "who": people.of(event),
        "what": _what(event), "details": [part for part in _details(event, plan) if part],
        "from": STAGE_LABELS[event.stage_from] if moved else "",
        "to": STAGE_LABELS[event.stage_to] if moved else "",
        "channel": CHANNELS[event.channel],
        "plan": plan if plan and plan["pk"] else None,
    }  # fmt: skip


def _what(event: WorkflowEvent) -> str:
    payload = event.payload
    if "refusal" in payload:
        return say("tried: {command}; nothing changed", command=event.command.replace("_", " "))
    if event.command == "edit_plan":
        return PLAN_ACTS.get(str(payload.get("kind", "")), say("worked on a net plan"))
    if event.command == "keep_private":
        if payload.get("private"):
            return say("kept the workflow from roles")
        return say("opened the workflow to roles")
    if event.command == "check_settlement":
        return say("recorded a settlement check")
    if event.command == "withdraw_check":
        return say("took a settlement check back")
    if event.command in WHAT:
        return WHAT[event.command]
    if not payload.get("filled") and not payload.get("cleared"):
        return say("asked: {command}", command=event.command.replace("_", " "))
    return event.command.replace("_", " ")


def _details(event: WorkflowEvent, plan: dict[str, Any] | None) -> list[str]:
    payload, slots = event.payload, event.payload.get("slots") or {}
    found = [
        f"{NAMES.get(name, name)}: {_answer(name, value)}"
        for name, value in (payload.get("filled") or {}).items() if name != "state_confirmed"
    ]  # fmt: skip
    found += [
        say("{name}: {value} taken away", name=NAMES.get(name, name), value=_answer(name, value))
        for name, value in (payload.get("cleared") or {}).items()
        if name != "state_confirmed" and name not in (payload.get("filled") or {})
    ]
    if event.command == "fix_match" and payload.get("source"):
        target = payload.get("target")
        found.append(f"{payload['source']} → {target}" if target else str(payload["source"]))
    if event.command == "check_settlement":
        facts = payload.get("facts") or {}
        found += [
            f"{slots.get('ward')}: {_label(FINDINGS, slots.get('finding'))}, "
            f"{_label(DECISIONS, slots.get('decision'))}",
            str(facts.get("reason", "")),
            say("signed {name}", name=facts["signed_by"]) if facts.get("signed_by") else "",
        ]
    if event.command == "answer_call":
        found.append(f"{slots.get('facility')} ({slots.get('ward')}): "
                     f"{OUTCOMES.get(str(slots.get('outcome')), '')}")  # fmt: skip
    if event.command in ("share", "unshare") and payload.get("name"):
        access = say("read and write") if payload.get("access") == "write" else say("read")
        found.append(f"{payload['name']}: {access}")
    if plan:
        found += _about_plan(plan)
    return found


def _label(labels: Sequence[tuple[str, str]], code: Any) -> str:
    label = dict(labels).get(str(code), "")
    return say(label) if label else ""


def _about_plan(plan: dict[str, Any]) -> list[str]:
    act = plan["act"]
    if act is None:
        return []
    return [
        str(act.payload.get("said", "")),
        str(act.comment),
        say("signed {name}", name=act.signed_as) if act.signed_as else "",
    ]


def _answer(name: str, value: Any) -> str:
    labels = ANSWERS.get(name)
    text = str(value)
    return labels[text] if labels is not None and text in labels else text
