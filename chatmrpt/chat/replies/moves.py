"""What is said after a move, a refusal, or a job that ended."""

from typing import Any

from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    count,
    interval,
    join,
    percent,
    period,
    plural,
    shown_interval,
    table,
)
from chatmrpt.common.language import Words, say
from tpr.domain.refusals import refusal_sentence
from tpr.domain.stages import Move, Refusal, Stage
from tpr.models import TprResult, Upload, Workflow
from tpr.selectors.options import level_options
from tpr.selectors.results import ward_figures

VALUE_LABELS = {"level": LEVEL_LABELS, "age_group": AGE_LABELS}
NAMES = Words({"state": "State", "level": "Facility level", "age_group": "Age group",
         "definition": "Definition", "exceeding": "Rows with more positives than tests",
         "threshold_answer": "Out-patient ratio", "period": "Period",
         "ward_list": "Ward list", "bands": "Bands", "output": "Shown first"})  # fmt: skip


def label_of(name: str, value: Any) -> str:
    if name == "definition":
        return DEFINITION_LABELS[value]
    if name == "exceeding":
        return EXCEEDING_LABELS[value]
    if name == "threshold_answer":
        return say("added as its own column") if value == "add" else say("left out")
    if name == "bands":
        return say("limits at {value} %", value=value.replace(",", ", "))
    return VALUE_LABELS.get(name, {}).get(value, str(value))


def after_move(workflow: Workflow, move: Move, result: TprResult | None) -> Reply:
    """Say what was chosen with its facts, what was cleared, and the result when there is one."""
    leads, lines = [], []
    for name, value in move.filled.items():
        leads.append(f"{NAMES[name]}: {label_of(name, value)}.")
        if fact := _fact(workflow, name, value):
            lines.append(fact)
    if not move.filled and not move.cleared and workflow.stage == Stage.FACILITY_SELECTION:
        leads.append(say("{state} is confirmed.", state=workflow.state))
    if move.cleared:
        cleared = [f"{NAMES[n].lower()} ({label_of(n, v)})" for n, v in move.cleared.items()]
        lines.append(
            say("Cleared: {cleared}. Results already computed are kept.", cleared=join(cleared))
        )
    if workflow.stage == Stage.COMPLETE and result is not None:
        if move.filled.keys() & FIGURES:
            lines.append(
                say("Nothing is overwritten: the result before this one is one press away below.")
            )
        if "bands" in move.filled or "bands" in move.cleared:
            return _banded(workflow, leads, lines)
        summary = result_summary(result)
        return Reply(text="\n\n".join([*lines, summary.text]), lead=" ".join(leads),
                     figures=summary.figures, links=summary.links)  # fmt: skip
    if not leads and not lines:
        leads.append(say("This is already chosen."))
        lines.append(choices_here(workflow))
    return Reply(text=" ".join(lines), lead=" ".join(leads))


def taken_as_recommended(questions: list[dict[str, Any]]) -> str:
    """Say what was taken without an answer by somebody who went on past the cards."""
    taken = [
        choice["label"] for q in questions for choice in q["choices"]
        if choice["value"] == q["recommended"]
    ]  # fmt: skip
    return say("Taken as recommended: {taken}.", taken="; ".join(taken)) if taken else ""


FIGURES = {"state", "level", "age_group", "definition", "exceeding", "period"}
"""What makes another result; the other settings only change what is shown."""


def _banded(workflow: Workflow, leads: list[str], lines: list[str]) -> Reply:
    """Other bands change no figure: say how the wards fall into them."""
    from chatmrpt.chat.replies.answers.rates import band_figure
    from chatmrpt.chat.replies.answers.scope import scope_of

    scope = scope_of(workflow, {})
    figure, said = band_figure(scope)
    lines.append(say("{said} Bands change no figure.", said=said))
    return Reply(text=f"{' '.join(lines)}\n\n{scope.place}, {scope.said}. {scope.source}",
                 lead=" ".join(leads), figures=[figure])  # fmt: skip


def _fact(workflow: Workflow, name: str, value: str) -> str:
    if name == "state" and workflow.upload and workflow.stage == Stage.STATE_CONFIRMATION:
        f = workflow.upload.counts["by_state"][value]
        return (
            f"{plural(f['lgas'], 'LGA')}, {plural(f['wards'], 'ward')}, "
            f"{plural(f['facilities'], 'facility', 'facilities')}, "
            f"{period(f['first_period'], f['last_period'])}."
        )
    if name == "level" and workflow.stage == Stage.AGE_GROUP_SELECTION:
        f = next(o.facts for o in level_options(workflow) if o.value == value)
        return say(
            "{facilities}, {reports_with_tests} with tests, {tested}. That is "
            "{share_of_reports} of all reports of {state}.",
            facilities=plural(f["facilities"], "facility", "facilities"),
            reports_with_tests=plural(f["reports_with_tests"], "report"),
            tested=plural(f["tested"] or 0, "test"),
            share_of_reports=percent(f["share_of_reports"]),
            state=workflow.state,
        )
    return ""


