"""What is said to navigation (workflow.md §3): where you are, help, pause, undo, leaving."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.guidance import STAGE_LABELS, choices_here
from chatmrpt.chat.replies.moves import NAMES, label_of, result_summary
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    join,
    percent,
    period,
    table,
)
from chatmrpt.common.language import Words, mark, say
from itn import api as itn_api
from tpr.domain.refusals import refusal_sentence
from tpr.domain.stages import Refusal, Stage
from tpr.models import Workflow, WorkflowEvent
from tpr.selectors.options import level_options
from tpr.services.undo import Undone

DEEDS = Words({
    "select": "the choice", "switch": "the change of the choice", "start_tpr": "the choice",
    "confirm": "the confirmation", "reject": "the “no”", "skip": "the skipped question",
    "back": "going back", "set": "the setting", "fix_match": "the ward match",
})  # fmt: skip


def clock(at: datetime) -> str:
    return f"{localtime(at):%H:%M}"


def status(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """Every selection and setting, the stage, the file, and the question that is open."""
    rows = [[say("Stage"), STAGE_LABELS[workflow.stage]]]
    if workflow.upload:
        rows.append([say("File"), workflow.upload.original_name])
    if workflow.state:
        rows.append([say("State"), workflow.state])
    if workflow.level:
        rows.append([say("Facility level"), LEVEL_LABELS[workflow.level]])
    if workflow.age_group:
        rows.append([say("Age group"), AGE_LABELS[workflow.age_group]])
    if workflow.state:
        rows.append([say("Definition"), DEFINITION_LABELS[workflow.definition]])
        rows.append([say("More positives than tests"), EXCEEDING_LABELS[workflow.exceeding]])
        if workflow.period_start:
            rows.append([say("Period"), period(workflow.period_start, workflow.period_end)])
    if workflow.ward_list:
        rows.append([say("Ward list"), workflow.ward_list.name])
    return Reply(
        lead=say("Where you are."), text=choices_here(workflow),
        figures=[table(say("Your selections"), [("", False), ("", False)], rows)],
    )  # fmt: skip


def _help_links() -> list[dict[str, str]]:
    return [{"href": "/help/", "label": say("How it works")},
            {"href": "/glossary/", "label": say("Glossary")}]  # fmt: skip


TOPICS = {
    "stage": (
        mark("What you can do here."),
        mark(
            "You can also ask about the data, for example “how many facilities are there?”, and say "
            "“back”, “undo”, “status”, “restart” or “exit” at any time. A question never changes your "
            "answers."
        ),
    ),
    "capabilities": (
        mark("What this does."),
        mark(
            "It reads your facility test counts (NMEP or DHIS2 export), computes the Test Positivity "
            "Rate of every ward for the facilities and the age group you choose, ranks the wards by "
            "malaria risk, and allots nets to wards. It answers questions about the data, draws maps, "
            "and writes tables and a report. It does not diagnose, and it knows nothing about single "
            "patients."
        ),
    ),
    "tour": (
        mark("The whole way, in eight steps."),
        mark(
            "1. File: upload the export. 2. State: choose one of the file. 3. Confirm: look at its "
            "wards, facilities and months. 4. Facility level: primary, secondary, tertiary or all. "
            "5. Age group: under five, five and over, pregnant women or all. 6. TPR: every ward with "
            "its tests and interval, as map and table. 7. Risk: wards ranked, in the background. "
            "8. Nets: say how many there are. Each step can be changed later; nothing is lost."
        ),
    ),
    "upload": (
        mark("Uploading."),
        mark(
            "Choose the Excel or CSV export on the start page; one row per facility and month, with "
            "ward, tested and positive columns. A lost line costs nothing: choose the same file again "
            "and only the rest is sent. Another file starts another workflow, and this one stays."
        ),
    ),
}
DOWNLOADS_READY = mark(
    "The files stand under the results: ward TPR as CSV for Excel and as GeoJSON for a GIS, the "
    "map as SVG, and a report for printing. You can also type “download excel” or “report”."
)
DOWNLOADS_LATER = mark(
    "Tables, map and report can be downloaded as soon as the ward TPR is there. What the reader "
    "repaired, the ledger and this conversation can be downloaded at any time."
)


def help_with(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    """The topic asked for, then the question that is open."""
    topic = str(slots.get("topic") or "stage")
    here = choices_here(workflow)
    if topic == "download":
        ready = workflow.stage == Stage.COMPLETE
        text = say(DOWNLOADS_READY if ready else DOWNLOADS_LATER)
        return Reply(lead=say("Downloading."), text=f"{text}\n\n{here}", links=_help_links())
    if topic == "next_steps":
        return Reply(lead=say("What comes next."), text=f"{_next_step(workflow)}\n\n{here}")
    lead, text = (say(part) for part in TOPICS.get(topic, TOPICS["stage"]))
    first = (here, text) if topic == "stage" else (text, here)
    return Reply(lead=lead, text="\n\n".join(first), links=_help_links())


def _next_step(workflow: Workflow) -> str:
    if workflow.stage == Stage.CANCELLED:
        return say("This workflow was ended; “resume” continues it in a copy.")
    if workflow.stage != Stage.COMPLETE:
        return say("The question below is next; after the age group every ward has its TPR.")
    run = analysis_api.run_state(workflow)
    if run is None or run["stale"]:
        return say("Next is the risk analysis: say “run the risk analysis”. It ranks the wards.")
    if run["status"] != "done":
        return say("The risk analysis is on its way; when it is finished, plan the nets.")
    if itn_api.plan_state(workflow) is None:
        return say("Next is the net plan: say how many nets there are, for example “200,000 nets”.")
    return say("Ranking and net plan are there: look at them on their tabs, or print the report.")


def pause(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    return Reply(
        text=say(
            "Everything is saved. Close the page whenever you like; the link of this "
            "page or the resume code above brings you back to this point, on any "
            "device."
        )
    )


def after_undo(workflow: Workflow, undone: Undone) -> Reply:
    """What was taken back and when it was done, what holds again, what is out of date by it."""
    if undone.refusal is not None:
        return _nothing_undone(workflow, undone.refusal)
    assert undone.line is not None and undone.move is not None
    deed = DEEDS.get(undone.line.command, undone.line.command.replace("_", " "))
    lines = [undone.said] if undone.said else []
    lines += [f"{NAMES[n]}: {label_of(n, v)}." for n, v in undone.move.filled.items()]
    if undone.move.cleared:
        lines.append(
            say("Open again: {names}.", names=join([NAMES[n].lower() for n in undone.move.cleared]))
        )
    if note := out_of_date(workflow):
        lines.append(note)
    lead = say("Taken back: {deed} of {clock}.", deed=deed, clock=clock(undone.line.at))
    if undone.result is not None:
        summary = result_summary(undone.result)
        return Reply(lead=lead, text="\n\n".join([" ".join(lines), summary.text]).strip(),
                     figures=summary.figures)  # fmt: skip
    return Reply(lead=lead, text=" ".join([*lines, choices_here(workflow)]))


def _nothing_undone(workflow: Workflow, refusal: Refusal) -> Reply:
    links = []
    if earlier := refusal.facts.get("earlier"):
        links = [{"href": f"/workflows/{earlier}/", "label": say("The earlier workflow")}]
    text = f"{refusal_sentence(refusal, workflow.position)} {choices_here(workflow)}"
    return Reply(text=text, links=links)


def out_of_date(workflow: Workflow) -> str:
    """Name what was made from other choices than the present ones; empty when nothing was."""
    stale = []
    run = analysis_api.run_state(workflow)
    if run and run["stale"]:
        stale.append((say("The risk analysis is out of date."), run["stale_because"]))
    plan = itn_api.plan_state(workflow)
    if plan and plan.get("stale"):
        stale.append((say("The net plan is out of date."), []))
    if not stale:
        return ""
    said = [" ".join([lead, *because]) for lead, because in stale]
    return " ".join([*said, say("Both are kept.") if len(said) > 1 else say("It is kept.")])


def ask_before_exit(reason: str) -> Reply:
    return Reply(
        lead=f"{reason}.",
        text=say(
            "End this workflow all the same? It stays readable, what runs goes on "
            "and its result is kept here. Say “yes” or “exit” to end it, “no” to "
            "stay."
        ),
    )


def stayed(workflow: Workflow) -> Reply:
    return Reply(
        text=say("Good, nothing was ended. {choices_here}", choices_here=choices_here(workflow))
    )


def ended() -> Reply:
    return Reply(
        text=say(
            "This workflow is ended and stays readable. Say “resume” to continue at the same point."
        )
    )


def skipped(workflow: Workflow, slot: str, event: WorkflowEvent) -> str:
    """No filter, said in words, with what was recommended beside it."""
    if slot == "level":
        best = next((o for o in level_options(workflow) if o.recommended), None)
        if best is None or best.value == "all":
            return say("Skipped: all facilities count, which is also what is recommended.")
        share = percent(best.facts["share_of_reports"])
        return say(
            "Skipped: no filter, all facilities count. Recommended is "
            "{level_labels}, {share} of the reports; say “{best}” to take it.",
            level_labels=LEVEL_LABELS[best.value],
            share=share,
            best=best.value,
        )
    return say(
        "Skipped: no filter, all ages count. Recommended is Under five, the "
        "group that net campaigns are planned for; say “under five” to take it."
    )
