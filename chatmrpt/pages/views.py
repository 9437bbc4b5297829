"""Start, help and glossary."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from chatmrpt.chat.api import resume_by_code, workflows_of
from chatmrpt.chat.replies.answers.explaining import TOPICS
from chatmrpt.chat.views.workflow import page_url, see_other
from chatmrpt.common.web import client_address, ensure_owner, owner_of
from tpr.models import SampleFile

GLOSSARY = (
    ("Test Positivity Rate (TPR)", "tpr"),
    ("Positivity is not prevalence", "tpr_not_prevalence"),
    ("Positivity and incidence", "tpr_vs_incidence"),
    ("Formula", "formula"),
    ("Definitions", "method_choices"),
    ("Denominator", "denominator"),
    ("95 % interval", "interval"),
    ("More positives than tests", "over_100"),
    ("RDT and microscopy", "test_methods"),
    ("Facility levels", "levels"),
    ("Level read from names", "level_inferred"),
    ("Age groups", "age_groups"),
    ("Completeness", "completeness"),
    ("Out-patient ratio", "opd_ratio"),
    ("Matching of ward names", "matching"),
    ("Risk profiles", "risk_profiles"),
    ("Net rules", "net_rules"),
)


@require_GET
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {
        "workflows": workflows_of(owner_of(request)), "key": uuid.uuid4().hex,
        "limit_mb": settings.UPLOAD_MAX_MB,
        "has_sample": SampleFile.objects.exists(),
    })  # fmt: skip


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    workflow = resume_by_code(
        code=request.POST.get("code", ""), holder=ensure_owner(request),
        address=client_address(request),
    )  # fmt: skip
    return see_other(page_url(workflow))


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html", {"limit_mb": settings.UPLOAD_MAX_MB})


@require_GET
def glossary(request: HttpRequest) -> HttpResponse:
    terms = [{"term": term, "text": TOPICS[topic], "id": topic} for term, topic in GLOSSARY]
    return render(request, "glossary.html", {"terms": terms})
