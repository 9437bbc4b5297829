"""Figures of the sample: the tabs, one ward, quality, names, how sure, definitions, trend, burden."""

from playwright.sync_api import Browser

from house.screens.camera import Camera
from house.screens.visit import Visit


def walk(browser: Browser, camera: Camera) -> None:
    visit = Visit(browser, camera)
    page = visit.page
    visit.sample()
    visit.ready()
    visit.to_result()
    visit.take("result", main=True, top=False)
    visit.at("?tab=map")
    visit.take("result-page", main=True)
    visit.dark("result-page")
    for tab in ("map", "table", "quality", "risk", "nets"):
        visit.at(f"?tab={tab}#results")
        name = f"tab-{tab}" if tab in ("map", "table", "quality") else f"tab-{tab}-empty"
        visit.take(name, at="#results")
    visit.at("?tab=table")
    page.click("#results tbody th a >> nth=0")
    page.wait_for_load_state()
    visit.take("ward-card", at="#ward")
    page.click("text=This card alone")
    page.wait_for_load_state()
    visit.take("ward-card-alone", main=True)
    for name in ("how-sure", "definitions", "trend", "burden"):
        visit.at(f"{name}/")
        visit.take(name)
    visit.at("quality/")
    visit.take("quality", main=True)
    page.click("table.call-list a >> nth=0")
    visit.take("quality-call", at="#answer")
    names(visit)
    visit.at("report/")
    visit.take("report", main=True)
    page.emulate_media(media="print")
    visit.take("report-print")
    page.emulate_media(media="screen")
    visit.at("history/")
    visit.take("history")
    without(browser, visit)
    visit.close()


def names(visit: Visit) -> None:
    """Names without a place on the ward list: the queue, a decision, the result out of date."""
    page = visit.page
    visit.at("matches/")
    visit.take("ward-names")
    page.click("article >> nth=0 >> button.choice >> nth=0")
    page.wait_for_selector("#now")
    visit.at("?tab=map")
    visit.take("result-out-of-date")
    page.click("button[value^=recalculate]")
    page.wait_for_timeout(800)


def without(browser: Browser, visit: Visit) -> None:
    """The same workflow without JavaScript."""
    state = visit.context.storage_state()
    plain = Visit(browser, visit.camera, java_script_enabled=False, storage_state=state)
    plain.page.goto(f"{visit.workflow}?tab=table")
    for width, height in ((1280, 900), (390, 844)):
        plain.page.set_viewport_size({"width": width, "height": height})
        plain.page.screenshot(path=str(visit.camera.folder / f"without-javascript-{width}.png"))
    plain.close()
