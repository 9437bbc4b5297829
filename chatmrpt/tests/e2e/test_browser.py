"""The sample job in a real browser: by typing, without JavaScript on a phone, by keyboard only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from chatmrpt.sample.write import make_sample
from chatmrpt.testing.processes import ROOT, Web, Worker
from chatmrpt.tests.e2e import plain
from chatmrpt.tests.e2e.keys import (
    WITHOUT_RATIO,
    Keys,
    answer_by_keys,
    at,
    look_around_by_keys,
    plan_by_keys,
    rank_by_keys,
)  # fmt: skip
from chatmrpt.tests.e2e.wire import Wire
from itn.models import ItnPlan
from tpr.models import TprResult, Workflow

pytestmark = [
    pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)
]  # fmt: skip

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
        page.wait_for_selector("#results:not([data-later])")  # leaving would cut off what comes
        page.goto(page.url.split("?")[0] + "?tab=nets")
        page.wait_for_selector("text=Nets by ward")
        fits(page)
    plan = ItnPlan.objects.get()
    assert (plan.available, plan.allocated + plan.remaining) == (200_000, 200_000)


def test_the_whole_job_by_pressing_on_a_phone_without_javascript(
    chromium: Any, address: str, tmp_path: Path
) -> None:
    with visit(chromium, 390, java_script_enabled=False) as page:
        page.goto(address)
        fits(page)
        plain.send_a_file_and_go_back(page, plain.small_file(tmp_path))
        page.goto(address)
        plain.press(page, "Try the sample")
        for choice, stage in (
            ("confirm yes", "state_confirmation"), ("select primary", "facility_selection"),
            ("select u5", "age_group_selection"), (WITHOUT_RATIO, "threshold_check"),
        ):  # fmt: skip
            at(page, stage)
            fits(page)
            plain.follow(page, f'button.choice[value="{choice}"]')
        at(page, "complete")
        workflow = page.url.split("?")[0].split("#")[0]
        plain.decide_a_name_and_recalculate(page)
        fits(page)
        page.goto(f"{workflow}?tab=quality")
        plain.write_down_a_call(page)
        fits(page)
        page.goto(workflow)
        for tab in ("Map", "Table", "Quality", "Risk"):
            open_tab(page, tab)
            fits(page)
        page.get_by_role("button", name="Run the risk analysis", exact=True).click()

        page.wait_for_selector("text=Risk rank 1 = highest risk")  # the page looks again by itself
        fits(page)
        open_tab(page, "Nets")
        page.get_by_label("Number of nets").fill("200,000")
        plain.press(page, "Make the plan")
        page.goto(f"{workflow}?tab=nets")
        report = plain.work_on_the_plan(page)
        fits(page)
        plain.make_an_account(page, address)
        fits(page)
    assert report.startswith(b"%PDF-")
    copy = ItnPlan.objects.get(name="Two ways")
    assert (copy.stock, copy.status, copy.duplicate_of.status) == (200_000, "approved", "draft")
    assert Workflow.objects.filter(owner__startswith="user:").count() == 2


def test_on_230_kbps_and_400_ms_the_first_question_is_answered_in_5_s_of_the_line(
    chromium: Any, address: str
) -> None:
    """From the cold start page, by the bytes and round trips that Chromium had; the seconds of the
    machine are those of `scripts/bench slow_line`.
    """
    with visit(chromium, 390) as page:
        wire = Wire(page, packed_as=ROOT)
        page.goto(address)
        page.get_by_role("button", name="Try the sample").click()
        page.locator('button[value="confirm yes"]').click()
        at(page, "facility_selection")
        seen = [each.address.removeprefix(address) for each in wire.exchanges()]
        assert seen[0] == "/" and seen[-1].endswith("/choices/"), seen
        assert any("site" in each for each in seen), "the style came over the line: nothing is warm"
        assert wire.seconds() < 5, seen
        assert wire.seconds_one_by_one() < 5.5, seen


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
