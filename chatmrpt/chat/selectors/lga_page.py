"""One LGA of a workflow: the figures, ranks and nets of its wards, and what was said about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis import api as analysis_api
from analysis.models import SettlementCheck, WardScore
from chatmrpt.chat.selectors.deprioritise_page import DECISIONS, FINDINGS
from chatmrpt.chat.selectors.ward_card import ward_card
from chatmrpt.chat.selectors.wards import name_of, status_words
from chatmrpt.chat.words import count, interval, percent
from chatmrpt.common.errors import Conflict, NotFound
from chatmrpt.common.exports import csv_text
from chatmrpt.common.language import say
from chatmrpt.common.names import lga_key
from itn import api as itn_api
from itn.models import ItnPlan, PlanEvent, PlanEventKind, PlanStatus, WardAllocation
from tpr.models import TprResult, WardTpr, Workflow
from tpr.selectors.results import current_result, ward_rows

COLUMNS = (
    "state", "lga", "ward", "ward_code", "tested", "positive", "tpr", "tpr_low", "tpr_high",
    "status", "rank", "rank_low", "rank_high", "category", "population", "need", "nets", "bales",
    "loose_nets", "reason", "reason_text",
)  # fmt: skip
ABOUT = "About {lga} LGA: "


class OneLga:
    """The rows of one LGA: of the present result, its newest finished run, and the plan that counts.

    The plan that counts is the newest approved one, else the newest. Raises Conflict TPR_NOT_READY;
    NotFound LGA_NOT_IN_RESULT.
    """

    def __init__(self, workflow: Workflow, name: str) -> None:
        self.workflow, self.result = workflow, _result(workflow)
        key = lga_key(name)
        self.rows = [row for row in ward_rows(self.result) if lga_key(row.lga) == key]
        if not self.rows:
            raise NotFound(
                "LGA_NOT_IN_RESULT", f"The present result has no LGA '{name[:60]}'.", {"lga": name}
            )
        self.name = self.rows[0].lga
        self.run = analysis_api.latest_done_run(self.result)
        scores = self.run.scores.all() if self.run else []
        self.scores = {_place(s): s for s in scores if lga_key(s.lga) == key}
        self.plan = _plan(workflow)
        nets = self.plan.rows.order_by("place") if self.plan else []
        self.nets = {_place(n): n for n in nets if lga_key(n.lga) == key}

    def joined(self) -> Iterator[tuple[WardTpr, WardScore | None, WardAllocation | None]]:
        """Yield each ward of the result with its rank and its nets; wards by rank, then name."""

        def order(row: WardTpr) -> tuple[float, str]:
            score = self.scores.get(_place(row))
            return (score.rank if score else float("inf"), row.ward_name)

        for row in sorted(self.rows, key=order):
            yield row, self.scores.get(_place(row)), self.nets.get(_place(row))

    def ward_ids(self) -> set[int]:
        return {row.ward_id for row in self.rows if row.ward_id is not None}


def _place(row: WardTpr | WardScore | WardAllocation) -> tuple[str, object]:
    """Wards on a list by their row, others by their name."""
    return ("ward", row.ward_id) if row.ward_id is not None else ("name", row.ward_name)


def _result(workflow: Workflow) -> TprResult:
    result = current_result(workflow)
    if result is None:
        raise Conflict(
            "TPR_NOT_READY",
            "The ward TPR is not ready yet: questions about the file are still open. Whoever works "
            "on it answers them; look again later.",
            {"stage": workflow.stage},
        )
    return result


def _plan(workflow: Workflow) -> ItnPlan | None:
    approved = ItnPlan.objects.filter(
        workflow=workflow, archived_at__isnull=True, status=PlanStatus.APPROVED
    )
    return approved.order_by("-created_at").first() or itn_api.latest_plan(workflow)


def lga_page(found: OneLga) -> dict[str, Any]:
    """Return the page: wards with figures, rank, nets and reason; totals; checks; remarks."""
    nets = list(found.nets.values())
    plan = found.plan
    return {
        "workflow": found.workflow, "lga": found.name, "state": found.result.state,
        "here": f"/workflows/{found.workflow.pk}/lga/{found.name.replace('/', '-')}/",
        "wards": [_ward(*parts) for parts in found.joined()],
        "tested": count(sum(row.tested or 0 for row in found.rows)),
        "positive": count(sum(row.positive or 0 for row in found.rows)),
        "tpr": _tpr(found.rows), "run": found.run,
        "of": found.run.n_wards if found.run else None,
        "plan": plan, "plan_status": plan.get_status_display() if plan else "",
        "stale": bool(plan and itn_api.stale_reasons(plan)),
        "nets": count(sum(row.nets for row in nets)), "bales": count(sum(row.bales for row in nets)),
        "loose": count(sum(row.loose_nets for row in nets)),
        "need": count(sum(row.need or 0 for row in nets)),
        "checks": [_check(row) for row in _checks(found)], "remarks": _remarks(found),
        "findings": [(code, say(label)) for code, label in FINDINGS],
        "decisions": [(code, say(label)) for code, label in DECISIONS],
        "checkable": [(row.ward_id, name_of(row)) for row in found.rows if row.ward_id is not None],
    }  # fmt: skip


def _tpr(rows: list[WardTpr]) -> str:
    tested = sum(row.tested or 0 for row in rows)
    return percent(100 * sum(row.positive or 0 for row in rows) / tested) if tested else ""


def _ward(row: WardTpr, score: WardScore | None, nets: WardAllocation | None) -> dict[str, Any]:
    return {
        "pk": row.pk, "ward": name_of(row), "tpr": percent(row.tpr),
        "interval": interval(row.wide_low, row.wide_high), "tested": count(row.tested or 0),
        "status": status_words(row), "rank": score.rank if score else "",
        "category": score.category if score else "",
        "ranks": f"{score.rank_low}–{score.rank_high}"
        if score and score.rank_low is not None and score.rank_high is not None else "",
        "need": count(nets.need) if nets and nets.need is not None else "",
        "nets": count(nets.nets) if nets else "", "bales": count(nets.bales) if nets else "",
        "loose": count(nets.loose_nets) if nets and nets.loose_nets else "",
        "why": nets.reason_text if nets else "",
    }  # fmt: skip


def _checks(found: OneLga) -> list[SettlementCheck]:
    ids = found.ward_ids()
    return [row for row in analysis_api.all_checks(found.workflow) if row.ward_id in ids]


def _check(row: SettlementCheck) -> dict[str, Any]:
    return {
        "ward": row.ward.name, "finding": say(dict(FINDINGS)[row.finding]),
        "decision": say(dict(DECISIONS)[row.decision]), "share": row.share_left_out,
        "reason": row.reason, "by": row.signed_by, "at": row.recorded_at,
        "withdrawn": row.withdrawn_at is not None,
    }  # fmt: skip


def about(lga: str) -> str:
    """Return how a remark about an LGA begins; by it the remark is found again."""
    return ABOUT.format(lga=lga)


def _remarks(found: OneLga) -> list[dict[str, Any]]:
    rows = PlanEvent.objects.filter(
        plan__workflow=found.workflow, comment__startswith=about(found.name),
        kind__in=[PlanEventKind.COMMENTED, PlanEventKind.DISSENTED],
    )  # fmt: skip
    return [
        {"who": row.signed_as or row.actor_name or say("A visitor"), "at": row.at,
         "text": row.comment.removeprefix(about(found.name)), "plan": row.plan.name,
         "dissent": row.kind == PlanEventKind.DISSENTED}
        for row in rows.select_related("plan").order_by("-at")
    ]  # fmt: skip


def lga_csv(found: OneLga) -> str:
    """Return `lga.csv`: one row per ward of the LGA in the present result."""
    return csv_text(COLUMNS, (_csv(*parts) for parts in found.joined()))


def _csv(row: WardTpr, score: WardScore | None, nets: WardAllocation | None) -> Mapping[str, Any]:
    line: dict[str, Any] = dict.fromkeys(COLUMNS)
    line |= {
        "state": row.state, "lga": row.lga, "ward": row.ward_name,
        "ward_code": row.ward.code if row.ward else "", "tested": row.tested,
        "positive": row.positive, "tpr": row.tpr, "tpr_low": row.tpr_low, "tpr_high": row.tpr_high,
        "status": row.status,
    }  # fmt: skip
    if score is not None:
        line |= {
            "rank": score.rank, "rank_low": score.rank_low, "rank_high": score.rank_high,
            "category": score.category,
        }  # fmt: skip
    if nets is not None:
        people = nets.population
        line |= {
            "population": float(people) if people is not None else None, "need": nets.need,
            "nets": nets.nets, "bales": nets.bales, "loose_nets": nets.loose_nets,
            "reason": nets.reason, "reason_text": nets.reason_text,
        }  # fmt: skip
    return line


def lga_ward(found: OneLga, row: int) -> dict[str, Any]:
    """Return the card of a ward of this LGA. Raises NotFound WARD_NOT_IN_RESULT."""
    card = None
    if row in {ward.pk for ward in found.rows}:
        card = ward_card(found.result, str(row), found.workflow)
    if card is None:
        raise NotFound("WARD_NOT_IN_RESULT", "This LGA has no such ward in the present result.")
    place = next(ward for ward in found.rows if ward.pk == row)
    score, nets = found.scores.get(_place(place)), found.nets.get(_place(place))
    return {
        **lga_page(found), "ward": card, "line": _ward(place, score, nets),
        "over_time": card["over_time"], "facility_names": card["facility_names"],
    }  # fmt: skip
