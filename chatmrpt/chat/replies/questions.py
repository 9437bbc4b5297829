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
from chatmrpt.common.language import Words, say
from chatmrpt.common.once import once
from tpr.domain.stages import Stage
from tpr.models import Workflow
from tpr.selectors.decisions import changes_since
from tpr.selectors.match_report import match_in_short
from tpr.selectors.options import Option, age_options, level_options, state_options
from tpr.selectors.results import current_result
from tpr.selectors.review import review_questions

NEXT = Words({
    "recalculate": "Recalculate", "run_risk": "Run the risk analysis", "plan_nets": "Plan nets",
    "age": "Choose another age group", "level": "Choose other facilities",
    "undo": "Back to the result before this one",
})  # fmt: skip
LEAVING = Words({"no": "No, stay here", "yes": "Yes, end it"})
RATIOS = Words({"opd": "positives per out-patient", "fever": "positives per person with fever"})


def may_be_an_option(workflow: Workflow, typed: str) -> bool:
    """Whether a typed text (small letters, one blank between words) can be an option's label or
    number at all. Saves reading the facts of a question whose labels never change.
    """
    if workflow.stage != Stage.COMPLETE or typed.isdigit():
        return True
    return typed in (label.casefold() for label in (*NEXT.values(), *LEAVING.values()))


@once
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
        workflow, say("End this workflow all the same?"),
        say("It stays readable; what runs goes on, and its result is kept here."),
        [option("reject", "no", LEAVING["no"], recommended=True),
         option("confirm", "yes", LEAVING["yes"])], ["no", "yes"],
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
        workflow,
        say("Which file shall I read?"),
        say(
            "An Excel or CSV export with ward, tested and positive columns, one row "
            "per facility and month."
        ),
        [],
        [say("what should the file contain?")],
    )


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
    left = (
        say(" {cards} after this.", cards=plural(len(cards) - 1, "more point"))
        if len(cards) > 1
        else ""
    )
    question = _question(
        workflow,
        first["message"],
        say("The reader needs a person here.{left}", left=left),
        options,
        ["1"],
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
                (_filled(o.facts), say("reports with tests")),
            ],
        )
        for o in found
    ]  # fmt: skip
    best = next((o["label"] for o in options if o["recommended"]), "")
    return _question(
        workflow,
        say("Which state?"),
        say(
            "The file holds {options}. {best} has the most tests.",
            options=plural(len(options), "state"),
            best=best,
        ),
        options,
        [best, "1", say("how many facilities are in the file?")],
    )


def _filled(facts: dict[str, Any]) -> str:
    whole = facts["reports"]
    return percent(100 * facts["reports_with_tests"] / whole) if whole else "none"


def _confirmation(workflow: Workflow) -> dict[str, Any]:
    assert workflow.upload is not None and workflow.state is not None
    facts = workflow.upload.counts["by_state"][workflow.state]
    many = len(workflow.upload.counts["by_state"]) > 1
    when = period(facts["first_period"], facts["last_period"])
    why = say(
        "{lgas}, {wards}, {facilities}, {when}; tests in {filled} of {reports} "
        "reports.{names_in_short}",
        lgas=plural(facts["lgas"], "LGA"),
        wards=plural(facts["wards"], "ward"),
        facilities=plural(facts["facilities"], "facility", "facilities"),
        when=when,
        filled=_filled(facts),
        reports=count(facts["reports"]),
        names_in_short=_names_in_short(workflow),
    )
    options = [
        option(
            "confirm", "yes", say("Yes, go on with {state}", state=workflow.state), recommended=True
        )
    ]
    if many:
        options.append(option("reject", "no", say("No, another state")))
    title = say("Shall I use {state}?", state=workflow.state)
    if not many:
        title = say("The file contains one state, {state}. Shall I use it?", state=workflow.state)
    return _question(workflow, title, why, options, ["yes", say("what is missing in the data?")])


def _names_in_short(workflow: Workflow) -> str:
    """The ward match in one sentence; empty without a ward list."""
    found = match_in_short(workflow)
    if found is None:
        return say(" No ward list is loaded for this state, so there will be no map.")
    name, joined, names = found
    if joined == names:
        return say(" Every ward name is on the list {name}.", name=name)
    left = names - joined
    return say(
        " {joined} of {names} are on the list {name}; {left} {waits} for you "
        "under Ward names, now or later.",
        joined=count(joined),
        names=plural(names, "ward name"),
        name=name,
        left=count(left),
        waits="waits" if left == 1 else "wait",
    )


