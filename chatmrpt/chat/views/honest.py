"""How sure the figures are, how they change with the definition, and over the years."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatmrpt.chat.selectors.burden import (
    burden_page,
    counts_asked,
    source_asked,
    ward_burden_csv,
)
from chatmrpt.chat.selectors.definitions_page import definitions_page
from chatmrpt.chat.selectors.sure import caterpillar_of, funnel_of, sure_page
from chatmrpt.chat.selectors.trend_page import trend_page
from chatmrpt.chat.views.downloads import CSV, SVG, attachment
from chatmrpt.chat.views.requests import workflow_of
from chatmrpt.common.errors import Conflict
from chatmrpt.common.language import say
from tpr.exports_honest import ward_intervals_csv, ward_trends_csv
from tpr.models import TprResult, WardTpr, Workflow
from tpr.selectors.results import current_result, ward_rows


def result_in(workflow: Workflow) -> TprResult:
    """Return the current result. Raises Conflict TPR_NOT_READY."""
    result = current_result(workflow)
    if result is None:
        raise Conflict(
            "TPR_NOT_READY", say("The ward TPR is not ready: answer the open questions first."),
            {"stage": workflow.stage},
        )  # fmt: skip
    return result


@require_GET
def sure(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/how-sure/?ward=&lga=&bands=&all=`."""
    workflow = workflow_of(request, uuid)
    context = sure_page(workflow, result_in(workflow), request.GET.dict())
    return render(request, "chat/sure.html", context)


@require_GET
def definitions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/definitions/?place=&k=&all=`."""
    workflow = workflow_of(request, uuid)
    context = definitions_page(workflow, result_in(workflow), request.GET.dict())
    return render(request, "chat/definitions.html", context)


@require_GET
def trend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/trend/?place=&n=&line=`."""
    workflow = workflow_of(request, uuid)
    context = trend_page(workflow, result_in(workflow), request.GET.dict())
    return render(request, "chat/trend.html", context)


@require_GET
def burden(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/burden/?source=&counts=&page=`."""
    workflow = workflow_of(request, uuid)
    context = burden_page(workflow, result_in(workflow), request.GET.dict())
    return render(request, "chat/burden.html", context)


@require_GET
def burden_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """`GET …/ward_burden.csv?source=&counts=`. 409 NO_POPULATION without a population list."""
    result = result_in(workflow_of(request, uuid))
    params = request.GET.dict()
    source = source_asked(result, params)
    if source is None:
        raise Conflict(
            "NO_POPULATION",
            say(
                "No population list is loaded for these wards, so there is no burden. An "
                "administrator loads one with load_population."
            ),
        )
    text = ward_burden_csv(result, source, counts_asked(params))
    return attachment(text, CSV, "ward_burden.csv")


def _shrunk(result: TprResult) -> list[WardTpr]:
    rows = [row for row in ward_rows(result) if row.tpr_shrunk is not None]
    return sorted(rows, key=lambda r: (-(r.tpr_shrunk or 0), r.lga, r.ward_name))


def _drawn(picture: str) -> str:
    if not picture:
        raise Conflict(
            "NOTHING_TO_DRAW",
            say(
                "This definition has no shrunk figures, or no ward has a test: nothing "
                "can be drawn."
            ),
        )
    return picture


FILES: dict[str, tuple[str, Callable[[TprResult], str]]] = {
    "ward_intervals.csv": (CSV, ward_intervals_csv),
    "ward_trends.csv": (CSV, ward_trends_csv),
    "caterpillar.svg": (
        SVG, lambda r: _drawn(caterpillar_of(r, rows, standalone=True) if (rows := _shrunk(r)) else ""),
    ),
    "funnel.svg": (SVG, lambda r: _drawn(funnel_of(r, _shrunk(r), standalone=True))),
}  # fmt: skip


@require_GET
def file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """`GET …/ward_intervals.csv`, `…/ward_trends.csv`, `…/caterpillar.svg`, `…/funnel.svg`."""
    result = result_in(workflow_of(request, uuid))
    kind, write = FILES[name]
    return attachment(write(result), kind, name)
