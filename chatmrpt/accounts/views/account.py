"""The page of one's own account."""

from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chatmrpt.accounts.selectors.access import roles_of
from chatmrpt.accounts.services.accounts import check_new_password, set_password
from chatmrpt.accounts.services.sign_in import check_password
from chatmrpt.accounts.views.signing import see_other
from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.language import say
from chatmrpt.common.web import client_address, owner_of, wants_json


@never_cache
@sensitive_post_parameters("password", "new", "again")
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """`GET /account/`; `POST` with `do` = `password` or `everywhere`, both with the password."""
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            return _change(request)
        except DomainError as refused:
            if wants_json(request):
                raise
            problem = refused
    context = {
        "roles": roles_of(owner_of(request)), "problem": problem,
        "done": request.GET.get("done") == "password",
    }  # fmt: skip
    return render(
        request, "accounts/account.html", context, status=problem.http_status if problem else 200
    )


def _change(request: HttpRequest) -> HttpResponse:
    now = request.POST.get("password", "")[:4096]
    user = check_password(
        name=request.user.get_username(), password=now, address=client_address(request)
    )
    if request.POST.get("do") == "everywhere":
        set_password(user, now)
        logout(request)
        return see_other("/sign-in/?ended=1")
    new = request.POST.get("new", "")[:4096]
    if new != request.POST.get("again", "")[:4096]:
        raise InvalidInput(
            "BAD_PASSWORD", say("The two new passwords differ. Type the same one twice.")
        )
    check_new_password(new, user)
    set_password(user, new)
    update_session_auth_hash(request, user)
    return see_other("/account/?done=password")
