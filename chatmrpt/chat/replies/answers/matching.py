"""What is said about ward names: which is meant, what was decided, what is out of date."""

from typing import Any
from urllib.parse import urlencode

from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, join, percent, plural, table
from chatmrpt.common.language import say
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
            text=say(
                "{name} ({lga}): {stands} Say “match {name} to …” with a ward of the "
                "list, or choose on the page.",
                name=name.name,
                lga=name.lga,
                stands=_stands(name),
            ),
            links=[page_link(workflow, say("Choose a ward"), item=place)],
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
        text=say(
            "Which match is meant? {waiting} of the file {waits} for a decision. Say "
            "for example “match {waiting_2} to {rows}”.",
            waiting=plural(len(waiting), "name"),
            waits="waits" if len(waiting) == 1 else "wait",
            waiting_2=waiting[0].name,
            rows=rows[0][3] if waiting[0].suggestions else "<ward>",
        ),
        figures=[
            table(
                say("Names not on the ward list, most tests first"),
                [
                    (say("Name in the file"), False),
                    (say("LGA"), False),
                    (say("Tests"), True),
                    (say("Nearest"), False),
                ],
                rows,
            )
        ],
        links=[page_link(workflow)],
    )


def _stands(name: NameInFile) -> str:
    outcome = name.outcome
    if outcome is None:
        return say("no ward is stated in the file.")
    if outcome.ward is not None:
        return say("joined to {ward} ({reason}).", ward=outcome.ward.name, reason=outcome.reason)
    if name.suggestions:
        first = name.suggestions[0]
        return say(
            "not on the list; nearest is {ward}, {score:.2f} by {reason}.",
            ward=first.ward.name,
            score=first.score,
            reason=first.reason,
        )
    return say("not on the list; {reason}.", reason=outcome.reason)


def which_pair(
    workflow: Workflow, report: MatchReport, source: str, target: str,
    pairs: list[tuple[NameInFile, ListWard]],
) -> Reply:  # fmt: skip
    if pairs:
        where = join(
            [
                say("{n} in {lga} to {w} in {lga_2}", n=n.name, lga=n.lga, w=w.name, lga_2=w.lga)
                for n, w in pairs[:4]
            ],
            "or",
        )
        return Reply(
            text=say(
                "There are {pairs} possibilities: {where}. Choose on the page.",
                pairs=len(pairs),
                where=where,
            ),
            links=[page_link(workflow)],
        )
    if not (names_called(report, source) or names_called(report, target)):
        return Reply(
            text=say(
                "The file has no ward “{source}” in {state}, and none called “{target}”. "
                "The names that wait are on the page.",
                source=source,
                state=report.state,
                target=target,
            ),
            links=[page_link(workflow)],
        )
    missing = (
        source if not wards_called(report, source) and names_called(report, target) else target
    )
    near = [w.name for w in search(report, missing)[:3]]
    list_name = report.ward_list.name if report.ward_list else say("the list")
    offer = say(" Nearest: {near}.", near=join(near, "or")) if near else ""
    return Reply(
        text=say(
            "{list_name} has no ward “{missing}” in {state}.{offer}",
            list_name=list_name,
            missing=missing,
            state=report.state,
            offer=offer,
        ),
        links=[page_link(workflow)],
    )


def joined_already(workflow: Workflow, name: NameInFile) -> Reply:
    return Reply(
        text=say(
            "{name} ({lga}) is joined already: {stands}",
            name=name.name,
            lga=name.lga,
            stands=_stands(name),
        ),
        links=[page_link(workflow)],
    )


def taken(workflow: Workflow, name: NameInFile, ward: ListWard, message: str) -> Reply:
    place = "|".join(name.place)
    return Reply(
        text=message, links=[page_link(workflow, say("Answer this"), item=place, ask=ward.id)]
    )


def decided(workflow: Workflow, event: WorkflowEvent, name: NameInFile | None) -> Reply:
    """Say what was decided, what hangs on it, and that the result waits for a word."""
    slots = event.payload["slots"]
    lead = sentence(slots)
    lines = []
    if name is not None and name.share is not None:
        lines.append(
            say(
                "{tests}, {share} of the state's, hang on it.",
                tests=plural(name.tests, "test"),
                share=percent(name.share),
            )
        )
    if slots.get("kind") != "withdrawn":
        lines.append(say("It is remembered for your later files of this LGA and list."))
    result = current_result(workflow)
    if result is not None and changes_since(workflow, result):
        lines.append(say("The result shown is out of date; say “recalculate” when you are ready."))
    lines.append(say("“Undo” takes it back."))
    return Reply(lead=lead, text=" ".join(lines), links=[page_link(workflow)])


def imported(workflow: Workflow, found: Imported) -> Reply:
    lines = (
        [say("{known} known already.", known=plural(found.known, "decision"))]
        if found.known
        else []
    )
    if found.refused:
        reasons = "; ".join(
            say("row {row}: {why}", row=row, why=why) for row, why in found.refused[:5]
        )
        lines.append(
            say(
                "{refused} not used: {reasons}.",
                refused=plural(len(found.refused), "row"),
                reasons=reasons,
            )
        )
    lines.append(say("“Undo” takes it back."))
    return Reply(
        lead=say("{made} brought in from the file.", made=plural(len(found.made), 'decision')),
        text=" ".join(lines), links=[page_link(workflow)],
    )  # fmt: skip


def sentence(slots: dict[str, Any]) -> str:
    """One decision in words, from its ledger line."""
    source, target = slots.get("source", ""), slots.get("target", "")
    place = f" ({slots['lga']})" if slots.get("lga") else ""
    if "all" in slots:
        return say("{all} accepted as their likely wards.", all=plural(len(slots["all"]), "name"))
    return {
        "same": say("{source}{place} is {target}.", source=source, place=place, target=target),
        "merge": say(
            "{source}{place} is a second name of {target}.",
            source=source,
            place=place,
            target=target,
        ),
        "not_on_list": say("{source}{place} is not on this list.", source=source, place=place),
        "different": say(
            "{source}{place} is not {target}, and is not suggested as it again.",
            source=source,
            place=place,
            target=target,
        ),
        "imported": say(
            "{source} brought in.{refused}",
            source=source,
            refused=say(" {refused} rows were not used.", refused=len(slots["refused"]))
            if slots.get("refused")
            else "",
        ),
        "withdrawn": say(
            "What was decided about {source}{place} is taken back.", source=source, place=place
        ),
    }.get(slots.get("kind", ""), "Ward names were decided.")


def calculated(result: TprResult, before: TprResult | None, changes: list[dict[str, str]]) -> Reply:
    """Say what the new ward names changed, and what they did not."""
    if not changes:
        return Reply(
            lead=say("Nothing to recalculate."),
            text=say("The result was made with the present ward names."),
        )
    names = join([f"{c['name']} ({c['lga']}) {c['now']}" for c in changes[:4]])
    more = say(", and {changes} more", changes=len(changes) - 4) if len(changes) > 4 else ""
    was = before.totals["parts"]["unmatched"]["wards"] if before else 0
    now = result.totals["parts"]["unmatched"]["wards"]
    return Reply(
        lead=say("Calculated again with the new ward names."),
        text=say(
            "{names}{more}. Names without a place: {was} before, {now} now. The "
            "state figure is the same, {tpr}, because these tests counted for it "
            "already. Risk rankings and net plans of the earlier result are marked "
            "out of date.",
            names=names,
            more=more,
            was=was,
            now=now,
            tpr=percent(result.totals["tpr"]),
        ),
    )
