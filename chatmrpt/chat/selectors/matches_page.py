"""The page of ward names: the review queue, what is remembered, and the three lists."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.replies.answers.matching import sentence
from chatmrpt.chat.words import count, percent, plural
from chatmrpt.common.language import Words, say
from chatmrpt.common.names import lga_key
from tpr.domain.matching import ListWard
from tpr.models import SHARED, WardAlias, Workflow
from tpr.selectors.decisions import aliases_for, changes_since
from tpr.selectors.match_report import POSSIBLE, MatchReport, NameInFile
from tpr.selectors.name_search import search
from tpr.selectors.results import current_result

PAGE = 40
BANDS = {"likely": 0, "possible": 1, "weak": 2, "none": 3}
METHODS = Words({"exact": "same text", "normalised": "same name, written otherwise",
           "alias": "remembered decision"})  # fmt: skip


def matches_page(
    workflow: Workflow, report: MatchReport, params: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template lays out. `item`, `q`, `ask`, `page`, `done` come by the address."""
    waiting = sorted(report.of("open"), key=lambda n: (BANDS[n.band], -n.tests, n.lga, n.name))
    likely = [n for n in waiting if n.band == "likely"]
    page = _page(params.get("page", ""), len(waiting))
    shown = waiting[PAGE * (page - 1) : PAGE * page]
    wanted = params.get("item", "")
    name = report.find(tuple(wanted.partition("|")[::2]))  # type: ignore[arg-type]
    if name is not None and name.outcome is not None and name not in shown:
        shown = [name, *shown]
    holders = report.holders()
    assert report.ward_list is not None
    result = current_result(workflow)
    base = f"/workflows/{workflow.uuid}/"
    return {
        "workflow": workflow, "state": report.state, "list": report.ward_list, "base": base,
        "classes": _classes(report), "open_share": _share(report, "open", "not_on_list"),
        "likely": [_likely(n) for n in likely] if len(likely) <= PAGE and page == 1 else [],
        "many_likely": len(likely) > PAGE,
        "items": [_item(report, n, holders, params) for n in shown],
        "open": len(waiting), "page": page, "pages": max(1, -(-len(waiting) // PAGE)),
        "ask": _question(report, name, params),
        "remembered": _remembered(workflow, report),
        "joined": [_joined(n) for n in report.of("joined") if _worth_a_look(n)],
        "exact": sum(not _worth_a_look(n) for n in report.of("joined")),
        "unmatched": [_row(n) for n in (*report.of("open"), *report.of("not_on_list"))],
        "unknown": [_row(n) for n in report.of("unknown")],
        "no_data": _no_data(report),
        "changes": changes_since(workflow, result) if result else [],
        "done": _done(workflow, params.get("done", "")),
    }  # fmt: skip


def _page(text: str, waiting: int) -> int:
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(1, wanted), max(1, -(-waiting // PAGE)))


def _classes(report: MatchReport) -> list[dict[str, Any]]:
    totals = report.totals()
    labels = {
        "joined": (say("name joined"), say("names joined")),
        "open": (say("name waits"), say("names wait for you")),
        "not_on_list": (say("name not on this list"), say("names not on this list")),
        "unknown": (say("LGA with no ward stated"), say("LGAs with no ward stated")),
    }
    found = []
    for key, words in labels.items():
        one = totals.get(key, {"names": 0, "rows": 0, "tests": 0.0})
        if key in ("joined", "open") or one["names"]:
            found.append({
                "key": key, "label": words[one["names"] != 1], "names": count(one["names"]),
                "tests": count(one["tests"]),
                "share": percent(100 * one["tests"] / report.tests) if report.tests else say("no tests"),
            })  # fmt: skip
    return found


def _share(report: MatchReport, *kinds: str) -> str:
    tests = sum(n.tests for kind in kinds for n in report.of(kind))
    return percent(100 * tests / report.tests) if report.tests else "none"


def _likely(name: NameInFile) -> dict[str, Any]:
    first = name.suggestions[0]
    return {
        **_row(name), "value": f"{'|'.join(name.place)}|{first.ward.id}", "ward": first.ward.name,
        "score": f"{first.score:.2f}", "why": first.reason,
    }  # fmt: skip


def _row(name: NameInFile) -> dict[str, Any]:
    return {
        "name": name.name or say("No ward stated"), "lga": name.lga, "tests": count(name.tests),
        "share": percent(name.share) if name.share is not None else "",
        "rows": count(name.rows), "facilities": count(name.facilities),
        "place": "|".join(name.place),
        "reason": name.outcome.reason if name.outcome else "",
    }  # fmt: skip


def _item(
    report: MatchReport, name: NameInFile, holders: Mapping[int, NameInFile],
    params: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    here = [w for w in report.list_wards if lga_key(w.lga) == name.place[0]]
    asked = params.get("item", "") == "|".join(name.place)
    text = params.get("q", "") if asked else ""
    offered = {s.ward.id for s in name.suggestions}
    return {
        **_row(name), "band": name.band, "key": name.place[1], "leads": name.leads,
        "spellings": [s for s in name.spellings if s != name.name], "asked": asked, "q": text,
        "joined_to": name.outcome.ward.name if name.outcome and name.outcome.ward else "",
        "candidates": [
            {**_ward(s.ward, name, holders), "score": f"{s.score:.2f}", "why": s.reason}
            for s in name.suggestions
            if s.score >= POSSIBLE
        ],
        "weak": [
            {**_ward(s.ward, name, holders), "score": f"{s.score:.2f}", "why": s.reason}
            for s in name.suggestions
            if s.score < POSSIBLE
        ],
        "free": [_ward(w, name, holders) for w in here if w.id not in holders and w.id not in offered],
        "held": [_ward(w, name, holders) for w in here if w.id in holders],
        "found": [_ward(w, name, holders) for w in search(report, text, name.place[0])],
        "searched": bool(text.strip()),
    }  # fmt: skip


def _ward(ward: ListWard, name: NameInFile, holders: Mapping[int, NameInFile]) -> dict[str, Any]:
    holder = holders.get(ward.id)
    other = lga_key(ward.lga) != name.place[0]
    return {
        "id": ward.id, "name": ward.name, "code": ward.code, "lga": ward.lga,
        "elsewhere": other, "holder": holder.name if holder and holder is not name else "",
    }  # fmt: skip


def _question(
    report: MatchReport, name: NameInFile | None, params: Mapping[str, str]
) -> dict[str, Any] | None:
    """Return the question "same ward under two names?" when the address asks it."""
    ward = next((w for w in report.list_wards if str(w.id) == params.get("ask")), None)
    if name is None or ward is None:
        return None
    holder = report.holders().get(ward.id)
    if holder is None or holder is name:
        return None
    return {"ward": ward, "name": _row(name), "holder": _row(holder)}


def _worth_a_look(name: NameInFile) -> bool:
    """Joined otherwise than letter by letter; by a code, where the list has another name."""
    outcome = name.outcome
    return outcome is not None and (
        outcome.method != "exact" or outcome.reason.startswith("code; ")
    )


def _joined(name: NameInFile) -> dict[str, Any]:
    assert name.outcome is not None and name.outcome.ward is not None
    return {
        **_row(name), "ward": name.outcome.ward.name, "ward_id": name.outcome.ward.id,
        "method": METHODS[name.outcome.method],
    }  # fmt: skip


def _no_data(report: MatchReport) -> list[dict[str, str]]:
    words = {"no_facility": say("not in the file"), "no_tests": say("in the file, no tests")}
    return [{"name": w.name, "lga": w.lga, "why": words[why]} for w, why in report.without_tests]


def _remembered(workflow: Workflow, report: MatchReport) -> list[dict[str, Any]]:
    assert report.ward_list is not None
    rows = aliases_for(workflow.owner, report.ward_list, report.state)
    rows.sort(key=lambda row: row.decided_at, reverse=True)
    there = {name.place for name in report.names}
    return [
        {
            "id": row.pk, "name": row.name, "lga": row.lga, "words": _words(row),
            "who": say("an administrator") if row.owner == SHARED else row.decided_by_name or "you",
            "at": row.decided_at, "reused": row.reused, "own": row.owner == workflow.owner,
            "here": (row.lga_key, row.name_key) in there, "note": row.note,
        }
        for row in rows
    ]  # fmt: skip


def _words(row: WardAlias) -> str:
    ward = row.ward.name if row.ward else ""
    return {
        "same": f"is {ward}", "merge": say("is a second name of {ward}", ward=ward),
        "not_on_list": say("is not on this list"), "different": say("is not {ward}", ward=ward),
    }[row.kind]  # fmt: skip


def _done(workflow: Workflow, text: str) -> dict[str, Any] | None:
    """Return what the line with this number decided, with whether it is the last that counts."""
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    event = workflow.events.filter(sequence=int(text)).first()
    if event is None or event.command not in ("fix_match", "undo", "recalculate"):
        return None
    last = workflow.events.order_by("-sequence").first()
    if event.command == "undo":
        return {"text": say("Taken back."), "undo": False}
    if event.command == "recalculate":
        number = len(event.payload.get("changes") or [])
        return {
            "text": say("Calculated again; {number} decided since.", number=plural(number, "name")),
            "undo": False,
        }
    return {"text": sentence(event.payload["slots"]), "undo": last == event}
