"""What a person decides about ward names: remembered as rows, one ledger line, results out of date.

Every function is called with the workflow locked (`locks.workflow`). What it did stands in the
line's payload under `made` and `withdrawn` (ids of WardAlias), which
`revise_match.reverse` turns round.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, NotFound
from tpr.domain.matching import ListWard
from tpr.domain.stages import CHOOSING, Stage
from tpr.domain.wardlists import Kind
from tpr.models import BoundaryList, WardAlias, Workflow, WorkflowEvent
from tpr.selectors.file_places import Place
from tpr.selectors.match_report import MatchReport, NameInFile, match_report
from tpr.selectors.places import newest_list_covering
from tpr.selectors.results import current_result
from tpr.services.ledger import record

COMMAND = "fix_match"


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision to make.

    `ward` is the id of a ward of the list, None for ``not_on_list``. `if_taken` answers "same ward
    under two names?": ``merge`` yes, ``free`` no; None asks (Conflict WARD_TAKEN).
    """

    place: Place
    kind: Kind
    ward: int | None = None
    if_taken: str | None = None
    note: str = ""


def list_of(workflow: Workflow) -> BoundaryList | None:
    """Return the list that the workflow's names are matched to: that of its result, or the one
    chosen, or the newest that covers the state."""
    result = current_result(workflow)
    if result is not None and result.ward_list is not None:
        return result.ward_list
    if workflow.ward_list is not None:
        return workflow.ward_list
    return newest_list_covering(workflow.state) if workflow.state else None


def report_of(workflow: Workflow) -> MatchReport:
    """Return the match report of the workflow's state. Raises Conflict without state or list."""
    if workflow.upload is None or Stage(workflow.stage) not in CHOOSING or not workflow.state:
        raise Conflict(
            "NO_STATE_YET", "Choose the state first; then its ward names can be matched.",
            {"stage": workflow.stage},
        )  # fmt: skip
    ward_list = list_of(workflow)
    if ward_list is None:
        raise Conflict(
            "NO_WARD_LIST",
            f"No ward list is loaded for {workflow.state}, so there is nothing to match names to. "
            "An administrator loads one with load_wards.",
            {"state": workflow.state},
        )
    return match_report(workflow.upload, workflow.state, ward_list, workflow.owner)


def decide(workflow: Workflow, choice: Choice, *, actor: Actor, key: str = "") -> WorkflowEvent:
    """Make one decision about one name of the file.

    Writes: WardAlias, ledger. Raises NotFound NAME_UNKNOWN and WARD_UNKNOWN; Conflict WARD_TAKEN
    when another name has the ward and `if_taken` is not answered, DECIDED_MEANWHILE when the same
    owner decided it in another workflow at the same moment.
    """
    report = report_of(workflow)
    name = report.find(choice.place)
    if name is None or name.outcome is None:
        raise NotFound(
            "NAME_UNKNOWN", "The file has no such ward name in this LGA.",
            {"lga": choice.place[0], "name": choice.place[1]},
        )  # fmt: skip
    ward = _ward(report, choice)
    with one_moment():
        made, gone = _write(workflow, report, name, ward, choice, actor)
    return write_line(workflow, actor, key, made, gone, _said(name, ward, choice))


def _ward(report: MatchReport, choice: Choice) -> ListWard | None:
    if choice.kind == "not_on_list":
        return None
    found = next((w for w in report.list_wards if w.id == choice.ward), None)
    if found is None:
        raise NotFound(
            "WARD_UNKNOWN", f"This ward is not on the list of {report.state}.",
            {"ward": choice.ward},
        )  # fmt: skip
    return found


