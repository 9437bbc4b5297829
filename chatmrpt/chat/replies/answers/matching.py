"""What is said about ward names: which is meant, what was decided, what is out of date."""

from typing import Any
from urllib.parse import urlencode

from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, join, percent, plural, table
from tpr.domain.matching import ListWard
from tpr.models import TprResult, Workflow, WorkflowEvent
from tpr.selectors.decisions import changes_since
from tpr.selectors.match_report import MatchReport, NameInFile
from tpr.selectors.name_search import names_called, search, wards_called
from tpr.selectors.results import current_result
from tpr.services.import_aliases import Imported

SHOWN = 5


def page_link(workflow: Workflow, label: str = "Ward names", **params: Any) -> dict[str, str]:
    query = f"?{urlencode(params)}" if params else ""
    return {"href": f"/workflows/{workflow.uuid}/matches/{query}", "label": label}


def which_match(workflow: Workflow, report: MatchReport, source: str) -> Reply:
    """A complaint without names: which match is meant?"""
    names = names_called(report, source) if source else []
    if names:
        name = names[0]
        place = "|".join(name.place)
        return Reply(
            text=f"{name.name} ({name.lga}): {_stands(name)} Say “match {name.name} to …” with a "
            "ward of the list, or choose on the page.",
            links=[page_link(workflow, "Choose a ward", item=place)],
        )
    waiting = report.of("open")
    if not waiting:
        return Reply(
            text="No name of the file waits for a decision. Which match is meant? Say “match "
            "<name in the file> to <ward of the list>”, or open the list of ward names.",
            links=[page_link(workflow)],
        )
    rows = [
        [n.name, n.lga, count(n.tests), n.suggestions[0].ward.name if n.suggestions else "none"]
        for n in waiting[:SHOWN]
    ]
    return Reply(
        text=f"Which match is meant? {plural(len(waiting), 'name')} of the file "
        f"{'waits' if len(waiting) == 1 else 'wait'} for a decision. Say for example “match "
        f"{waiting[0].name} to {rows[0][3] if waiting[0].suggestions else '<ward>'}”.",
        figures=[table(
            "Names not on the ward list, most tests first",
            [("Name in the file", False), ("LGA", False), ("Tests", True), ("Nearest", False)],
            rows,
        )],
        links=[page_link(workflow)],
    )  # fmt: skip


def _stands(name: NameInFile) -> str:
    outcome = name.outcome
    if outcome is None:
        return "no ward is stated in the file."
    if outcome.ward is not None:
        return f"joined to {outcome.ward.name} ({outcome.reason})."
    if name.suggestions:
        first = name.suggestions[0]
        return (
            f"not on the list; nearest is {first.ward.name}, {first.score:.2f} by {first.reason}."
        )
    return f"not on the list; {outcome.reason}."


def which_pair(
    workflow: Workflow, report: MatchReport, source: str, target: str,
    pairs: list[tuple[NameInFile, ListWard]],
) -> Reply:  # fmt: skip
    if pairs:
        where = join([f"{n.name} in {n.lga} to {w.name} in {w.lga}" for n, w in pairs[:4]], "or")
        return Reply(
            text=f"There are {len(pairs)} possibilities: {where}. Choose on the page.",
            links=[page_link(workflow)],
        )
    if not (names_called(report, source) or names_called(report, target)):
        return Reply(
            text=f"The file has no ward “{source}” in {report.state}, and none called “{target}”. "
            "The names that wait are on the page.",
            links=[page_link(workflow)],
        )
    missing = (
        source if not wards_called(report, source) and names_called(report, target) else target
    )
    near = [w.name for w in search(report, missing)[:3]]
    list_name = report.ward_list.name if report.ward_list else "the list"
    offer = f" Nearest: {join(near, 'or')}." if near else ""
    return Reply(
        text=f"{list_name} has no ward “{missing}” in {report.state}.{offer}",
        links=[page_link(workflow)],
    )


def joined_already(workflow: Workflow, name: NameInFile) -> Reply:
    return Reply(
        text=f"{name.name} ({name.lga}) is joined already: {_stands(name)}",
        links=[page_link(workflow)],
    )


def taken(workflow: Workflow, name: NameInFile, ward: ListWard, message: str) -> Reply:
    place = "|".join(name.place)
    return Reply(text=message, links=[page_link(workflow, "Answer this", item=place, ask=ward.id)])


def decided(workflow: Workflow, event: WorkflowEvent, name: NameInFile | None) -> Reply:
    """Say what was decided, what hangs on it, and that the result waits for a word."""
    slots = event.payload["slots"]
    lead = sentence(slots)
    lines = []
    if name is not None and name.share is not None:
        lines.append(
            f"{plural(name.tests, 'test')}, {percent(name.share)} of the state's, hang on it."
        )
    if slots.get("kind") != "withdrawn":
        lines.append("It is remembered for your later files of this LGA and list.")
    result = current_result(workflow)
    if result is not None and changes_since(workflow, result):
        lines.append("The result shown is out of date; say “recalculate” when you are ready.")
    lines.append("“Undo” takes it back.")
    return Reply(lead=lead, text=" ".join(lines), links=[page_link(workflow)])


def imported(workflow: Workflow, found: Imported) -> Reply:
    lines = [f"{plural(found.known, 'decision')} known already."] if found.known else []
    if found.refused:
        reasons = "; ".join(f"row {row}: {why}" for row, why in found.refused[:5])
        lines.append(f"{plural(len(found.refused), 'row')} not used: {reasons}.")
    lines.append("“Undo” takes it back.")
    return Reply(
        lead=f"{plural(len(found.made), 'decision')} brought in from the file.",
        text=" ".join(lines), links=[page_link(workflow)],
    )  # fmt: skip


def sentence(slots: dict[str, Any]) -> str:
    """One decision in words, from its ledger line."""
    source, target = slots.get("source", ""), slots.get("target", "")
    place = f" ({slots['lga']})" if slots.get("lga") else ""
    if "all" in slots:
        return f"{plural(len(slots['all']), 'name')} accepted as their likely wards."
    return {
        "same": f"{source}{place} is {target}.",
        "merge": f"{source}{place} is a second name of {target}.",
        "not_on_list": f"{source}{place} is not on this list.",
        "different": f"{source}{place} is not {target}, and is not suggested as it again.",
        "imported": f"{source} brought in."
        + (f" {len(slots['refused'])} rows were not used." if slots.get("refused") else ""),
        "withdrawn": f"What was decided about {source}{place} is taken back.",
    }.get(slots.get("kind", ""), "Ward names were decided.")


def calculated(result: TprResult, before: TprResult | None, changes: list[dict[str, str]]) -> Reply:
    """Say what the new ward names changed, and what they did not."""
    if not changes:
        return Reply(
            lead="Nothing to recalculate.",
            text="The result was made with the present ward names.",
        )
    names = join([f"{c['name']} ({c['lga']}) {c['now']}" for c in changes[:4]])
    more = f", and {len(changes) - 4} more" if len(changes) > 4 else ""
    was = before.totals["parts"]["unmatched"]["wards"] if before else 0
    now = result.totals["parts"]["unmatched"]["wards"]
    return Reply(
        lead="Calculated again with the new ward names.",
        text=f"{names}{more}. Names without a place: {was} before, {now} now. The state figure is "
        f"the same, {percent(result.totals['tpr'])}, because these tests counted for it already. "
        "Risk rankings and net plans of the earlier result are marked out of date.",
    )
