"""Bringing in decisions about ward names from a file: a programme's own knowledge, or another's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.names import clean_lga, clean_state, lga_key, row_prefix, tidy, ward_key
from tpr.domain.wardlists import KINDS, memory_key
from tpr.models import BoundaryList, Ward, WardAlias, Workflow, WorkflowEvent
from tpr.services.decide_match import one_moment, report_of, write_line

NEEDED = ("state", "lga", "name_in_data", "ward_code")
BY = {"decided": "decision", "kind": "decision", "name in data": "name_in_data",
      "name": "name_in_data", "ward code": "ward_code"}  # fmt: skip


@dataclass(slots=True)
class Imported:
    """What an import did; `refused` are (row of the file, reason in words)."""

    made: list[int] = field(default_factory=list)
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def import_aliases(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]], *, ward_list: BoundaryList,
    owner: str, actor: Actor, workflow: Workflow | None = None,
) -> Imported:  # fmt: skip
    """Store the decisions of a table (state, LGA, name in data, ward code, decision, note).

    A blank decision is `same`, or `not_on_list` without a ward code. A name that is decided
    already, the same or otherwise, stays as it is: a file never overrules a person.

    Writes: WardAlias. Raises InvalidInput COLUMN_MISSING. Idempotent by: what is known is skipped.
    """
    by_name = _columns(columns)
    wards = {ward.code: ward for ward in Ward.objects.filter(list=ward_list)}
    live = list(WardAlias.objects.filter(list=ward_list, owner=owner, withdrawn_at__isnull=True))
    decided = {(r.state, r.lga_key, r.name_key): r for r in live if r.kind != "different"}
    different = {(r.state, r.lga_key, r.name_key, r.ward_id) for r in live if r.kind == "different"}
    taken = {row.ward_id for row in live if row.kind == "same"}
    found = Imported()
    with transaction.atomic():
        for number, row in enumerate(rows, start=2):
            alias = _read({name: row.get(column) for name, column in by_name.items()}, wards)
            if isinstance(alias, str):
                found.refused.append((number, alias))
                continue
            place = (alias.state, alias.lga_key, alias.name_key)
            earlier = decided.get(place)
            if alias.kind == "different":
                same = (*place, alias.ward_id) in different
                different.add((*place, alias.ward_id))
            else:
                same = earlier is not None and earlier.ward_id == alias.ward_id
                if earlier is not None and not same:
                    found.refused.append((number, f"{alias.name} is decided otherwise already"))
                    continue
                decided[place] = alias
            if same:
                found.known += 1
                continue
            if alias.kind == "same" and alias.ward_id in taken:
                alias.kind = "merge"
            taken |= {alias.ward_id} if alias.kind == "same" else set()
            alias.list, alias.owner, alias.workflow = ward_list, owner, workflow
            alias.decided_by, alias.decided_by_name = actor.owner, actor.name
            alias.save(force_insert=True)
            found.made.append(alias.pk)
    return found


def import_for(
    workflow: Workflow, columns: Iterable[str], rows: Iterable[Mapping[str, Any]], *, actor: Actor,
    key: str = "",
) -> tuple[WorkflowEvent, Imported]:  # fmt: skip
    """Bring decisions into the memory of the workflow's owner: one ledger line, undone as one.

    The caller holds the workflow's lock.
    """
    ward_list = report_of(workflow).ward_list
    assert ward_list is not None
    with one_moment():
        found = import_aliases(
            columns, rows, ward_list=ward_list, owner=workflow.owner, actor=actor,
            workflow=workflow,
        )  # fmt: skip
    said = {
        "kind": "imported", "source": f"{len(found.made)} decisions of a file", "target": "",
        "known": found.known, "refused": found.refused[:50],
    }  # fmt: skip
    return write_line(workflow, actor, key, found.made, [], said), found


def _columns(columns: Iterable[str]) -> dict[str, str]:
    found = {}
    for column in columns:
        plain = column.strip().casefold()
        found.setdefault(BY.get(plain, plain.replace(" ", "_")), column)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise InvalidInput(
            "COLUMN_MISSING",
            f"The file has no column {' and no column '.join(missing)}; it needs "
            f"{', '.join(NEEDED)}, and may have decision and note.",
            {"missing": missing},
        )
    return found


def _read(row: Mapping[str, Any], wards: Mapping[str, Ward]) -> WardAlias | str:
    """Read one row as a decision, or return why it is none."""
    text = {name: tidy(value).removeprefix("'") for name, value in row.items()}
    name, code = text["name_in_data"], text["ward_code"]
    kind = text.get("decision") or ("same" if code else "not_on_list")
    lga = clean_lga(text["lga"])
    key = memory_key(ward_key(name, lga=lga, prefix=row_prefix(text["state"], text["lga"])))
    if kind not in KINDS:
        return f"'{kind[:40]}' is none of the decisions {', '.join(KINDS)}"
    if not key or not lga:
        return "the name or the LGA is blank: without its LGA a ward name has no identity"
    ward = wards.get(code)
    if kind != "not_on_list" and ward is None:
        return f"the list has no ward with the code '{code[:40]}'"
    state = clean_state(text["state"])
    if len(state) > 100 or max(len(lga), len(lga_key(lga))) > 200 or max(len(name), len(key)) > 300:
        return "the name, the LGA or the state is longer than any that a list has"
    if kind != "not_on_list" and ward is not None and ward.state != state:
        return f"{code} is a ward of {ward.state}, not of {state}"
    return WardAlias(
        state=state, lga=lga, lga_key=lga_key(lga), name=name[:300], name_key=key[:300], kind=kind,
        ward=None if kind == "not_on_list" else ward, note=text.get("note", "")[:300],
    )  # fmt: skip
