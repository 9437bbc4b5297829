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
from chatmrpt.tests.e2e.keys import Keys
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
    page.set_default_timeout(60_000)
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


def answer_by_keys(keys: Keys, page: Any) -> None:
    for choice, stage in (
        ("confirm yes", "facility_selection"), ("select primary", "age_group_selection"),
        ("select u5", "threshold_check"), (WITHOUT_RATIO, "complete"),
    ):  # fmt: skip
        page.wait_for_selector(f'button[value="{choice}"]')
        keys.to(f'button[value="{choice}"]', within=25)
        keys.press("Space" if choice == "select primary" else "Enter")
        at(page, stage)
        assert keys.held().startswith("li#m"), "the answer has the focus, so that it is read out"


def look_around_by_keys(keys: Keys, page: Any) -> None:
    """From the top past the map to the question; the tabs; a ward of the table and its own page."""
    page.wait_for_selector(".leaf svg.map path.w")
    page.reload()
    page.wait_for_selector(".leaf svg.map path.w")
    page.evaluate("window.stayed = true")
    keys.to('a.skip[href="#now"]')
    keys.press("Enter")
    keys.to("#say", within=8)
    keys.to('a.skip[href="#main"]', within=8)
    keys.press("Enter")
    keys.to(".past a", within=30)
    keys.press("Enter")
    keys.to('a[href$="/map.svg"]', within=3)  # nobody has to go through every ward of the map
    keys.to("svg.map a", back=True, within=3)
    assert page.evaluate("window.stayed"), "a link to a place of the page does not load it again"
    keys.past_the_head()
    keys.go('.tabs a[href^="?tab=table"]', within=30)
    keys.go("tbody th a", within=15)
    keys.go('#ward a[href*="/wards/"]', within=10)
    keys.go("main .eyebrow a", within=10)


def rank_by_keys(keys: Keys, page: Any) -> None:
    """The job ends while something is typed: the words, the cursor and the focus stay, and the end
    is told in a region that stands outside of what was changed.
    """
    keys.past_the_head()
    keys.go('.tabs a[href^="?tab=risk"]', within=30)
    keys.enter('form[action$="/analysis/"] button', within=15)
    page.wait_for_selector("#page[data-waiting=analysis]")
    assert keys.held().startswith("li#m")
    keys.write("#say", "plan 200,0", within=20)
    page.wait_for_selector("#page:not([data-waiting])")
    assert keys.held().startswith("input#say")
    assert "rank" in page.inner_text("#told[role=status]").lower()
    page.keyboard.type("00 nets")
    assert page.input_value("#say") == "plan 200,000 nets"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")


def plan_by_keys(keys: Keys, page: Any) -> None:
    """The form of the nets, then the plan: its strategy by arrows, its list passed, submitted."""
    keys.past_the_head()
    keys.go('.tabs a[href^="?tab=nets"]', within=30)
    keys.write("#nn", "200,000", within=10)
    keys.to("#ns")
    keys.press("ArrowDown")
    keys.to('form[action$="/plans/"] details:not([open]) summary', within=10)
    keys.press("Space")
    keys.write("#nr", "5", within=4)
    keys.enter('form[action$="/plans/"] .btn', within=20)
    page.wait_for_selector("text=Nets by ward")
    assert keys.held().startswith("li#m")
    keys.past_the_head()
    keys.go('.tabs a[href^="?tab=nets"]', within=30)
    keys.go('#results a.btn[href*="/plans/"]', within=12)
    page.reload()
    keys.to('a.skip[href="#decide"]', within=2)  # not through every ward of map and list
    keys.press("Enter")
    keys.write("#ss", "A. Bello", within=3)
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_selector("text=Name and role of who decides")


def test_the_whole_job_by_keyboard_only(chromium: Any, address: str) -> None:
    with visit(chromium, 1280) as page:
        keys = Keys(page)
        page.goto(address)
        keys.to("a.skip", within=1)
        keys.enter("form:has([name=sample]) button")
        at(page, "state_confirmation")
        answer_by_keys(keys, page)
        look_around_by_keys(keys, page)
        rank_by_keys(keys, page)
        plan_by_keys(keys, page)
    plan = ItnPlan.objects.get()
    assert (plan.available, plan.status) == (plan.stock - plan.reserve, "submitted")
    assert (plan.stock, plan.reserve > 0) == (200_000, True)
    assert (TprResult.objects.count(), Workflow.objects.get().stage) == (1, "complete")
