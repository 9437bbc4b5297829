"""From the cold start page to the first answered question in Chromium, on 230 kbit/s and 400 ms.

The seconds of the line come from the bytes and the round trips that Chromium really had; the wall
seconds hold besides them the reading of the sample and whatever else the machine does.
"""

import time

from kit.browser import chromium, served
from kit.product import say, start
from report import measured

from chatmrpt.tests.e2e.wire import Wire


def main() -> None:
    start()
    with served() as address, chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        wire, begun = Wire(page), time.perf_counter()
        page.goto(address)
        opened = time.perf_counter()
        page.get_by_role("button", name="Try the sample").click()
        page.wait_for_selector('button[value="confirm yes"]')
        asked = time.perf_counter()
        page.locator('button[value="confirm yes"]').click()
        page.wait_for_selector('#page[data-stage="facility_selection"]')
        answered = time.perf_counter()
        for each in wire.exchanges():
            say(f"  {each.kind} {each.address[len(address) :]}: {each.bytes:,} bytes")
        found = wire.exchanges()
        measured("bytes to the first answer", sum(e.bytes for e in found), "bytes")
        measured("requests; looks at the job beyond the last not counted", len(found), "requests")
        measured("round trips one after another", wire.waves(), "round trips")
        measured("line: bytes and round trips", wire.seconds(), "s", budget=5)
        measured("line: as if nothing came together", wire.seconds_one_by_one(), "s", budget=5)
        measured("wall: start page, cold", opened - begun, "s")
        measured("wall: sample chosen to question, with its reading", asked - opened, "s")
        measured("wall: question answered", answered - asked, "s")


if __name__ == "__main__":
    main()
