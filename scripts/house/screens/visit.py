"""A person at the sample server: how a page is reached, a question answered, a row put in a state."""

import json
import os
import subprocess
import time
from typing import Any

from playwright.sync_api import Browser, Page

from house.paths import PROJECT
from house.screens.camera import Camera

BASE = os.environ.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
WAITING = "[data-waiting]"
PATIENCE = 90_000


def shell(code: str) -> str:
    """Run `code` in `scripts/manage shell` on the server's own database; returns what it printed."""
    done = subprocess.run(
        [str(PROJECT / "scripts" / "manage"), "shell", "-v", "0", "-c", code],
        capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"shell: {done.stderr[-1500:]}")
    return done.stdout.strip()


def row(model: str, pick: dict[str, Any], **values: Any) -> None:
    """Put the rows `pick` of a model (`analysis.AnalysisRun`) into a state, as SQL would."""
    app, name = model.split(".")
    shell(
        "import json\nfrom django.apps import apps\n"
        f"rows = apps.get_model({app!r}, {name!r})._default_manager\n"
        f"rows.filter(**json.loads({json.dumps(pick)!r})).update(**json.loads({json.dumps(values)!r}))"
    )


class Visit:
    """A browser of its own with a camera."""

    def __init__(self, browser: Browser, camera: Camera, **context: Any) -> None:
        self.context = browser.new_context(locale="en-GB", timezone_id="Africa/Lagos", **context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.camera = camera
        self.workflow = ""

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{BASE}{path}")

    def at(self, path: str = "") -> None:
        """A page of this workflow: `at("quality/")`, `at("?tab=risk")`."""
        self.go(f"{self.workflow}{path}")

    def take(self, name: str, **how: Any) -> None:
        self.camera.take(self.page, name, **how)

    def dark(self, name: str) -> None:
        self.camera.dark(self.page, name)

    def remember(self) -> None:
        self.workflow = self.page.url.split("?")[0].split("#")[0]

    def ready(self) -> None:
        """Wait until nothing runs for this workflow."""
        end = time.monotonic() + PATIENCE / 1000
        while self.page.query_selector(WAITING):
            if time.monotonic() > end:
                raise RuntimeError(f"{self.page.url} was still waiting after {PATIENCE // 1000} s")
            self.page.wait_for_timeout(1000)
            self.at()

    def say(self, text: str) -> None:
        self.page.fill("#say", text)
        with self.page.expect_response(lambda r: r.request.method == "POST"):
            self.page.press("#say", "Enter")
        self.page.wait_for_timeout(400)

    def sample(self) -> None:
        self.go("/")
        self.page.click("form:has(input[name=sample]) button")
        self.page.wait_for_url("**/workflows/*-*/**")
        self.remember()

    def send(self, name: str, content: str | bytes) -> None:
        """Upload a small file on the start page."""
        body = content.encode() if isinstance(content, str) else content
        self.go("/")
        chosen = {"name": name, "mimeType": "application/octet-stream", "buffer": body}
        self.page.set_input_files("#upload input[type=file]", chosen)  # type: ignore[arg-type]
        self.page.click("#upload button >> nth=0")
        self.page.wait_for_selector("[data-workflow]", timeout=PATIENCE)
        self.remember()
        self.ready()

    def hold(self) -> None:
        """Nothing is answered any more: the page stays as it is."""
        self.context.route("**/*", lambda route: None)

    def let_go(self) -> None:
        self.context.unroute("**/*")

    def to_result(self, *words: str) -> None:
        for text in words or ("yes", "primary", "under 5"):
            self.say(text)
        if self.page.locator(".ask >> text=out-patient").count():
            self.say("no")

    def close(self) -> None:
        self.context.close()
