"""Sign in, sign up, sign out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chatmrpt.accounts.services.accounts import make_account
from chatmrpt.accounts.services.claim import Claimed, anything_else, claim, claimable
from chatmrpt.accounts.services.sign_in import check_password
from chatmrpt.common.actors import Actor, this_process
from chatmrpt.common.errors import DomainError, InvalidInput, NotAllowed
from chatmrpt.common.language import say
from chatmrpt.common.web import VISITOR, client_address, wants_json


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def safe_next(request: HttpRequest) -> str:
    """Return the page to go on with: one of this site, else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    fine = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if fine and wanted.startswith("/") else "/"


def visitor_key(request: HttpRequest) -> str:
    visitor = request.session.get(VISITOR)
    return f"visitor:{visitor}" if visitor else ""


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/sign-in/?next=`: name and password; `claim=1` takes this browser's workflows along."""
    if request.user.is_authenticated and request.method == "GET":
        return see_other(safe_next(request))
    return _door(request, "accounts/sign_in.html", _known)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """`/sign-up/`: an account of one's own, which gives a name and no rights."""
    if settings.ACCESS == "login":
        raise NotAllowed(
            "SIGN_UP_CLOSED", say("Accounts are made by the administrator of this installation.")
        )
    if request.user.is_authenticated and request.method == "GET":
        return see_other("/account/")
    return _door(request, "accounts/sign_up.html", _new)


def _known(request: HttpRequest) -> Any:
    return check_password(
        name=request.POST.get("name", "")[:150], password=request.POST.get("password", "")[:4096],
        address=client_address(request),
    )  # fmt: skip


def _new(request: HttpRequest) -> Any:
    password = request.POST.get("password", "")[:4096]
    if password != request.POST.get("again", "")[:4096]:
        raise InvalidInput(
            "BAD_PASSWORD", say("The two passwords differ. Type the same one twice.")
        )
    return make_account(
        name=request.POST.get("name", "")[:200], full_name=request.POST.get("full_name", ""),
        email=request.POST.get("email", "")[:300], password=password,
        address=client_address(request),
    )  # fmt: skip


def _door(request: HttpRequest, template: str, person: Any) -> HttpResponse:
    """Show the form, or let the person in and go on; a refusal shows the form with its words."""
    problem: DomainError | None = None
    if request.method == "POST":
        if "\x00" in "".join(request.POST.dict().values()):  # PostgreSQL stores none
            problem = NotAllowed("SIGN_IN_FAILED", say("This cannot be read. Type it again."))
        else:
            try:
                return _let_in(request, person(request))
            except DomainError as refused:
                problem = refused
        if wants_json(request):
            raise problem
    visitor = visitor_key(request)
    waiting = claimable(visitor)
    context = {
        "next": safe_next(request), "waiting": waiting, "problem": problem,
        "waiting_else": not waiting and anything_else(visitor),
        "typed": {n: request.POST.get(n, "") for n in ("name", "full_name", "email")},
        "unticked": request.method == "POST" and not request.POST.get("claim"),
    }  # fmt: skip
    return render(request, template, context, status=problem.http_status if problem else 200)


def _let_in(request: HttpRequest, user: Any) -> HttpResponse:
    """Claim first, so that nobody is signed in beside work that was promised and not moved."""
    taken = Claimed()
    visitor = visitor_key(request)
    if visitor and request.POST.get("claim"):
        actor = Actor(
            channel="api" if wants_json(request) else "form", owner=f"user:{user.pk}",
            name=user.get_username(), request_id=getattr(request, "request_id", ""),
            served_by=this_process(),
        )  # fmt: skip
        taken = claim(visitor, actor)
        del request.session[VISITOR]
    if not hasattr(user, "backend"):
        user.backend = "django.contrib.auth.backends.ModelBackend"
    login(request, user)  # a new session key
    if wants_json(request):
        return JsonResponse({"name": user.get_username(), "claimed": taken.workflows})
    following = safe_next(request)
    if following == "/" and taken.workflows:
        following = f"/?claimed={taken.workflows}#my"
    return see_other(following)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The browser is a new visitor afterwards; what it began before and was not claimed stays its."""
    left = request.session.get(VISITOR) if request.user.is_authenticated else None
    if request.user.is_authenticated:
        logout(request)
    if left:
        request.session[VISITOR] = left
    return JsonResponse({"name": ""}) if wants_json(request) else see_other("/")
