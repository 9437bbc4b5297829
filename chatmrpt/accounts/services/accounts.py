"""Making an account, changing its password, ending its other sessions."""

from typing import Any

from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction

from chatmrpt.common.attempts import Limit, counted_as_failed
from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.language import say

SIGN_UPS = 10
"""Accounts (made or refused) from one address within 15 minutes."""
NAME_LENGTH = 60


def make_account(
    *, name: str, password: str, full_name: str = "", email: str = "", address: str = ""
) -> Any:
    """Make an account without any role. `address` is that of a person who makes it alone.

    Raises InvalidInput BAD_NAME, BAD_EMAIL, BAD_PASSWORD; Conflict NAME_TAKEN; TooMany
    TOO_MANY_SIGN_INS. Writes: User, Attempt.
    """
    if address:
        words = say("Many accounts were made from this address just now. Please wait 15 minutes.")
        counted_as_failed([Limit("sign_up", address, SIGN_UPS, "TOO_MANY_SIGN_INS", words)])
    name = get_user_model().normalize_username(name.strip())
    _check_name(name)
    email = email.strip()
    if email:
        try:
            EmailValidator()(email)
        except ValidationError as error:
            raise InvalidInput(
                "BAD_EMAIL",
                say("'{email}' is not an e-mail address. It may stay empty.", email=email[:80]),
            ) from error
    made = get_user_model()(username=name, email=email[:254], first_name=full_name.strip()[:150])
    check_new_password(password, made)
    made.set_password(password)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "NAME_TAKEN",
            say("There is an account named '{name}' already. Choose another name.", name=name),
        ) from error
    return made


def _check_name(name: str) -> None:
    try:
        if not 2 <= len(name) <= NAME_LENGTH:
            raise ValidationError("length")
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        raise InvalidInput(
            "BAD_NAME",
            say(
                "'{name}' cannot be the name of an account: 2 to {name_length} letters, "
                "digits and . @ + - _, without blanks, for example a.bello.",
                name=name[:NAME_LENGTH],
                name_length=NAME_LENGTH,
            ),
        ) from error


def check_new_password(password: str, user: Any) -> None:
    """Raise InvalidInput BAD_PASSWORD with the reasons."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput("BAD_PASSWORD", " ".join(error.messages)) from error


def set_password(user: Any, password: str) -> None:
    """Set a new password, or the same again: every session of the account ends with it.

    A session is bound to the salted digest of the password, which is new each time.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
