"""The pending question of each stage: title, reason, choices with their facts, examples."""

from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.replies.leaving import asked_to_end
from chatmrpt.chat.words import (
    AGE_LABELS,
    LEVEL_LABELS,
    count,
    percent,
    period,
    plural,
)
from tpr.domain.stages import Stage
from tpr.models import Workflow
from tpr.selectors.decisions import changes_since
from tpr.selectors.match_report import match_in_short
from tpr.selectors.options import Option, age_options, level_options, state_options
from tpr.selectors.results import current_result
from tpr.selectors.review import review_questions

RATIOS = {"opd": "positives per out-patient", "fever": "positives per person with fever"}


def question_of(workflow: Workflow) -> dict[str, Any] | None:
    """Return the question that is open, or None while a job runs or all is answered."""
    if asked_to_end(workflow):
        return _leaving(workflow)
    build = {
        Stage.AWAITING_UPLOAD: _upload,
        Stage.REVIEW_UPLOAD: _review,
        Stage.STATE_SELECTION: _state,
        Stage.STATE_CONFIRMATION: _confirmation,
        Stage.FACILITY_SELECTION: _level,
        Stage.AGE_GROUP_SELECTION: _age,
        Stage.THRESHOLD_CHECK: _threshold,
        Stage.COMPLETE: _complete,
        Stage.CANCELLED: _cancelled,
    }.get(Stage(workflow.stage))
    return build(workflow) if build else None


