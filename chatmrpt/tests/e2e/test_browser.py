"""The sample job in a real browser: by typing, without JavaScript on a phone, by keyboard only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from chatmrpt.sample.write import make_sample
from chatmrpt.testing.processes import Web, Worker
from itn.models import ItnPlan
from tpr.models import TprResult, Workflow

pytestmark = [
    pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)
]  # fmt: skip

WITHOUT_RATIO = "reject no"
"""The sample has urban wards above 50 %, so the out-patient ratio is offered."""
WATCH = """addEventListener("securitypolicyviolation",
e => console.error("policy: " + e.violatedDirective + " " + e.blockedURI));"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; the tests use it and the database in turn.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=os.environ["CHROMIUM"],
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            yield browser
            browser.close()


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sample")
    make_sample(found)
    return found


@pytest.fixture
def address(webs: list[Web], worker: Worker, sample_folder: Path) -> str:
    call_command("load_sample", str(sample_folder))
    return webs[0].url


@contextmanager
def visit(chromium: Any, width: int, **options: Any) -> Iterator[Any]:
    """A page in a fresh browser profile; nothing may be logged as an error or break the policy."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    page, complaints = context.new_page(), []
    page.set_default_timeout(20_000)
    page.add_init_script(WATCH)
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    yield page
    context.close()
    # A poll that is under way when the page is left is given up by the browser itself.
    assert [c for c in complaints if not c.endswith("/state/")] == []


def at(page: Any, stage: str) -> None:
    page.wait_for_selector(f'#page[data-stage="{stage}"]')


LAST = "() => (document.querySelector('.talk ol > li:last-child a.at') || {}).href || ''"
"""The link of the newest message; how many stand on the page depends on what is beside them."""


def type_in(page: Any, words: str) -> None:
    """Type a sentence, press Enter, and wait until the answer stands in the transcript."""
    before = page.evaluate(f"({LAST})()")
    page.get_by_label("Type an answer or a question").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_function(f"before => ({LAST})() !== before", arg=before)


def open_tab(page: Any, name: str) -> None:
    page.get_by_role("navigation", name="Results").get_by_text(name).click()
    page.wait_for_selector(f'.tabs [aria-current=page]:has-text("{name}")')


def fits(page: Any) -> None:
    """Nothing makes the page wider than the screen."""
    page.wait_for_load_state()
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > screen:
        found = page.evaluate(
            """() => [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`)"""
        )
        raise AssertionError(f"{page.url}: {wide} px on a screen of {screen} px: {found[-8:]}")


def walk_the_map(page: Any) -> None:
    """The map comes after the answer, can be moved by keys, and says the ward that has the focus."""
    page.wait_for_selector(".leaf svg.map path.w")
    assert page.locator("svg.map path.w").count() == 104
    said = page.locator(".readout").first
    page.locator("svg.map a").nth(3).focus()
    first = said.text_content()
    page.keyboard.press("Tab")
    page.wait_for_function(
        "before => document.querySelector('.readout').textContent !== before", arg=first
    )
    assert "%" in (said.text_content() or "") or "no tests" in (said.text_content() or "")
    page.locator(".leaf").focus()
    pane = "() => document.querySelector('.leaflet-map-pane').style.transform"
    before = page.evaluate(pane)
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => ({pane})() !== before", arg=before)


def test_the_whole_job_by_typing_without_leaving_the_page(chromium: Any, address: str) -> None:
    with visit(chromium, 1280) as page:
        page.goto(address)
        page.get_by_role("button", name="Try the sample").click()
        at(page, "state_confirmation")
        page.evaluate("window.stayed = true")
        for words, stage in (
            ("Sample State", "state_confirmation"), ("yes", "facility_selection"),
            ("Use Primary Health Facilities only", "age_group_selection"),
            ("Under 5", "threshold_check"), ("Go on without it", "complete"),
        ):  # fmt: skip
            type_in(page, words)
            at(page, stage)
        walk_the_map(page)
        type_in(page, "run the risk analysis")
        page.wait_for_selector("#page[data-waiting=analysis]")
        page.wait_for_selector("#page:not([data-waiting])")
        type_in(page, "plan 200,000 nets")
        assert page.evaluate("window.stayed"), "the page was never loaded again"
        assert page.evaluate("document.activeElement.matches('.talk ol > li:last-child')"), (
            "the answer has the focus, so that it is read out"
        )
        page.goto(page.url.split("?")[0] + "?tab=nets")
        page.wait_for_selector("text=Nets by ward")
        fits(page)
    plan = ItnPlan.objects.get()
    assert (plan.available, plan.allocated + plan.remaining) == (200_000, 200_000)


def test_the_whole_job_by_pressing_on_a_phone_without_javascript(
    chromium: Any, address: str
) -> None:
    with visit(chromium, 390, java_script_enabled=False) as page:
        page.goto(address)
        fits(page)
        page.get_by_role("button", name="Try the sample").click()
        for choice, stage in (
            ("confirm yes", "state_confirmation"), ("select primary", "facility_selection"),
            ("select u5", "age_group_selection"), (WITHOUT_RATIO, "threshold_check"),
        ):  # fmt: skip
            at(page, stage)
            fits(page)
            page.locator(f'button.choice[value="{choice}"]').click()
        at(page, "complete")
        for tab in ("Map", "Table", "Quality", "Risk"):
            open_tab(page, tab)
            fits(page)
        page.get_by_role("button", name="Run the risk analysis", exact=True).click()

        page.wait_for_selector("text=Risk rank 1 = highest risk")  # the page looks again by itself
        fits(page)
        open_tab(page, "Nets")
        page.get_by_label("Number of nets").fill("200,000")
        page.get_by_role("button", name="Make the plan").click()
        page.wait_for_selector("text=Nets by ward")
        fits(page)
    assert ItnPlan.objects.get().available == 200_000


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the element has the focus; every stop must be seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const s = getComputedStyle(document.activeElement);
            return s.outlineStyle !== "none" || s.boxShadow !== "none"; }"""
        )
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert seen, f"the focus on {selector} is not visible"
            return
    raise AssertionError(f"no way by Tab to {selector}")


def test_the_ward_tpr_by_keyboard_only(chromium: Any, address: str) -> None:
    with visit(chromium, 1280) as page:
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        tab_to(page, "form:has([name=sample]) button")
        page.keyboard.press("Enter")
        at(page, "state_confirmation")
        for choice, stage in (
            ("confirm yes", "facility_selection"), ("select primary", "age_group_selection"),
            ("select u5", "threshold_check"), (WITHOUT_RATIO, "complete"),
        ):  # fmt: skip
            page.wait_for_selector(f'button[value="{choice}"]')
            tab_to(page, f'button[value="{choice}"]')
            page.keyboard.press("Enter")
            at(page, stage)
        tab_to(page, '.tabs a[href^="?tab=risk"]')
        page.keyboard.press("Enter")
        page.wait_for_selector("text=No risk analysis yet")
    assert (TprResult.objects.count(), Workflow.objects.get().stage) == (1, "complete")
