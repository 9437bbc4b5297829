"""Every role × act × scope against a table written by hand, the same as in docs/access.md."""

from itertools import product
from pathlib import Path

import pytest

from chatmrpt.accounts.domain.access import (
    Act,
    Held,
    Person,
    RoleName,
    Thing,
    judge,
    role_is_whole,
)

OFFICERS_LGA, OTHER_LGA = "Fufore", "Girei"
ME = "user:7"
TABLE = {
    # role: what it may in its own scope
    "viewer": "read",
    "analyst": "read comment write",
    "lga_officer": "read comment",
    "approver": "read comment decide",
    "national_analyst": "read",
    "settings_editor": "",
    "administrator": "",
}


def held(role: str) -> Held:
    if role in ("national_analyst", "settings_editor", "administrator"):
        return Held(RoleName(role))
    return Held(RoleName(role), "Adamawa", OFFICERS_LGA if role == "lga_officer" else "")


@pytest.mark.parametrize("role", TABLE)
def test_a_role_may_in_its_scope_what_the_table_says_and_nothing_elsewhere(role: str) -> None:
    asked = 0
    for act, state, lga, private, owner in product(
        Act, ["Adamawa", "adamawa", "Kano", ""], ["", OFFICERS_LGA, "fufore LGA", OTHER_LGA],
        [False, True], ["user:1", "visitor:a", "command"],
    ):  # fmt: skip
        thing = Thing(owner=owner, state=state, private=private, has_approver=True)
        verdict = judge(act, Person(ME, [held(role)]), thing, lga=lga)
        here = owner == "user:1" and not private
        if role != "national_analyst":
            here = here and state.lower() == "adamawa"
        if role == "lga_officer":
            here = here and lga.lower().startswith("fufore")
        expected = here and act.value in TABLE[role].split()
        assert verdict.allowed == expected, (act, state, lga, private, owner)
        if not expected:
            assert verdict.why in ("no_right", "one_lga", "read_only", "not_approver")
            assert (verdict.why in ("read_only", "not_approver")) == (here and bool(TABLE[role]))
        asked += 1
    assert asked == len(Act) * 4 * 4 * 2 * 3


@pytest.mark.parametrize("key", ["visitor:a", "command", "", "job"])
@pytest.mark.parametrize("act", Act)
def test_a_role_counts_for_an_account_only(key: str, act: Act) -> None:
    roles = [held(role) for role in TABLE]
    assert not judge(act, Person(key, roles), Thing(owner="user:1", state="Adamawa")).allowed


def test_owners_write_shares_as_given_and_who_decides_depends_on_the_house() -> None:
    yes_no = (True, False)
    shares = ((), ("read",), ("write",), ("read", "write"))
    for act, given, owns, login, approver, kind, private in product(
        Act, shares, yes_no, yes_no, yes_no, ("user", "visitor"), yes_no
    ):
        me = f"{kind}:7"
        thing = Thing(
            owner=me if owns else f"{kind}:1", state="Kano", private=private, accounts_only=login,
            has_approver=approver,
        )  # fmt: skip
        writes = owns or "write" in given
        named = login or (kind == "user" and approver)
        expected = {
            Act.READ: writes or "read" in given,
            Act.COMMENT: writes,
            Act.WRITE: writes,
            Act.DECIDE: writes and not named,
        }[act]
        assert judge(act, Person(me, given=given), thing).allowed == expected


def test_without_roles_and_with_open_access_an_owner_and_a_code_holder_may_everything_as_before() -> (
    None
):
    for person in (Person("visitor:a"), Person("visitor:b", given=("write",))):
        thing = Thing(owner="visitor:a", state="Kano")
        assert all(judge(act, person, thing).allowed for act in Act)
    assert not any(judge(act, Person("visitor:c"), thing).allowed for act in Act)


def test_the_permission_decides_on_what_one_may_read_and_opens_nothing() -> None:
    thing = Thing(owner="user:1", state="Kano", accounts_only=True)
    assert not judge(Act.DECIDE, Person(ME, overrides=True), thing).allowed
    assert judge(Act.DECIDE, Person(ME, given=("read",), overrides=True), thing).allowed
    assert not judge(Act.WRITE, Person(ME, given=("read",), overrides=True), thing).allowed


def test_an_officer_is_told_of_the_own_lga_and_a_stranger_of_nothing() -> None:
    thing = Thing(owner="user:1", state="Adamawa")
    verdict = judge(Act.READ, Person(ME, [held("lga_officer")]), thing)
    assert (verdict.why, verdict.lgas) == ("one_lga", (OFFICERS_LGA,))
    assert judge(Act.READ, Person(ME), thing).why == "no_right"


def test_several_roles_add_up() -> None:
    thing = Thing(owner="user:1", state="Adamawa", accounts_only=True, has_approver=True)
    both = Person(ME, [held("analyst"), held("approver")])
    assert all(judge(act, both, thing).allowed for act in Act)


@pytest.mark.parametrize("role", RoleName)
def test_a_role_is_whole_exactly_with_its_scope(role: RoleName) -> None:
    whole = {
        (bool(state), bool(lga))
        for state, lga in product(["", "Kano"], ["", "Dala"]) if role_is_whole(role, state, lga)
    }  # fmt: skip
    site = {"national_analyst", "settings_editor", "administrator"}
    expected = {(False, False)} if role in site else {
        "lga_officer": {(True, True)}, "viewer": {(True, False), (True, True)},
    }.get(role.value, {(True, False)})  # fmt: skip
    assert whole == expected


def test_the_table_stands_in_the_document() -> None:
    text = (Path(__file__).resolve().parents[4] / "docs/access.md").read_text(encoding="utf-8")
    for role, acts in TABLE.items():
        cells = " | ".join("yes" if act.value in acts.split() else "no" for act in Act)
        assert f"| `{role}` | {cells} |" in text, role