def options_of(question: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the options as programs get them (contracts §4), in the state and in a reply."""
    return [
        {
            "command": o["command"], "value": o["value"], "label": o["label"],
            "facts": o["raw_facts"], "recommended": o["recommended"],
        }
        for o in (question["options"] if question else [])
    ]  # fmt: skip


def _leaving(workflow: Workflow) -> dict[str, Any]:
    return _question(
        workflow, "End this workflow all the same?",
        "It stays readable; what runs goes on, and its result is kept here.",
        [option("reject", "no", "No, stay here", recommended=True),
         option("confirm", "yes", "Yes, end it")], ["no", "yes"],
    )  # fmt: skip


def _question(
    workflow: Workflow, title: str, why: str, options: list[dict[str, Any]], examples: list[str]
) -> dict[str, Any]:
    for number, option in enumerate(options, 1):
        option["number"] = number
    return {
        "stage": workflow.stage, "title": title, "why": why, "options": options,
        "examples": examples, "placeholder": "",
    }  # fmt: skip


def option(
    command: str, value: str, label: str, *, facts: list[tuple[str, str]] | None = None,
    note: str = "", recommended: bool = False, raw: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "command": command, "value": value, "label": label,
        "facts": [{"value": v, "label": name} for v, name in facts or []],
        "raw_facts": raw or {}, "note": note, "recommended": recommended,
    }  # fmt: skip


def _upload(workflow: Workflow) -> dict[str, Any]:
    return _question(
        workflow, "Which file shall I read?",
        "An Excel or CSV export with ward, tested and positive columns, one row per facility and "
        "month.", [], ["what should the file contain?"],
    )  # fmt: skip


def _review(workflow: Workflow) -> dict[str, Any]:
    """Ask about the first unsure point in words; the page shows all of them as cards."""
    assert workflow.upload is not None
    cards = review_questions(workflow.upload)
    first = cards[0]
    options = [
        option(
            "answer_review", f"{first['code']}={choice['value']}", choice["label"],
            recommended=choice["value"] == first["recommended"],
        )
        for choice in first["choices"]
    ]  # fmt: skip
    left = f" {plural(len(cards) - 1, 'more point')} after this." if len(cards) > 1 else ""
    question = _question(
        workflow, first["message"], f"The reader needs a person here.{left}", options, ["1"]
    )
    question["cards"] = cards
    question["may_go_on"] = all(card.get("safe") for card in cards)
    return question


def _state(workflow: Workflow) -> dict[str, Any]:
    assert workflow.upload is not None
    found = state_options(workflow.upload)
    options = [
        option(
            o.command, o.value, o.value, recommended=o.recommended, raw=o.facts,
            facts=[
                (count(o.facts["facilities"]), "facilities"),
                (count(o.facts["wards"]), "wards"),
                (count(o.facts["tests"]), "tests"),
                (_filled(o.facts), "reports with tests"),
            ],
        )
        for o in found
    ]  # fmt: skip
    best = next((o["label"] for o in options if o["recommended"]), "")
    return _question(
        workflow, "Which state?",
        f"The file holds {plural(len(options), 'state')}. {best} has the most tests.",
        options, [best, "1", "how many facilities are in the file?"],
    )  # fmt: skip


def _filled(facts: dict[str, Any]) -> str:
    whole = facts["reports"]
    return percent(100 * facts["reports_with_tests"] / whole) if whole else "none"


def _confirmation(workflow: Workflow) -> dict[str, Any]:
    assert workflow.upload is not None and workflow.state is not None
    facts = workflow.upload.counts["by_state"][workflow.state]
    many = len(workflow.upload.counts["by_state"]) > 1
    when = period(facts["first_period"], facts["last_period"])
    why = (
        f"{plural(facts['lgas'], 'LGA')}, {plural(facts['wards'], 'ward')}, "
        f"{plural(facts['facilities'], 'facility', 'facilities')}, {when}; tests in "
        f"{_filled(facts)} of {count(facts['reports'])} reports.{_names_in_short(workflow)}"
    )
    options = [option("confirm", "yes", f"Yes, go on with {workflow.state}", recommended=True)]
    if many:
        options.append(option("reject", "no", "No, another state"))
    title = f"Shall I use {workflow.state}?"
    if not many:
        title = f"The file contains one state, {workflow.state}. Shall I use it?"
    return _question(workflow, title, why, options, ["yes", "what is missing in the data?"])


def _names_in_short(workflow: Workflow) -> str:
    """The ward match in one sentence; empty without a ward list."""
    found = match_in_short(workflow)
    if found is None:
        return " No ward list is loaded for this state, so there will be no map."
    name, joined, names = found
    if joined == names:
        return f" Every ward name is on the list {name}."
    left = names - joined
    return (
        f" {count(joined)} of {plural(names, 'ward name')} are on the list {name}; "
        f"{count(left)} {'waits' if left == 1 else 'wait'} for you under Ward names, now or later."
    )


def _menu_facts(o: Option, definition: str, *, with_facilities: bool) -> list[tuple[str, str]]:
    if definition in RATIOS:  # a ratio is never called a rate of tests
        counted = [(count(o.facts["positive"] or 0), "positive"),
                   (percent(o.facts["tpr"]), RATIOS[definition])]  # fmt: skip
        who = [(count(o.facts["facilities"]), "facilities")] if with_facilities else []
        return [*who, *counted, (percent(o.facts["complete"]), "of reports filled")]
    facts = []
    if with_facilities:
        facts.append((count(o.facts["facilities"]), "facilities"))
    facts.append((count(o.facts["tested"] or 0), "tests"))
    if not with_facilities:
        facts.append((count(o.facts["positive"] or 0), "positive"))
    facts.append((percent(o.facts["tpr"]), "TPR"))
    facts.append((percent(o.facts["complete"]), "of reports filled"))
    return facts


def _level(workflow: Workflow) -> dict[str, Any]:
    found = level_options(workflow)
    options = [
        option(
            o.command, o.value, LEVEL_LABELS[o.value], raw=o.facts, recommended=o.recommended,
            facts=_menu_facts(o, workflow.definition, with_facilities=True),
            note="Level read from facility names, about 83 % accurate." if o.note else "",
        )
        for o in found
    ]  # fmt: skip
    best = next((o for o in found if o.recommended), None)
    if best is None:
        why = "Choose the facilities whose tests count."
    elif best.value == "all":
        why = (
            "All facilities is recommended: less than 70 % of the reports are known to be from "
            "primary facilities."
        )
    else:
        why = (
            f"Primary is recommended: {percent(best.facts['share_of_reports'])} of all reports "
            "come from primary facilities, the nearest to where people live."
        )
    return _question(workflow, "Which facilities?", why, options,
                     ["primary", "1", "why primary?"])  # fmt: skip


def _age(workflow: Workflow) -> dict[str, Any]:
    options = [
        option(
            o.command, o.value, AGE_LABELS[o.value], raw=o.facts, recommended=o.recommended,
            facts=_menu_facts(o, workflow.definition, with_facilities=False),
            note="Limited data: fewer than one report in five is filled." if o.note else "",
        )
        for o in age_options(workflow)
    ]  # fmt: skip
    return _question(
        workflow, "Which age group?",
        "Under five is recommended: it is the group that net campaigns are planned for.",
        options, ["under five", "1", "why under five?", "back"],
    )  # fmt: skip


def _threshold(workflow: Workflow) -> dict[str, Any]:
    return _question(
        workflow, "Add the out-patient ratio for comparison?",
        "Some urban wards have more than half of their tests positive. The ratio of positives to "
        "all out-patients can be shown beside the TPR, as its own labelled column. It is not "
        "positivity and replaces nothing.",
        [
            option("reject", "no", "Go on without it", recommended=True),
            option("confirm", "yes", "Add the ratio column"),
        ],
        ["no", "yes", "what is the out-patient ratio?"],
    )  # fmt: skip


def _complete(workflow: Workflow) -> dict[str, Any]:
    result = current_result(workflow)
    ranked = analysis_api.latest_done_run(result) is not None
    changed = len(changes_since(workflow, result)) if result else 0
    again = [
        option("recalculate", "", "Recalculate", recommended=True,
               note=f"{plural(changed, 'ward name')} decided since this result was made.")
    ] if changed else []  # fmt: skip
    ready = "The ward TPR and the risk ranking are ready." if ranked else "The ward TPR is ready."
    return _question(
        workflow, "What next?", f"{ready} Every earlier answer can still be changed.",
        [
            *again,
            option("run_risk", "", "Run the risk analysis", recommended=not ranked and not changed,
                   note="Ranks the wards by malaria risk; you can leave the page meanwhile."),
            option("plan_nets", "", "Plan nets", recommended=ranked and not changed,
                   note="Needs a finished risk analysis and the number of nets."),
            option("back", "age", "Choose another age group"),
            option("back", "level", "Choose other facilities"),
            *_earlier_result(workflow),
        ],
        ["run the risk analysis", "plan 200,000 nets", "top 10 wards", "switch to all ages"],
    )  # fmt: skip


def _earlier_result(workflow: Workflow) -> list[dict[str, Any]]:
    """After a switch or a setting the result before it is one press away."""
    last = workflow.events.exclude(payload__has_key="refusal").filter(
        command__in=("select", "switch", "set", "undo", "back", "confirm", "reject", "skip")
    ).order_by("-sequence").first()  # fmt: skip
    here = Stage.COMPLETE.value
    if last is None or last.command not in ("select", "switch", "set"):
        return []
    if (last.stage_from, last.stage_to) != (here, here) or not last.payload.get("filled"):
        return []
    return [option("undo", "", "Back to the result before this one")]


def _cancelled(workflow: Workflow) -> dict[str, Any]:
    return _question(
        workflow, "This workflow was ended.", "Everything in it can still be read.",
        [option("resume", "", "Continue where I stopped", recommended=True),
         option("restart", "", "Start over with the same file")],
        ["resume"],
    )  # fmt: skip
