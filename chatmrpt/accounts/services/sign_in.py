"""Checking a name and a password, with limits that hold over all processes."""

import hashlib
from typing import Any

from django.contrib.auth import authenticate, get_user_model

from chatmrpt.common.attempts import Limit, counted_as_failed, succeeded
from chatmrpt.common.errors import NotAllowed

BY_ADDRESS, BY_NAME = 20, 10
"""Wrong tries within 15 minutes from one address (an office may share one), and for one name."""
WAIT = "Too many wrong tries {}. Please wait 15 minutes; people who are signed in are not affected."


def folded(name: str) -> str:
    """Return a user name as it is compared: blanks around it and capitals do not count."""
    return name.strip().casefold()


def account_named(name: str) -> Any:
    """Return the active account of this name, or None. The database holds one per folded name."""
    return get_user_model().objects.filter(username__iexact=name.strip(), is_active=True).first()


def check_password(*, name: str, password: str, address: str) -> Any:
    """Return the account of this name and password.

    Writes: Attempt. Raises TooMany TOO_MANY_SIGN_INS; NotAllowed SIGN_IN_FAILED in the same words
    and after the same work for a wrong name and a wrong password.
    """
    # People type passwords into the wrong box: the rows keep a digest of the name.
    digest = hashlib.sha256(folded(name).encode()).hexdigest()
    tries = counted_as_failed([
        Limit("sign_in", address, BY_ADDRESS, "TOO_MANY_SIGN_INS", WAIT.format("from this address")),
        Limit("sign_in_as", digest, BY_NAME, "TOO_MANY_SIGN_INS", WAIT.format("for this name")),
    ])  # fmt: skip
    known = account_named(name)
    user = authenticate(username=known.username if known else name.strip(), password=password)
    if user is None:
        raise NotAllowed(
            "SIGN_IN_FAILED",
            "This name and password do not fit together. Look at capitals in the password; an "
            "administrator can set a new one.",
        )
    succeeded(tries)
    return user
