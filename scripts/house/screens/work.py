"""Risk and nets of the sample: waiting, done, stale, failed; the plans."""

import uuid

from playwright.sync_api import Browser

from house.screens.camera import Camera
from house.screens.visit import Visit, shell


def walk(browser: Browser, camera: Camera) -> None:
    visit = Visit(browser, camera)
    visit.sample()
    visit.ready()
    visit.to_result()
    risk(visit)
    nets(visit)
    failed(visit)
    visit.to_result("all levels")
    visit.ready()
    visit.at("?tab=risk")
    if visit.page.locator("text=Out of date").count():
        visit.take("risk-stale", at="#results")
    else:
        print("risk-stale: the page does not show it, so there is no picture")
    visit.close()


def risk(visit: Visit) -> None:
    page = visit.page
    visit.say("run the risk analysis")
    if page.query_selector("[data-waiting]"):
        visit.hold()
        visit.take("risk-waiting", main=True, at="#now")
        visit.let_go()
    visit.at()
    visit.ready()
    visit.at("?tab=risk")
    visit.take("risk-done", main=True, at="#results")
    page.click("text=Open the whole ranking")
    page.wait_for_load_state()
    run = page.url
    visit.take("run", main=True)
    page.click("#ranking tbody th a >> nth=0")
    page.wait_for_load_state()
    visit.take("run-ward")
    visit.go(f"{run}deprioritise/?threshold=20&target=10")
    visit.take("run-could-be-left-out")


def nets(visit: Visit) -> None:
    page = visit.page
    visit.at()
    visit.say("plan 200,000 nets")
    visit.ready()
    visit.say("plan 150,000 nets")
    visit.ready()
    visit.at("?tab=nets")
    visit.take("tab-nets", main=True, at="#results")
    page.click("#results a.btn[href*='/plans/'] >> nth=0")
    page.wait_for_load_state()
    plan = page.url.split("#")[0]
    visit.take("plan", main=True)
    visit.dark("plan")
    page.click("#wards tbody th a >> nth=0")
    page.wait_for_load_state()
    visit.take("plan-ward")
    visit.go(f"{plan}inputs/")
    visit.take("plan-inputs")
    visit.go(plan)
    other = page.locator("#co option").first
    if other.count():
        visit.go(f"{plan}?against={other.get_attribute('value')}#comparison")
        visit.take("plan-comparison", at="#comparison")
    visit.at("report/")
    visit.take("report-with-plan")


def failed(visit: Visit) -> None:
    """A run that did not finish: asked for with other draws, then put where a crash leaves it."""
    one = visit.workflow.rstrip("/").rsplit("/", 1)[1]
    made = shell(
        "from analysis.models import AnalysisRun as R\nfrom django.utils import timezone\n"
        f"r = R.objects.filter(workflow={one!r}).latest('queued_at')\n"
        f"r.pk = {str(uuid.uuid4())!r}; r._state.adding = True; r.status = 'failed'\n"
        "r.queued_at = r.finished_at = timezone.now(); r.n_wards = None; r.attempts = 3\n"
        "r.error_code = 'WORKER_LOST'; r.card = {}; r.draws += 1\n"
        "r.error_message = 'The worker that computed it ended three times before it was done.'\n"
        "r.save(force_insert=True)\nprint(r.pk)"
    )
    visit.at("?tab=risk")
    if visit.page.locator("text=did not finish").count():
        visit.take("risk-failed", at="#results")
    else:
        print("risk-failed: the page does not show it, so there is no picture")
    shell(
        f"from analysis.models import AnalysisRun as R\nR.objects.filter(pk={made.split()[-1]!r}).delete()"
    )
    visit.at()