def result_summary(result: TprResult) -> Reply:
    """Say the state figure with its tests and interval, the extremes, and what is unknown."""
    t = result.totals
    if t["tpr"] is None:
        return Reply(
            text=say(
                "There is no rate for {state} with these choices ({reason}): "
                "{facilities} and no complete pair of tested and positive. Choose "
                "another level or age group.",
                state=result.state,
                reason=t["reason"].replace("_", " "),
                facilities=plural(t["facilities"], "facility", "facilities"),
            )
        )
    wards = t["wards"]
    with_tests = wards.get("ok", 0) + wards.get("too_few", 0)
    lines = [
        say(
            "TPR of {state} is {tpr} {interval}{positive} positive of {tested} "
            "tested, in {reporting} of {facilities}.",
            state=result.state,
            tpr=percent(t["tpr"]),
            interval=say("(95 % interval {value}): ", value=interval(*shown_interval(t)))
            if t["low"] is not None
            else ": ",
            positive=count(t["positive"]),
            tested=count(t["tested"]),
            reporting=count(t["reporting"]),
            facilities=plural(t["facilities"], "facility", "facilities"),
        )
    ]
    unknown = []
    if wards.get("no_tests"):
        unknown.append(
            say("{no_tests} of the file without tests", no_tests=plural(wards["no_tests"], "ward"))
        )
    if wards.get("not_in_file"):
        unknown.append(
            say(
                "{not_in_file} of the list not in the file",
                not_in_file=plural(wards["not_in_file"], "ward"),
            )
        )
    if wards.get("unmatched"):
        unknown.append(
            say("{unmatched} not on the ward list", unmatched=plural(wards["unmatched"], "name"))
        )
    lines.append(
        say(
            "{with_tests} with tests{unknown}",
            with_tests=plural(with_tests, "ward"),
            unknown=say("; {unknown}. No tests means unknown, not zero.", unknown=join(unknown))
            if unknown
            else ".",
        )
    )
    if result.ward_list is None:
        lines.append(
            say("No ward list is loaded for this state, so there is no map; the table is complete.")
        )
    cells = t["excluded"]["cells"]
    if cells:
        lines.append(
            say(
                "{cells} with more positives than tests {is_} {exceeding_labels} "
                "({tested} tests, {positive} positives).",
                cells=plural(cells, "pair"),
                is_="is" if cells == 1 else "are",
                exceeding_labels=EXCEEDING_LABELS[result.exceeding],
                tested=count(t["excluded"]["tested"]),
                positive=count(t["excluded"]["positive"]),
            )
        )
    lines.append(f"{DEFINITION_LABELS[result.definition]}.")
    links = []
    if wards.get("unmatched"):
        href = f"/workflows/{result.workflow_id}/matches/"
        links = [{"href": href, "label": say("Decide the ward names")}]
    return Reply(text="\n\n".join(lines), figures=extremes(result), links=links)


def extremes(result: TprResult, n: int = 5) -> list[dict[str, Any]]:
    rows = [w for w in ward_figures(result) if w.tpr is not None and "unknown_ward" not in w.flags]
    if len(rows) < 2:
        return []
    rows.sort(key=lambda w: (-(w.tpr or 0), -(w.tested or 0), w.ward_code))
    columns = [(say("Ward"), False), (say("LGA"), False), (say("Tested"), True), (say("TPR"), True)]

    def cells(w: Any) -> list[str]:
        mark = say(" (few tests)") if w.status == "too_few" else ""
        return [w.ward + mark, w.lga, count(w.tested), percent(w.tpr)]

    n = min(n, len(rows) // 2)
    return [
        table(f"Highest {n}", columns, [cells(w) for w in rows[:n]]),
        table(f"Lowest {n}", columns, [cells(w) for w in rows[: -n - 1 : -1]]),
    ]


def after_refusal(workflow: Workflow, refusal: Refusal) -> Reply:
    """Say what was heard, why it cannot be done here, and what can."""
    return Reply(text=refusal_sentence(refusal, workflow.position))


def after_job(workflow: Workflow, command: str, payload: dict[str, Any]) -> Reply | None:
    """Say what a finished job found. None for jobs that say nothing."""
    upload = workflow.upload
    if command == "file_read" and upload is not None:
        return _what_was_read(upload)
    if command == "file_unsure" and (payload.get("facts") or {}).get("states"):
        return Reply(
            lead=say("The file is read."),
            text=say(
                "One point is for you to decide; the recommended answer is taken if you "
                "simply go on."
            ),
        )
    if command == "file_unsure":
        return Reply(
            lead=say("The reader is not sure."),
            text=say("Please answer the question below; the numbers could turn round otherwise."),
        )
    if command == "file_refused" and upload is not None:
        return Reply(lead=say("This file was not used."), text=upload.error_message)
    if command == "run_finished":
        return Reply(lead=say("The risk analysis is finished."), text=payload.get("text", ""))
    if command == "run_failed":
        return Reply(lead=say("The risk analysis did not finish."), text=payload.get("text", ""))
    return None


SAID_AT_MOST = 6


def _what_was_read(upload: Upload) -> Reply:
    """Say what the file holds and what the reader repaired, left out or noticed (inputs.md §11)."""
    counts = upload.counts
    if closing := counts.get("closing"):
        said = list(counts.get("said") or [])
        rest = len(said) - SAID_AT_MOST
        more = [say("{rest} under Quality.", rest=plural(rest, "more remark"))] if rest > 0 else []
        text = "\n\n".join([closing.removeprefix("Read: "), *said[:SAID_AT_MOST], *more])
        return Reply(lead=say("Read:"), text=text)
    by_state = counts["by_state"].values()
    parts = [plural(len(by_state), "state")]
    for key, one, many in (
        ("lgas", say("LGA"), None), ("wards", "ward", None), ("facilities", "facility", "facilities")
    ):  # fmt: skip
        parts.append(plural(sum(s[key] for s in by_state), one, many))
    firsts = [s["first_period"] for s in by_state if s["first_period"]]
    lasts = [s["last_period"] for s in by_state if s["last_period"]]
    when = period(min(firsts), max(lasts)) if firsts else "undated"
    files = counts.get("files") or []
    of = f" from {join(files)}" if files else ""
    return Reply(
        lead=say("Read:"),
        text=say(
            "{parts}, {when}; {rows_used} rows{of}.",
            parts=join(parts),
            when=when,
            rows_used=count(counts["rows_used"]),
            of=of,
        ),
    )
