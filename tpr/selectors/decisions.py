"""What people decided about ward names, and the match that follows from it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from chatmrpt.common.once import once
from tpr.domain.matching import DataWard, Decision, ListWard, MatchOutcome, match
from tpr.domain.wardlists import memory_key
from tpr.models import SHARED, BoundaryList, Facility, TprResult, Ward, WardAlias, Workflow
from tpr.selectors.file_places import Place, Places, places_of


def list_wards_of(ward_list: BoundaryList | None, state: str) -> list[ListWard]:
    if ward_list is None:
        return []
    return [
        ListWard(id=pk, code=code, state=state_name, lga=lga, name=name)
        for pk, code, state_name, lga, name in Ward.objects.filter(
            list=ward_list, state=state
        ).values_list("id", "code", "state", "lga", "name")
    ]


@once
def aliases_for(owner: str, ward_list: BoundaryList, state: str) -> list[WardAlias]:
    """Return the live decisions that count for an owner: their own, then what is shared.

    A shared decision about a name or a ward that the owner decided themselves is passed over.
    """
    rows = WardAlias.objects.filter(
        list=ward_list, state=state, owner__in={owner, SHARED}, withdrawn_at__isnull=True
    ).select_related("ward")
    own = [row for row in rows if row.owner == owner]
    if not owner:
        return own
    names = {(row.lga_key, row.name_key) for row in own}
    wards = {row.ward_id for row in own if row.kind == "same"}
    return own + [
        row for row in rows
        if row.owner != owner and (row.lga_key, row.name_key) not in names
        and not (row.kind == "same" and row.ward_id in wards)
    ]  # fmt: skip


def decisions_for(owner: str, ward_list: BoundaryList | None, state: str) -> list[Decision]:
    if ward_list is None:
        return []
    return [row.decision for row in aliases_for(owner, ward_list, state)]


def marks_of(decisions: Iterable[Decision], names: Iterable[Place]) -> list[list[Any]]:
    """Return what the decisions do to names of one file, in a fixed order."""
    there = set(names)
    marks = [d.mark for d in decisions if (d.lga_key, d.name_key) in there]
    return sorted(marks, key=lambda mark: [str(part) for part in mark])


def matched_places(
    places: Places, state: str, list_wards: list[ListWard], decisions: list[Decision]
) -> dict[Place, MatchOutcome]:
    """Match the named places of a file; the unknown ward of an LGA is left out."""
    named = [place for place in places.names if place[1]]
    wards = [DataWard(state, *places.names[p], places.codes.get(p)) for p in named]
    outcomes = match(wards, list_wards, decisions)
    return dict(zip(named, outcomes, strict=True))


def join_places(
    places: Places, state: str, list_wards: list[ListWard], decisions: list[Decision]
) -> tuple[dict[Place, tuple[int, str]], dict[Place, Place]]:
    """Join places to list wards; only exact, normalised and remembered joins count.

    Returns the joins (ward id, method), and the places that are a second name of another place's
    ward: of two the one with more facilities leads, so that a ward is one row. Without a list
    nothing joins.
    """
    heads: dict[Place, Place] = {}
    holder: dict[int, Place] = {}
    joined: dict[Place, tuple[int, str]] = {}
    found = matched_places(places, state, list_wards, decisions) if list_wards else {}
    for place in sorted(found, key=lambda p: (-places.facilities.get((p, "all"), 0), p)):
        outcome = found[place]
        if outcome.ward is None:
            continue
        head = holder.setdefault(outcome.ward.id, place)
        if head is place:
            joined[place] = (outcome.ward.id, outcome.method)
        else:
            heads[place] = head
    return joined, heads


def places_in(result: TprResult) -> Places:
    """Return the places of a result as its rows count them, second names with their ward."""
    places = places_of(result.workflow.upload_id, result.state)
    decisions = [Decision(result.state, *mark) for mark in result.decisions]
    list_wards = list_wards_of(result.ward_list, result.state)
    return places.joined(join_places(places, result.state, list_wards, decisions)[1])


@once
def marks_now(workflow: Workflow, ward_list: BoundaryList | None, state: str) -> list[list[Any]]:
    """Return the marks that a result computed now would carry. One query when nothing is decided."""
    decisions = decisions_for(workflow.owner, ward_list, state)
    if not decisions:
        return []
    there = Facility.objects.filter(
        upload=workflow.upload_id, state=state, lga_key__in={d.lga_key for d in decisions}
    )
    pairs = there.values_list("lga_key", "ward_key").distinct().order_by()
    return marks_of(decisions, {(lga, memory_key(ward)) for lga, ward in pairs})


@once
def changes_since(workflow: Workflow, result: TprResult) -> list[dict[str, str]]:
    """Say which names were decided otherwise since the result was made; empty when none.

    Returns per name: `lga`, `name`, `before` and `now`, in words.
    """
    now = marks_now(workflow, result.ward_list, result.state)
    if now == result.decisions:
        return []
    changed = [
        mark for mark in (*result.decisions, *now) if (mark in now) != (mark in result.decisions)
    ]
    keys = {(mark[0], mark[1]) for mark in changed}
    wards = Ward.objects.in_bulk({mark[3] for mark in changed if mark[3]})
    written = _written(result, keys)
    found = []
    for lga_key, name_key in sorted(keys):
        lga, name = written.get((lga_key, name_key), (lga_key, name_key))
        found.append({
            "lga": lga, "name": name,
            "before": _words(result.decisions, lga_key, name_key, wards),
            "now": _words(now, lga_key, name_key, wards),
        })  # fmt: skip
    return found


def _written(result: TprResult, keys: set[tuple[str, str]]) -> Mapping[Place, tuple[str, str]]:
    rows = WardAlias.objects.filter(
        Q(list=result.ward_list, state=result.state)
        & Q(lga_key__in={k[0] for k in keys}, name_key__in={k[1] for k in keys})
    ).order_by("decided_at")
    return {(row.lga_key, row.name_key): (row.lga, row.name) for row in rows}


def _words(marks: list[list[Any]], lga_key: str, name_key: str, wards: Mapping[Any, Ward]) -> str:
    said = []
    for lga, name, kind, ward_id in marks:
        if (lga, name) != (lga_key, name_key):
            continue
        ward = wards.get(ward_id)
        named = ward.name if ward else "a ward that is gone"
        said.append({
            "same": f"is {named}", "merge": f"is a second name of {named}",
            "not_on_list": "is not on this list", "different": f"is not {named}",
        }[kind])  # fmt: skip
    return ", ".join(said) or "left to the rules"
