"""Start, help and glossary."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from chatmrpt.accounts.selectors.sharing import by_role, shared_with
from chatmrpt.chat.api import resume_by_code, workflows_of
from chatmrpt.chat.replies.answers.topics import TOPICS, text_of
from chatmrpt.chat.views.requests import need_account
from chatmrpt.chat.views.workflow import page_url, see_other
from chatmrpt.common.web import client_address, ensure_owner, owner_of
from chatmrpt.pages.markdown import html_of
from tpr.models import SampleFile

NOTE = settings.BASE_DIR / "docs" / "methods.md"


@require_GET
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    return _home(request)


def _home(request: HttpRequest, code: str = "") -> HttpResponse:
    return render(request, "home.html", {
        "code": code,
        "workflows": workflows_of(owner_of(request)), "key": uuid.uuid4().hex,
        "limit_mb": settings.UPLOAD_MAX_MB,
        "shared": shared_with(owner_of(request)), "by_role": by_role(owner_of(request)),
        "has_sample": SampleFile.objects.exists(),
        "claimed": request.GET.get("claimed", "")[:4].isdecimal() and request.GET["claimed"][:4],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@ensure_csrf_cookie
def resume(request: HttpRequest) -> HttpResponse:
    """`/resume/?code=…` is the link for another device: it fills the code in, a press opens it.

    A mail scanner that follows the link opens nothing.
    """
    if request.method == "GET":
        return _home(request, request.GET.get("code", "")[:40])
    need_account(request)
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
    terms = [{"term": found.title, "text": text_of(topic), "id": topic, "note": found.note}
             for topic, found in TOPICS.items()]  # fmt: skip
    return render(request, "glossary.html", {"terms": terms})


@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    """The method note, as it stands in the documents."""
    text = NOTE.read_text(encoding="utf-8")
    return render(request, "methods.html", {"note": html_of(text)})