def _write(
    workflow: Workflow, report: MatchReport, name: NameInFile, ward: ListWard | None,
    choice: Choice, actor: Actor,
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Write the decision and what it replaces; returns the ids made and withdrawn."""
    kind: Kind = choice.kind
    made: list[int] = []
    gone = take_back(_live(workflow, report, name.place, ward, kind), actor)
    if ward is not None and kind == "same":
        holder = _holder(report, name, ward)
        if holder is not None and choice.if_taken == "merge":
            kind = "merge"
        elif holder is not None and choice.if_taken == "free":
            held = _live(workflow, report, holder.place, ward, "same")
            gone += take_back(held, actor)
            made.append(_row(workflow, report, holder, ward, "different", "", actor).pk)
        elif holder is not None:
            raise Conflict(
                "WARD_TAKEN",
                f"{ward.name} ({ward.lga}) already belongs to “{holder.name}” of the file. Is it "
                "the same ward under two names?",
                {"ward": ward.id, "ward_name": ward.name, "holder": holder.name,
                 "holder_lga": holder.lga},
            )  # fmt: skip
    made.append(_row(workflow, report, name, ward, kind, choice.note, actor).pk)
    return made, gone


def _holder(report: MatchReport, name: NameInFile, ward: ListWard) -> NameInFile | None:
    return next(
        (other for other in report.of("joined")
         if other.place != name.place and other.outcome and other.outcome.ward == ward
         and not (other.alias and other.alias.kind == "merge")),
        None,
    )  # fmt: skip


def _live(
    workflow: Workflow, report: MatchReport, place: Place, ward: ListWard | None, kind: Kind
) -> list[WardAlias]:
    """The owner's live decisions that a new one on the same name replaces."""
    rows = WardAlias.objects.filter(
        owner=workflow.owner, list=report.ward_list, state=report.state, lga_key=place[0],
        name_key=place[1], withdrawn_at__isnull=True,
    ).select_for_update()  # fmt: skip
    return [
        row for row in rows
        if (row.kind == "different" and ward is not None and row.ward_id == ward.id)
        or (row.kind != "different" and (kind != "different" or row.ward_id == ward.id))  # type: ignore[union-attr]
    ]  # fmt: skip


def take_back(rows: Iterable[WardAlias], actor: Actor) -> list[int]:
    gone = []
    for row in rows:
        row.withdrawn_at, row.withdrawn_by = timezone.now(), actor.owner
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        gone.append(row.pk)
    return gone


def _named_elsewhere(
    workflow: Workflow, report: MatchReport, name: NameInFile, ward: ListWard
) -> bool:
    """Whether a name of another file is remembered as this ward: then it has two names."""
    return (
        WardAlias.objects.filter(
            owner=workflow.owner, list=report.ward_list, ward_id=ward.id, kind="same",
            withdrawn_at__isnull=True,
        )
        .exclude(lga_key=name.place[0], name_key=name.place[1])
        .exists()
    )  # fmt: skip


def _row(
    workflow: Workflow, report: MatchReport, name: NameInFile, ward: ListWard | None, kind: Kind,
    note: str, actor: Actor,
) -> WardAlias:  # fmt: skip
    if kind == "same" and ward is not None and _named_elsewhere(workflow, report, name, ward):
        kind = "merge"
    offered = {s.ward.id: s.score for s in name.suggestions}
    return WardAlias.objects.create(
        owner=workflow.owner, list=report.ward_list, state=report.state, lga=name.lga,
        lga_key=name.place[0], name=name.name, name_key=name.place[1], kind=kind,
        ward_id=ward.id if ward else None, score=offered.get(ward.id) if ward else None,
        note=note[:300], decided_by=actor.owner, decided_by_name=actor.name, workflow=workflow,
    )  # fmt: skip


def accept_likely(
    workflow: Workflow, pairs: Sequence[tuple[Place, int]], *, actor: Actor, key: str = ""
) -> WorkflowEvent:
    """Accept first suggestions of 0.90 or more together, those that were on the person's screen.

    Writes: WardAlias, one ledger line. Raises Conflict NOT_LIKELY when one of the pairs is not, or
    no longer, the leading likely suggestion of its name: nothing is then accepted.
    """
    report = report_of(workflow)
    wards = {ward.id: ward for ward in report.list_wards}
    made: list[int] = []
    said = []
    with one_moment():
        for place, ward_id in pairs:
            name = report.find(place)
            first = name.suggestions[0].ward.id if name and name.suggestions else None
            if name is None or name.state_of_it != "open" or name.band != "likely" \
                    or first != ward_id:  # fmt: skip
                raise Conflict(
                    "NOT_LIKELY",
                    "One of these is not a likely suggestion any more; nothing was accepted. Look "
                    "at the list again.", {"lga": place[0], "name": place[1]},
                )  # fmt: skip
            ward = wards[ward_id]
            made.append(_row(workflow, report, name, ward, "same", "", actor).pk)
            said.append(_said(name, ward, Choice(place, "same", ward_id)))
        if not made:
            raise Conflict("NOTHING_CHOSEN", "No suggestion was ticked; nothing was changed.")
    payload = {"source": f"{len(made)} names", "target": "their likely wards", "all": said}
    return write_line(workflow, actor, key, made, [], payload)


@contextmanager
def one_moment() -> Iterator[None]:
    """A savepoint in which a unique constraint that bites is said in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(
            "DECIDED_MEANWHILE",
            "This name or this ward was decided elsewhere at the same moment. Look at the list "
            "again.",
        ) from error


def _said(name: NameInFile, ward: ListWard | None, choice: Choice) -> dict[str, Any]:
    return {
        "source": name.name, "target": ward.name if ward else "", "lga": name.lga,
        "ward_code": ward.code if ward else "",
        "kind": "merge" if choice.if_taken == "merge" else choice.kind,
    }  # fmt: skip


def write_line(
    workflow: Workflow, actor: Actor, key: str, made: list[int], gone: list[int],
    slots: Mapping[str, Any], **more: Any,
) -> WorkflowEvent:  # fmt: skip
    return record(
        workflow, command=COMMAND, actor=actor, key=key,
        payload={"slots": dict(slots), "facts": {}, "made": made, "withdrawn": gone,
                 "undoable": True, **more},
    )  # fmt: skip
