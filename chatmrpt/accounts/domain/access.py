"""Who may read, comment on, write in and decide about a workflow (users.md §5). Pure.

One function, `judge`, is asked by every page, file and act; `docs/access.md` is its table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chatmrpt.common.names import lga_key
from chatmrpt.common.states import canonical_state


class Act(StrEnum):
    READ = "read"
    COMMENT = "comment"
    WRITE = "write"
    DECIDE = "decide"


class RoleName(StrEnum):
    VIEWER = "viewer"
    ANALYST = "analyst"
    LGA_OFFICER = "lga_officer"
    APPROVER = "approver"
    NATIONAL_ANALYST = "national_analyst"
    SETTINGS_EDITOR = "settings_editor"
    ADMINISTRATOR = "administrator"


OF_THE_SITE = (RoleName.NATIONAL_ANALYST, RoleName.SETTINGS_EDITOR, RoleName.ADMINISTRATOR)
"""Roles without a state."""
OF_AN_LGA = (RoleName.LGA_OFFICER,)
MAY = {
    RoleName.VIEWER: (Act.READ,),
    RoleName.ANALYST: (Act.READ, Act.COMMENT, Act.WRITE),
    RoleName.LGA_OFFICER: (Act.READ, Act.COMMENT),
    RoleName.APPROVER: (Act.READ, Act.COMMENT, Act.DECIDE),
    RoleName.NATIONAL_ANALYST: (Act.READ,),
    RoleName.SETTINGS_EDITOR: (),
    RoleName.ADMINISTRATOR: (),
}
"""What a role may do with a workflow in its scope."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds now. `lga` empty: the whole state; `state` empty: all states."""

    role: RoleName
    state: str = ""
    lga: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, with the rights they were given.

    `given` are the accesses (`read`, `write`) of shares and resume codes on this very workflow;
    `overrides` is the administrator's permission to decide on plans.
    """

    key: str
    roles: Sequence[Held] = ()
    given: Sequence[str] = ()
    overrides: bool = False

    @property
    def has_account(self) -> bool:
        return self.key.startswith("user:")


@dataclass(frozen=True, slots=True)
class Thing:
    """A workflow, as far as access depends on it, and the rules of the house.

    `accounts_only` is ACCESS=login; `has_approver`: somebody holds the approver role of its state.
    """

    owner: str
    state: str = ""
    private: bool = False
    accounts_only: bool = False
    has_approver: bool = False

    @property
    def of_an_account(self) -> bool:
        return self.owner.startswith("user:")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `way` says by which right; `why` is the reason of a refusal.

    `why`: `no_right` (as if it did not exist), `one_lga` (only a page of an LGA), `read_only`,
    `not_approver`.
    """

    allowed: bool
    way: str = ""
    why: str = ""
    lgas: Sequence[str] = field(default=())


def same_state(one: str, other: str) -> bool:
    first, second = canonical_state(one) or one, canonical_state(other) or other
    return bool(one) and first.casefold() == second.casefold()


def reaches(held: Held, thing: Thing, lga: str) -> bool:
    """Whether a role covers a workflow (`lga` empty) or one LGA of it.

    A role covers what accounts own and have not kept private; a visitor's work is the visitor's.
    """
    if not thing.of_an_account or thing.private:
        return False
    if held.role in OF_THE_SITE:
        return held.role is RoleName.NATIONAL_ANALYST
    if not same_state(held.state, thing.state):
        return False
    return not held.lga or (bool(lga) and lga_key(held.lga) == lga_key(lga))


def judge(act: Act, person: Person, thing: Thing, *, lga: str = "") -> Verdict:
    """Return whether `person` may do `act` with the workflow, or with one LGA of it."""
    if not person.key:
        return Verdict(allowed=False, why="no_right")
    ways: dict[str, set[Act]] = {}
    if person.key == thing.owner:
        ways["owner"] = {Act.READ, Act.COMMENT, Act.WRITE}
    if "write" in person.given:
        ways["share"] = {Act.READ, Act.COMMENT, Act.WRITE}
    elif "read" in person.given:
        ways["share"] = {Act.READ}
    if person.has_account:
        for held in person.roles:
            if reaches(held, thing, lga):
                ways.setdefault(held.role.value, set()).update(MAY[held.role])
    if any(Act.READ in acts for acts in ways.values()):
        if person.overrides:
            ways["override"] = {Act.DECIDE}
        elif not thing.accounts_only and not (thing.of_an_account and thing.has_approver):
            # Nobody is named to decide here: whoever works on it signs with a name.
            for acts in ways.values():
                if Act.WRITE in acts:
                    acts.add(Act.DECIDE)
    for way, acts in ways.items():
        if act in acts:
            return Verdict(allowed=True, way=way)
    if any(Act.READ in acts for acts in ways.values()):
        return Verdict(allowed=False, why="not_approver" if act is Act.DECIDE else "read_only")
    lgas = lgas_of(person, thing)
    return Verdict(allowed=False, why="one_lga" if lgas else "no_right", lgas=lgas)


def lgas_of(person: Person, thing: Thing) -> tuple[str, ...]:
    """Return the LGAs of the workflow's state that this person may open, when not the whole."""
    if not person.has_account:
        return ()
    return tuple(h.lga for h in person.roles if h.lga and reaches(h, thing, h.lga))


def role_is_whole(role: RoleName, state: str, lga: str) -> bool:
    """Whether a role has the scope it needs: none, a state, or an LGA of a state."""
    if role in OF_THE_SITE:
        return not state and not lga
    if role in OF_AN_LGA:
        return bool(state and lga)
    return bool(state) and (not lga or role is RoleName.VIEWER)
