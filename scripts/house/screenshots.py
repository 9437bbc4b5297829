"""Walks the sample through every step in Chromium and keeps a picture of each, at two widths."""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
WIDTHS = {1280: 900, 390: 844}
TABS = ("map", "table", "quality", "risk", "nets")


class Camera:
    """Takes the same picture at every width."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 0

    def take(self, name: str) -> None:
        self.number += 1
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(150)
            self.page.screenshot(path=str(FOLDER / f"{self.number:02}-{name}-{width}.png"))
        self.page.set_viewport_size({"width": 1280, "height": 900})


def say(page: Page, text: str) -> None:
    page.fill("#say", text)
    page.press("#say", "Enter")
    page.wait_for_timeout(900)


def names(page: Page, camera: Camera, workflow: str) -> None:
    """The page of ward names: the queue, a decision, and the result out of date."""
    page.goto(f"{workflow}matches/")
    camera.take("ward-names")
    page.click("article >> nth=-1 >> summary")
    page.locator("article >> nth=-1").scroll_into_view_if_needed()
    camera.take("ward-names-another")
    page.click("article >> nth=0 >> button.choice >> nth=0")
    page.wait_for_selector("#now")
    camera.take("ward-names-decided")
    page.click("button[value=recalculate]")
    page.wait_for_selector("#now")
    page.goto(f"{workflow}?tab=map")


def review(page: Page, camera: Camera) -> None:
    """The cards of the reader: a column it is unsure of, and figures that stand twice."""
    rows = ["State,LGA,Ward,Facility,periodcode,tested_u5,conf_u5"]
    rows += [f"Kwara,Moro,Ajanaku,Clinic {n},202401,{20 + n},{5 + n}" for n in range(9)]
    rows += ["Kwara,Moro,Ajanaku,Clinic 3,202401,41,12"]
    page.goto(f"{BASE}/")
    page.set_input_files(
        "input[type=file]",
        {"name": "moro.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()},
    )
    page.click("form:has(input[type=file]) button >> nth=0")
    page.wait_for_selector("fieldset.card", timeout=60000)
    camera.take("review-cards")


def nets(page: Page, camera: Camera, workflow: str) -> None:
    """The page of a plan, what it counts with, and a planning sheet of others that is checked."""
    camera.number = 59
    page.goto(f"{workflow}?tab=nets")
    plan = page.get_attribute("section.lead-card h2 a", "href")
    page.goto(f"{BASE}{plan}")
    camera.take("plan")
    page.goto(f"{BASE}{plan}inputs/?costs=suggested")
    camera.take("plan-counts-with")
    rows = ["state,population,nets,bales", "First,5444005,2436824,48736.48",
            "Second,4292768,2436824,48736.48", "Third,2966900,1630600,27176.67"]  # fmt: skip
    page.goto(f"{BASE}/plausibility/")
    page.set_input_files(
        "#qf", {"name": "sheet.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    page.click("main button")
    page.wait_for_selector("text=findings", timeout=60000)
    camera.take("planning-sheet-checked")


def walk(browser: Browser) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    camera = Camera(page)
    page.goto(f"{BASE}/")
    camera.take("start")
    page.click("form:has(input[name=sample]) button")
    page.wait_for_load_state()
    if page.query_selector("[data-waiting]"):
        camera.take("reading")
    page.wait_for_selector(".ask", timeout=60000)
    camera.take("confirm-state")
    say(page, "yes")
    camera.take("facility-level")
    say(page, "abeg use the phc ones")
    say(page, "how many wards are there?")
    camera.take("age-group-after-a-question")
    say(page, "under 5")
    if "out-patient ratio" in page.content():
        camera.take("out-patient-ratio")
        say(page, "no")
    workflow = page.url.split("?")[0].split("#")[0]
    names(page, camera, workflow)
    say(page, "run the risk analysis")
    page.wait_for_selector("[data-waiting]", state="detached", timeout=60000)
    say(page, "plan 200,000 nets")
    for tab in TABS:
        if tab == "map":
            page.goto(f"{workflow}?tab=map")
            camera.take("result")
        page.goto(f"{workflow}?tab={tab}#results")
        camera.take(f"tab-{tab}")
    page.goto(f"{workflow}?tab=table")
    page.click("tbody th a >> nth=0")
    page.wait_for_load_state()
    camera.take("ward-card")
    for name in ("how-sure", "definitions", "trend", "burden"):
        page.goto(f"{workflow}{name}/")
        camera.take(name)
    page.goto(f"{workflow}?tab=risk")
    run = page.get_attribute("text=Open the whole ranking", "href")
    page.goto(f"{BASE}{run}")
    camera.take("run-page")
    page.click("#ranking tbody th a >> nth=0")
    page.wait_for_load_state()
    camera.take("run-why-this-ward")
    page.goto(f"{BASE}{run}deprioritise/?threshold=20&target=10")
    camera.take("run-could-be-left-out")
    page.goto(f"{workflow}report/")
    camera.take("report")
    page.goto(f"{BASE}/workflows/00000000-0000-4000-8000-000000000000/")
    camera.take("not-found")
    page.goto(f"{BASE}/help/")
    camera.take("help")
    camera.number = 49
    page.goto(f"{workflow}quality/")
    camera.take("quality")
    page.click("table.call-list a >> nth=0")
    page.locator("#answer").scroll_into_view_if_needed()
    camera.take("quality-call")
    nets(page, camera, workflow)
    camera.number = 51
    review(page, camera)
    dark = browser.new_context(color_scheme="dark", storage_state=page.context.storage_state())
    night = dark.new_page()
    night.goto(f"{workflow}?tab=map")
    night.set_viewport_size({"width": 1280, "height": 900})
    night.screenshot(path=str(FOLDER / "dark-result-1280.png"))
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(),
        viewport={"width": 390, "height": 844},
    ).new_page()  # fmt: skip
    plain.goto(f"{workflow}?tab=table")
    plain.screenshot(path=str(FOLDER / "without-javascript-390.png"))


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        walk(browser)
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
