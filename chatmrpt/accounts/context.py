"""Who is signed in and what they may do, for every page."""

from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest


def who(request: HttpRequest) -> dict[str, Any]:
    """`account`: the person's name, empty for visitors. `access`: rights on the page's workflow."""
    access = getattr(request, "access", None)
    return {
        "account": account_of(request), "access": access,
        "read_only": access is not None and not access.may_write,
        "accounts_only": settings.ACCESS == "login",
    }  # fmt: skip


def account_of(request: HttpRequest) -> str:
    """Return the name of who is signed in; empty for visitors and when the database is away."""
    user = getattr(request, "user", None)
    try:
        if user is None or not user.is_authenticated:
            return ""
        return str(user.get_full_name() or user.get_username())
    except (OperationalError, InterfaceError):
        return ""
