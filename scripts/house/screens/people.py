"""Accounts, sharing, help, errors, and the pages of an administrator."""

import secrets
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from house.screens.camera import Camera
from house.screens.visit import BASE, Visit, shell


def walk(browser: Browser, camera: Camera) -> None:
    visit = Visit(browser, camera)
    for name in ("help", "glossary", "methods"):
        visit.go(f"/{name}/")
        visit.take(name)
    visit.go("/workflows/00000000-0000-4000-8000-000000000000/")
    visit.take("error-404")
    visit.go("/resume/?code=AAAA-BBBB-CCCC")
    visit.take("resume")
    visit.page.click("form[action='/resume/'] button")
    visit.page.wait_for_load_state()
    visit.take("resume-refused")
    accounts(visit)
    too_large(visit)
    too_many(browser, camera)
    admin(browser, camera)
    visit.close()


def accounts(visit: Visit) -> None:
    page = visit.page
    visit.sample()
    visit.ready()
    visit.to_result()
    visit.go("/sign-in/")
    visit.take("sign-in")
    visit.go("/sign-up/")
    visit.take("sign-up")
    word = secrets.token_urlsafe(12)
    for name in ("a.bello", *(f"a.bello.{n}" for n in range(2, 99))):
        visit.go("/sign-up/")
        page.fill("#name", name)
        page.fill("#full_name", "Amina Bello")
        page.fill("#password", word)
        page.fill("#again", word)
        page.click("main form button.btn")
        page.wait_for_load_state()
        if "/sign-up" not in page.url:
            break
    visit.go("/account/")
    visit.take("account")
    visit.go("/")
    visit.take("start-signed-in")
    visit.at("share/")
    page.fill("#name", "m.okafor")
    page.click("#gi ~ form button.btn")
    page.wait_for_load_state()
    visit.take("share", main=True)
    visit.at("history/")
    visit.take("history-with-names")


def too_large(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{BASE}/")
    with tempfile.TemporaryDirectory() as folder:
        big = Path(folder) / "whole-country.csv"
        big.write_bytes(b"1,2,3\n" * 8_800_000)
        page.set_input_files("#upload input[type=file]", str(big))
        page.click("#upload button >> nth=0")
        page.wait_for_timeout(2500)
        visit.take("refused-413")


def too_many(browser: Browser, camera: Camera) -> None:
    """Ten wrong passwords; the tries are taken out again afterwards."""
    mark = shell(
        "from chatmrpt.models import Attempt as A\nfrom django.db.models import Max\n"
        "print(A.objects.aggregate(m=Max('pk'))['m'] or 0)"
    ).split()[-1]
    visit = Visit(browser, camera)
    visit.go("/sign-in/")
    _wrong(visit.page)
    visit.take("sign-in-refused")
    for _ in range(12):
        if visit.page.locator("[data-error^=TOO_MANY], :text('15 minutes')").count():
            break
        _wrong(visit.page)
    visit.take("refused-429")
    visit.close()
    shell(f"from chatmrpt.models import Attempt as A\nA.objects.filter(pk__gt={mark}).delete()")


def _wrong(page: Page) -> None:
    page.fill("#name", "nobody.here")
    page.fill("#password", "not-the-password")
    page.click("main form button.btn")
    page.wait_for_load_state()


def admin(browser: Browser, camera: Camera) -> None:
    """The list and one workflow, as an administrator made for this and removed again."""
    word = secrets.token_urlsafe(12)
    who = (
        "from django.contrib.auth import get_user_model as U\n"
        "U().objects.filter(username='pictures').delete()\n"
    )
    shell(f"{who}U().objects.create_superuser('pictures', '', {word!r})")
    visit = Visit(browser, camera)
    page = visit.page
    visit.go("/admin/login/?next=/admin/tpr/workflow/")
    page.fill("#id_username", "pictures")
    page.fill("#id_password", word)
    page.click("[type=submit]")
    page.wait_for_load_state()
    visit.take("admin-workflows")
    page.click("#result_list tbody th a >> nth=0")
    page.wait_for_load_state()
    visit.take("admin-workflow")
    visit.close()
    shell(who)
