"""People with accounts and roles, for tests of every door."""

from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from chatmrpt.accounts.services.give_role import give_role

PASSWORD = "seven-green-nets"


def account(name: str, role: str = "", *, state: str = "", lga: str = "") -> Any:
    user = get_user_model().objects.create_user(name, password=PASSWORD)
    if role:
        give_role(user, role, state=state, lga=lga, given_by="command")
    return user


def browser(name: str, role: str = "", *, state: str = "", lga: str = "") -> Client:
    """The signed-in browser of a new account."""
    client = Client()
    client.force_login(
        account(name, role, state=state, lga=lga), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def sign_in(client: Client, name: str, password: str = PASSWORD, **fields: str) -> Any:
    return client.post("/sign-in/", {"name": name, "password": password, **fields})
