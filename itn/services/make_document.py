"""Making a paper in a worker: claim, lay out, finish with the file in one transaction."""

from collections.abc import Callable
from typing import Any

from chatmrpt.common.actors import this_process
from chatmrpt.common.jobs import Claim, claimed
from itn.models import DocumentKind, PlanDocument
from itn.printing.facts import PlanFacts, facts_of
from itn.services.compare_plans import compare_plans
from itn.services.sensitivity import sensitivity_of
from itn.services.what_if import chances
from tpr import api as tpr_api

Render = Callable[[PlanFacts, Callable[[int], None]], bytes]
PAGES_BETWEEN_REPORTS = 10


def make_document(document_id: Any, *, worker: str = "") -> bool:
    """Make one paper if it can be claimed; True when this call finished it.

    Writes: PlanDocument. Idempotent by: the claim.
    """
    finished = False
    with claimed(PlanDocument, document_id, worker=worker or this_process()) as claim:
        if claim is not None:
            _make(claim)
            finished = True
    return finished


def _make(claim: Claim[PlanDocument]) -> None:
    document = claim.load()
    facts = _facts(document)
    total = _pages(document, facts)
    claim.progress(0, total, "Reading the plan")

    def on_page(page: int) -> None:
        if page % PAGES_BETWEEN_REPORTS == 0:
            claim.progress(min(page, total), total, f"Page {page}")

    content = _renderer(document)(facts, on_page)
    with claim.finish() as row:
        row.content, row.size = content, len(content)


def _facts(document: PlanDocument) -> PlanFacts:
    """Read the plan; the papers that compare and try out get what they show."""
    plan = document.plan
    whole = document.kind in (DocumentKind.WORKBOOK, DocumentKind.REPORT)
    original = plan.duplicate_of if whole else None
    return facts_of(
        plan, chances(plan), sensitivity=sensitivity_of(plan) if whole else (),
        compared=compare_plans(original, plan) if original is not None else None,
    )  # fmt: skip


def _pages(document: PlanDocument, facts: PlanFacts) -> int:
    """Estimate the pages, for the progress bar."""
    served = sum(row.nets > 0 for row in facts.rows)
    return {
        DocumentKind.WORKBOOK: 14,
        DocumentKind.REPORT: 3 + len(facts.rows) // 25,
        DocumentKind.SIGN_OFF: 1,
        DocumentKind.MICROPLANS: max(1, served),
        DocumentKind.WAYBILLS: max(1, 3 * sum(bool(lga.nets) for lga in facts.lgas())),
    }[DocumentKind(document.kind)]


def _renderer(document: PlanDocument) -> Render:
    """Return what lays the paper out; reportlab and openpyxl are loaded here, in the worker."""
    from itn.printing import field_papers, report, workbook

    def microplans(facts: PlanFacts, on_page: Callable[[int], None]) -> bytes:
        return field_papers.microplans(facts, _shapes(facts), _facilities(facts), on_page)

    def whole(facts: PlanFacts, on_page: Callable[[int], None]) -> bytes:
        return report.report(facts, _shapes(facts), on_page)

    return {
        DocumentKind.WORKBOOK: lambda facts, on_page: workbook.workbook(
            facts, lambda done, of: on_page(done)
        ),
        DocumentKind.REPORT: whole,
        DocumentKind.SIGN_OFF: report.sign_off,
        DocumentKind.MICROPLANS: microplans,
        DocumentKind.WAYBILLS: field_papers.waybills,
    }[DocumentKind(document.kind)]


def _shapes(facts: PlanFacts) -> dict[int, bytes]:
    run = facts.plan.run
    ward_list = run.ward_list if run is not None else None
    return tpr_api.ward_geometries(ward_list, facts.state or None) if ward_list else {}


def _facilities(facts: PlanFacts) -> dict[int, list[str]]:
    """Return facility names by ward id, from the result the plan's run stands on."""
    run = facts.plan.run
    if run is None or run.result is None:
        return {}
    return tpr_api.facilities_by_ward(run.result)
