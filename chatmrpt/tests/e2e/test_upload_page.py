"""The page that sends a file: pause, a closed page, another device, a lost line, another file."""

import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatmrpt.testing.lines import Line, line
from chatmrpt.testing.processes import Web, wait_until
from tpr.models import Upload, Workflow
from tpr.services.receive_upload import sha256_of
from tpr.services.take_files import sha256_of_file

pytestmark = [
    pytest.mark.browser, pytest.mark.processes, pytest.mark.django_db(transaction=True)
]  # fmt: skip

PART = 256 * 1024
SIZE = 5 * PART + 1000
SLOW = 600_000


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


@pytest.fixture
def way(webs: list[Web]) -> Iterator[Line]:
    """Every request of the page reaches another server than the one before."""
    with line([web.port for web in webs]) as found:
        yield found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Kanò 2024.xlsx"
    path.write_bytes(random.Random(9).randbytes(SIZE))
    return path


class Sent:
    """Bytes of the file that a page put on the line."""

    def __init__(self, page: Any) -> None:
        self.bytes, self.parts = 0, 0
        page.on("requestfinished", self.count)

    def count(self, request: Any) -> None:
        if request.method == "PATCH":
            self.bytes += len(request.post_data_buffer or b"")
            self.parts += 1


def open_page(context: Any, address: str) -> tuple[Any, Sent]:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(address)
    return page, Sent(page)


def choose(page: Any, file: Path) -> None:
    page.get_by_label("Excel or CSV").set_input_files(str(file))
    page.get_by_role("button", name="Upload and read").click()


def received() -> int:
    return sum(Upload.objects.values_list("received", flat=True))


def after_parts(page: Any, parts: int) -> None:
    """Let the page work until so many parts are stored."""
    for _ in range(800):
        if received() >= parts * PART:
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"{received()} bytes are stored after 20 s")


def reads(page: Any) -> None:
    """The page has gone to its workflow, which reads the file."""
    page.wait_for_selector('#page[data-stage="reading_upload"]')


def is_whole(file: Path) -> None:
    upload = Upload.objects.exclude(status="receiving").get()
    assert upload.original_name == file.name
    assert sha256_of(upload) == upload.sha256 == sha256_of_file(file)


def test_pause_and_go_on_and_after_a_closed_page_only_the_rest_is_sent(
    chromium: Any, way: Line, file: Path
) -> None:
    context = chromium.new_context()
    page, sent = open_page(context, way.url)
    way.rate = SLOW
    choose(page, file)
    after_parts(page, 1)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_selector("text=Paused.")
    page.wait_for_timeout(700)  # a part that was on the line when it was cut off
    here = received()
    page.wait_for_timeout(700)
    assert received() == here < SIZE
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector("text=/[0-9,]+ of [0-9,]+ bytes .* left/")
    after_parts(page, here // PART + 1)
    page.close()
    wait_until(lambda: quiet(context), seconds=30, what="the line")
    stored = received()
    assert PART <= stored < SIZE

    way.rate = None
    page, sent = open_page(context, way.url)
    choose(page, file)
    reads(page)
    assert sent.bytes == SIZE - stored
    is_whole(file)
    assert Workflow.objects.get().stage == "reading_upload"
    context.close()


def quiet(context: Any) -> bool:
    """Nothing more arrives from a page that is closed."""
    before = received()
    time.sleep(2)  # a part may still be on its way
    return received() == before


def test_another_device_with_the_code_sends_only_the_rest(
    chromium: Any, way: Line, file: Path
) -> None:
    laptop, phone = (
        chromium.new_context(),
        chromium.new_context(viewport={"width": 390, "height": 800}),
    )
    page, _ = open_page(laptop, way.url)
    way.rate = SLOW
    choose(page, file)
    after_parts(page, 2)
    code = page.locator("#sending b.code").inner_text()
    address = page.url
    laptop.close()
    wait_until(lambda: quiet(laptop), seconds=30, what="the line")
    stored, way.rate = received(), None

    page, sent = open_page(phone, way.url)
    page.get_by_label("Resume code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector(f"text={stored:,} of {SIZE:,} bytes")
    assert page.url == address
    choose(page, file)
    reads(page)
    assert page.url == address
    assert sent.bytes == SIZE - stored
    is_whole(file)
    assert Workflow.objects.count() == 1
    phone.close()


def test_when_the_line_breaks_the_page_goes_on_by_itself(
    chromium: Any, way: Line, file: Path
) -> None:
    context = chromium.new_context()
    page, _ = open_page(context, way.url)
    way.cuts = iter([None, None, None, 100_000, None, 70_000, 200, None, 150_000])
    choose(page, file)
    reads(page)
    assert way.broken == 4
    is_whole(file)
    context.close()


def test_at_230_kbps_the_page_says_how_many_bytes_came_and_how_many_minutes_are_left(
    chromium: Any, way: Line, file: Path
) -> None:
    """The line that programmes have: 230 kbit/s, 400 ms for a round trip."""
    big = file.with_name("Oyo 2024.xlsx")
    big.write_bytes(random.Random(10).randbytes(11 * PART))
    context = chromium.new_context()
    page, sent = open_page(context, way.url)
    way.rate, way.latency = 230_000 / 8, 0.4
    began = time.monotonic()
    choose(page, big)
    page.wait_for_selector("progress:visible")
    seen = page.wait_for_selector(
        f"text=/[1-9][0-9,]+ of {big.stat().st_size:,} bytes .* about [2-9] minutes left/"
    ).inner_text()
    done = int(re.sub(r"[^0-9]", "", seen.split(" of ")[0]))
    after_parts(page, 1)
    assert time.monotonic() - began > PART / way.rate, "the line was faster than it should be"
    assert 0 < done <= received() + PART, f"told as sent: {seen}"
    way.rate, way.latency = None, 0.0
    reads(page)
    assert sent.bytes == big.stat().st_size
    is_whole(big)
    context.close()


def test_another_export_of_the_same_name_and_size_is_another_upload(
    chromium: Any, way: Line, file: Path
) -> None:
    context = chromium.new_context()
    page, _ = open_page(context, way.url)
    way.rate = SLOW
    choose(page, file)
    after_parts(page, 1)
    page.close()
    wait_until(lambda: quiet(context), seconds=30, what="the line")
    way.rate = None
    content = bytearray(file.read_bytes())
    content[1000] ^= 1
    file.write_bytes(content)
    page, sent = open_page(context, way.url)
    choose(page, file)
    reads(page)
    assert sent.bytes == SIZE
    is_whole(file)
    assert Upload.objects.filter(status="receiving").count() == 1
    context.close()


def test_without_javascript_the_plain_form_sends_the_file(
    chromium: Any, way: Line, file: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page, sent = open_page(context, way.url)
    choose(page, file)
    reads(page)
    assert sent.parts == 0
    is_whole(file)
    context.close()
