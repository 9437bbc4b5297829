"""axe-core finds nothing serious on any page of a finished workflow."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chatmrpt.accounts.tests.people import browser
from chatmrpt.chat.tests.views import visits
from chatmrpt.testing.processes import Web
from itn.models import ItnPlan, PlanCheck
from itn.services.check_sheet import check_sheet
from tpr.models import BoundaryList, Ward

pytestmark = [
    pytest.mark.browser, pytest.mark.node, pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]  # fmt: skip

SERIOUS = """async () => {
  const seen = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa"]});
  const bad = seen.violations.filter(v => ["serious", "critical"].includes(v.impact));
  return {looked: seen.passes.length,
          bad: bad.map(v => `${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)}`)};
}"""
MISSING = "/workflows/00000000-0000-4000-8000-000000000000/"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=os.environ["CHROMIUM"],
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            yield browser
            browser.close()


def addresses(workflow: Any, run: Any, plan: Any, check: Any) -> list[str]:
    base = f"/workflows/{workflow.pk}/"
    row = workflow.results.get().rows.filter(ward__isnull=False).first()
    score = run.scores.first()
    tabs = [f"{base}?tab={tab}" for tab in ("map", "table", "quality", "risk", "nets")]
    pages = [
        "quality/", "matches/", "how-sure/", "definitions/", "trend/", "burden/", "report/",
        "populations/", f"wards/{row.pk}/", f"runs/{run.pk}/", f"runs/{run.pk}/wards/{score.pk}/",
        f"runs/{run.pk}/deprioritise/", f"plans/{plan.pk}/?show=strategies", f"plans/{plan.pk}/wards/1/",
        f"plans/{plan.pk}/inputs/?costs=suggested",
    ]  # fmt: skip
    return ["/", "/plausibility/", f"/plausibility/{check.pk}/", "/help/", "/glossary/", "/methods/",
            MISSING, *tabs,
            *(base + page for page in pages)]  # fmt: skip


def test_no_page_of_a_finished_workflow_has_a_serious_fault(chromium: Any, webs: list[Web]) -> None:
    client = Client()
    workflow, run, plan = visits.planned(client)
    sheet = SimpleUploadedFile("sheet.csv", b"state,population,nets\nEdo,900,400\nKano,500,900\n")
    assert client.post("/plausibility/", {"file": sheet}).status_code == 303
    check = PlanCheck.objects.get()
    assert check_sheet(check.pk)
    square = "M0 0h9v9h-9z"
    BoundaryList.objects.update(display={"Adamawa": {"width": 100, "height": 90, "lgas": []}})
    Ward.objects.update(display={"d": square})
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    context.add_cookies([{
        "name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "127.0.0.1",
        "path": "/",
    }])  # fmt: skip
    page, faults = context.new_page(), {}
    for address in addresses(workflow, run, plan, check):
        answer = page.goto(webs[0].url + address)
        assert answer.status == (404 if address == MISSING else 200), address
        page.add_script_tag(path=os.environ["AXE"])
        found = page.evaluate(SERIOUS)
        assert found["looked"] > 8, address
        if found["bad"]:
            faults[address.replace(str(workflow.pk), "W")] = found["bad"]
    context.close()
    assert faults == {}


def with_session(chromium: Any, client: Client, width: int = 1280, **options: Any) -> Any:
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, bypass_csp=True, **options
    )
    if "sessionid" in client.cookies:
        value = client.cookies["sessionid"].value
        context.add_cookies(
            [{"name": "sessionid", "value": value, "domain": "127.0.0.1", "path": "/"}]
        )
    return context


def test_pages_of_accounts_have_no_serious_fault_and_fit_a_telephone(
    chromium: Any, webs: list[Web]
) -> None:
    visitor, ada = Client(), browser("ada")
    visits.upload(visitor)
    workflow, _, plan = visits.planned(ada)
    base = f"/workflows/{workflow.pk}/"
    ada.post(
        f"{base}share/", {"do": "give", "name": "ibrahim.abdullahi-of-kwara", "access": "read"}
    )
    row = workflow.results.get().rows.filter(lga="Fufore")[0]
    officer = browser("sani", "lga_officer", state="Adamawa", lga="Fufore")
    lga = f"{base}lga/Fufore/"
    faults = {}
    for who, pages in (
        (visitor, ["/", "/sign-in/", "/sign-up/"]),
        (ada, ["/", "/account/", f"{base}share/", f"{base}history/"]),
        (officer, ["/", "/account/", lga, f"{lga}waybill/", f"{lga}wards/{row.pk}/"]),
    ):
        context = with_session(chromium, who, width=390)
        page = context.new_page()
        for address in pages:
            assert page.goto(webs[0].url + address).status == 200, address
            page.add_script_tag(path=os.environ["AXE"])
            if found := page.evaluate(SERIOUS)["bad"]:
                faults[address.replace(str(workflow.pk), "W")] = found
            width = page.evaluate("document.scrollingElement.scrollWidth")
            assert width <= 390, (address, width)
            assert page.locator(".who").is_visible()
        context.close()
    assert faults == {}
    revision = ItnPlan.objects.get(pk=plan.pk).revision
    done = visits.send(
        ada, workflow, f"plans/{plan.pk}/submit/", revision=revision, signed_as="A. B."
    )
    assert done.status_code == 303
    forms = {}
    for role in ("viewer", "approver"):
        context = with_session(chromium, browser(role, role, state="Adamawa"))
        page = context.new_page()
        page.goto(f"{webs[0].url}{base}plans/{plan.pk}/")
        forms[role] = {
            name for name in ("approve", "comment", "duplicate", "fix")
            if page.locator(f'form[action$="/{name}/"]').count()
            and page.locator(f'form[action$="/{name}/"]').first.is_visible()
        }  # fmt: skip
        page.goto(f"{webs[0].url}{base}")
        assert not page.locator("#say").count() and page.get_by_text("You may read").is_visible()
        context.close()
    assert forms == {"viewer": set(), "approver": {"approve", "comment"}}


MAIN = ("/", "/sign-in/", "/help/")
OF_A_WORKFLOW = (
    "?tab=map", "?tab=table", "?tab=quality", "?tab=risk", "?tab=nets", "quality/", "matches/",
    "report/", "share/", "history/",
)  # fmt: skip
MOVES = """() => {
  const long = t => t.split(",").some(d => parseFloat(d) > 0), found = [];
  for (const e of document.querySelectorAll("*"))
    for (const part of [null, "::before", "::after"]) {
      const s = getComputedStyle(e, part);
      if (long(s.transitionDuration) || (s.animationName !== "none" && long(s.animationDuration)))
        found.push(e.tagName + (part || ""));
    }
  return found;
}"""


@contextmanager
def looking(chromium: Any, client: Client, width: int, **options: Any) -> Iterator[Any]:
    context = with_session(chromium, client, width, **options)
    yield context.new_page()
    context.close()


def faults(page: Any) -> list[str]:
    page.add_script_tag(path=os.environ["AXE"])
    found = page.evaluate(SERIOUS)
    assert found["looked"] > 8, page.url
    return list(found["bad"])


def test_dark_and_narrow_pages_have_no_serious_fault_and_keep_still_when_asked(
    chromium: Any, webs: list[Web]
) -> None:
    """What a phone shows at night: contrast in the dark colours, at 390 px, with less motion."""
    client = Client()
    workflow, _, plan = visits.planned(client)
    BoundaryList.objects.update(display={"Adamawa": {"width": 100, "height": 90, "lgas": []}})
    Ward.objects.update(display={"d": "M0 0h9v9h-9z"})
    base = f"/workflows/{workflow.pk}/"
    pages = [*MAIN, *(base + page for page in OF_A_WORKFLOW), f"{base}plans/{plan.pk}/"]
    found, moving = {}, {}
    with looking(chromium, client, 390, color_scheme="dark", reduced_motion="reduce") as page:
        for address in pages:
            assert page.goto(webs[0].url + address).status == 200, address
            name = address.replace(str(workflow.pk), "W")
            dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert dark == "rgb(15, 23, 22)", "the dark colours are in use"
            if moves := page.evaluate(MOVES):
                moving[name] = moves
            if bad := faults(page):
                found[name] = bad
        page.emulate_media(reduced_motion="no-preference")
        page.goto(webs[0].url)
        assert page.evaluate(MOVES), "without the wish something moves, so that the test can fail"
    assert (found, moving) == ({}, {})


def test_a_waiting_page_and_a_question_have_no_serious_fault(
    chromium: Any, webs: list[Web]
) -> None:
    """No worker runs here, so the ranking waits: twice on the page, at the question and its tab."""
    client, found = Client(), {}
    asked = visits.upload(client)
    with looking(chromium, client, 390) as page:
        page.goto(f"{webs[0].url}/workflows/{asked.pk}/")
        found["question"] = faults(page)
    visits.adamawa_list()
    workflow = visits.complete(client)
    assert visits.send(client, workflow, "analysis/", profile="sound").status_code == 303
    with looking(chromium, client, 1280) as page:
        page.goto(f"{webs[0].url}/workflows/{workflow.pk}/?tab=risk")
        assert page.locator("progress").count() == 2
        found["waiting"] = faults(page)
    assert found == {"question": [], "waiting": []}