def _menu_facts(o: Option, definition: str, *, with_facilities: bool) -> list[tuple[str, str]]:
    if definition in RATIOS:  # a ratio is never called a rate of tests
        counted = [(count(o.facts["positive"] or 0), "positive"),
                   (percent(o.facts["tpr"]), RATIOS[definition])]  # fmt: skip
        who = [(count(o.facts["facilities"]), "facilities")] if with_facilities else []
        return [*who, *counted, (percent(o.facts["complete"]), say("of reports filled"))]
    facts = []
    if with_facilities:
        facts.append((count(o.facts["facilities"]), "facilities"))
    facts.append((count(o.facts["tested"] or 0), "tests"))
    if not with_facilities:
        facts.append((count(o.facts["positive"] or 0), "positive"))
    facts.append((percent(o.facts["tpr"]), say("TPR")))
    facts.append((percent(o.facts["complete"]), say("of reports filled")))
    return facts


def _level(workflow: Workflow) -> dict[str, Any]:
    found = level_options(workflow)
    options = [
        option(
            o.command, o.value, LEVEL_LABELS[o.value], raw=o.facts, recommended=o.recommended,
            facts=_menu_facts(o, workflow.definition, with_facilities=True),
            note=say("Level read from facility names, about 83 % accurate.") if o.note else "",
        )
        for o in found
    ]  # fmt: skip
    best = next((o for o in found if o.recommended), None)
    if best is None:
        why = say("Choose the facilities whose tests count.")
    elif best.value == "all":
        why = say(
            "All facilities is recommended: less than 70 % of the reports are known "
            "to be from primary facilities."
        )
    else:
        why = say(
            "Primary is recommended: {share_of_reports} of all reports come from "
            "primary facilities, the nearest to where people live.",
            share_of_reports=percent(best.facts["share_of_reports"]),
        )
    return _question(workflow, say("Which facilities?"), why, options,
                     ["primary", "1", say("why primary?")])  # fmt: skip


def _age(workflow: Workflow) -> dict[str, Any]:
    options = [
        option(
            o.command, o.value, AGE_LABELS[o.value], raw=o.facts, recommended=o.recommended,
            facts=_menu_facts(o, workflow.definition, with_facilities=False),
            note=say("Limited data: fewer than one report in five is filled.") if o.note else "",
        )
        for o in age_options(workflow)
    ]  # fmt: skip
    return _question(
        workflow,
        say("Which age group?"),
        say("Under five is recommended: it is the group that net campaigns are planned for."),
        options,
        [say("under five"), "1", say("why under five?"), "back"],
    )


def _threshold(workflow: Workflow) -> dict[str, Any]:
    return _question(
        workflow,
        say("Add the out-patient ratio for comparison?"),
        say(
            "Some urban wards have more than half of their tests positive. The ratio "
            "of positives to all out-patients can be shown beside the TPR, as its "
            "own labelled column. It is not positivity and replaces nothing."
        ),
        [
            option("reject", "no", say("Go on without it"), recommended=True),
            option("confirm", "yes", say("Add the ratio column")),
        ],
        ["no", "yes", say("what is the out-patient ratio?")],
    )


def _complete(workflow: Workflow) -> dict[str, Any]:
    result = current_result(workflow)
    ranked = analysis_api.latest_done_run(result) is not None
    changed = len(changes_since(workflow, result)) if result else 0
    again = (
        [
            option(
                "recalculate",
                "",
                NEXT["recalculate"],
                recommended=True,
                note=say(
                    "{changed} decided since this result was made.",
                    changed=plural(changed, "ward name"),
                ),
            )
        ]
        if changed
        else []
    )
    ready = (
        say("The ward TPR and the risk ranking are ready.")
        if ranked
        else say("The ward TPR is ready.")
    )
    return _question(
        workflow,
        say("What next?"),
        say("{ready} Every earlier answer can still be changed.", ready=ready),
        [
            *again,
            option(
                "run_risk",
                "",
                NEXT["run_risk"],
                recommended=not ranked and not changed,
                note=say("Ranks the wards by malaria risk; you can leave the page meanwhile."),
            ),
            option(
                "plan_nets",
                "",
                NEXT["plan_nets"],
                recommended=ranked and not changed,
                note=say("Needs a finished risk analysis and the number of nets."),
            ),
            option("back", "age", NEXT["age"]),
            option("back", "level", NEXT["level"]),
            *_earlier_result(workflow),
        ],
        [
            say("run the risk analysis"),
            say("plan 200,000 nets"),
            say("top 10 wards"),
            say("switch to all ages"),
        ],
    )


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
    return [option("undo", "", NEXT["undo"])]


def _cancelled(workflow: Workflow) -> dict[str, Any]:
    return _question(
        workflow, say("This workflow was ended."), say("Everything in it can still be read."),
        [option("resume", "", say("Continue where I stopped"), recommended=True),
         option("restart", "", say("Start over with the same file"))],
        ["resume"],
    )  # fmt: skip
