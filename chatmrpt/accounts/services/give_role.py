"""Giving and ending roles."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from chatmrpt.accounts.domain.access import RoleName, role_is_whole, same_state
from chatmrpt.accounts.models import Role
from chatmrpt.common.errors import Conflict, InvalidInput
from chatmrpt.common.language import say
from chatmrpt.common.names import lga_key
from chatmrpt.common.states import canonical_state
from tpr.models import Ward, Workflow


def give_role(user: Any, role: str, *, state: str = "", lga: str = "", given_by: str) -> Role:
    """Give an account a role. Writes: Role.

    Raises InvalidInput ROLE_UNKNOWN, ROLE_SCOPE, STATE_UNKNOWN, LGA_UNKNOWN (where a ward list of
    the state is loaded); Conflict ROLE_HELD.
    """
    if role not in list(RoleName):
        raise InvalidInput(
            "ROLE_UNKNOWN",
            say(
                "'{role}' is not a role. Roles: {rolename}.",
                role=role[:40],
                rolename=", ".join(RoleName),
            ),
        )
    state, lga = known_place(RoleName(role), state.strip(), lga.strip())
    try:
        with transaction.atomic():
            return Role.objects.create(
                user=user, role=role, state=state, lga=lga, given_by=given_by
            )
    except IntegrityError as error:
        raise Conflict(
            "ROLE_HELD", say("{user} holds this role there already.", user=user)
        ) from error


def known_place(role: RoleName, state: str, lga: str) -> tuple[str, str]:
    """Return state and LGA as rows write them, or raise InvalidInput in words."""
    if not role_is_whole(role, state, lga):
        needs = {
            RoleName.LGA_OFFICER: say("a state and an LGA"),
            RoleName.VIEWER: say("a state, and an LGA if it is for one LGA only"),
            RoleName.ANALYST: say("a state and no LGA"),
            RoleName.APPROVER: say("a state and no LGA"),
        }.get(role, "neither a state nor an LGA")
        raise InvalidInput(
            "ROLE_SCOPE", say("The role {role} needs {needs}.", role=role.value, needs=needs)
        )
    if not state:
        return "", ""
    found = canonical_state(state) or _state_in_rows(state)
    if found is None:
        raise InvalidInput(
            "STATE_UNKNOWN",
            say(
                "'{state}' is not a state of Nigeria, nor of a loaded ward list.", state=state[:60]
            ),
        )
    return found, _known_lga(found, lga) if lga else ""


def _state_in_rows(state: str) -> str | None:
    """A state of no list of ours: the sample's."""
    for rows in (Ward.objects, Workflow.objects):
        found = rows.filter(state__iexact=state).values_list("state", flat=True).first()
        if found:
            return str(found)
    return None


def _known_lga(state: str, lga: str) -> str:
    rows = Ward.objects.filter(list__superseded_at__isnull=True).values_list("state", "lga")
    here = sorted({name for of, name in rows.distinct() if same_state(of, state)})
    named = next((name for name in here if lga_key(name) == lga_key(lga)), None)
    if here and named is None:
        raise InvalidInput(
            "LGA_UNKNOWN",
            say(
                "{state} has no LGA '{lga}' on the loaded ward lists. It has: {here}.",
                state=state,
                lga=lga[:60],
                here=", ".join(here),
            ),
        )
    return named or lga


def end_role(role: Role) -> None:
    """End a role now; the row stays as a record."""
    if role.until is None or role.until > timezone.now():
        role.until = max(timezone.now(), role.given_at)
        role.save(update_fields=["until"])
