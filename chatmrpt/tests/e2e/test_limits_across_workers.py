"""Every limit holds over all processes together: the tries of four workers on two servers add up.

All tries are sent at once, so that they meet in the database and not one after the other.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatmrpt.accounts.services.accounts import SIGN_UPS
from chatmrpt.accounts.services.sign_in import BY_ADDRESS, BY_NAME
from chatmrpt.chat.services.resume import TRIES
from chatmrpt.testing.processes import Web
from chatmrpt.tests.e2e.person import Person, Reply
from tpr.models import Upload
from tpr.services.receive_upload import OPEN_LIMIT

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

TUS = {"Tus-Resumable": "1.0.0"}
MORE = 8
"""Tries beyond the limit."""


def somebody(webs: list[Web]) -> Person:
    """A visitor with a CSRF token."""
    person = Person([web.port for web in webs])
    person.page("/")
    return person


def twin_of(person: Person, turn: int) -> Person:
    """The same browser in another window, which begins at another server."""
    twin = Person(person.ports)
    twin.cookies, twin.turn = dict(person.cookies), turn
    return twin


def at_once(sends: list[Callable[[], Reply]]) -> Counter[int]:
    with ThreadPoolExecutor(len(sends)) as pool:
        return Counter(reply.status for reply in pool.map(lambda send: send(), sends))


def test_wrong_resume_codes_of_one_address_add_up(webs: list[Web]) -> None:
    guessers = [somebody(webs) for _ in range(TRIES + MORE)]
    found = at_once([
        lambda who=who: who.post_form("/resume/", {"code": "AAAA-BBBB-CCCC"}) for who in guessers
    ])  # fmt: skip
    assert found == {404: TRIES, 429: MORE}
    assert len({served for who in guessers for served in who.served}) >= 3


def test_wrong_passwords_of_one_address_add_up(webs: list[Web]) -> None:
    guessers = [somebody(webs) for _ in range(BY_ADDRESS + MORE)]
    found = at_once([
        lambda who=who, n=n: who.post_form("/sign-in/", {"name": f"n{n}", "password": "wrong"})
        for n, who in enumerate(guessers)
    ])  # fmt: skip
    assert found == {403: BY_ADDRESS, 429: MORE}


def test_wrong_passwords_for_one_name_add_up(webs: list[Web]) -> None:
    guessers = [somebody(webs) for _ in range(BY_NAME + MORE)]
    found = at_once([
        lambda who=who: who.post_form("/sign-in/", {"name": "amina", "password": "wrong"})
        for who in guessers
    ])  # fmt: skip
    assert found == {403: BY_NAME, 429: MORE}


def test_accounts_made_from_one_address_add_up(webs: list[Web]) -> None:
    makers = [somebody(webs) for _ in range(SIGN_UPS + 2)]
    fields = {"password": "short", "again": "short"}
    found = at_once([
        lambda who=who, n=n: who.post_form("/sign-up/", {"name": f"maker{n}", **fields})
        for n, who in enumerate(makers)
    ])  # fmt: skip
    assert found[429] == 2, found
    assert found.total() - found[429] == SIGN_UPS


def test_incomplete_uploads_of_one_person_add_up(webs: list[Web]) -> None:
    person = somebody(webs)
    announce = {**TUS, "Upload-Length": "1000"}
    assert person.call("POST", "/uploads/", **announce).status == 201
    twins = [twin_of(person, n) for n in range(OPEN_LIMIT - 1 + MORE)]
    found = at_once([lambda who=who: who.call("POST", "/uploads/", **announce) for who in twins])
    assert found == {201: OPEN_LIMIT - 1, 429: MORE}
    assert Upload.objects.filter(status="receiving").count() == OPEN_LIMIT
    assert len({served for who in twins for served in who.served}) >= 3
