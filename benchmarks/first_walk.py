"""A first visit, from the start page to the printed plan, on the sample: what is done, how long.

The seconds of a step are those of the machine and, by a stated rule, those of a person: reading at
230 words a minute what stands newly in the window (of a table its head and its first three rows:
the rest is looked over), 2 s for a decision, 0.3 s for a typed character.
`WALK_WRITE=1` puts the table into docs/first-walk.md. Every step looks first whether what it
presses is there to be seen: a dead end stops the walk. `BASE_URL` names a started server instead.
"""

import io
import os
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.browser import chromium, served
from kit.product import say, start
from pypdf import PdfReader
from report import measured

WORDS_A_MINUTE, DECISION, CHARACTER = 230, 2.0, 0.3
BUDGET = 600
PAGE = Path(__file__).resolve().parents[1] / "docs" / "first-walk.md"
SEEN = """whole => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const range = document.createRange(); range.selectNodeContents(walk.currentNode);
    const b = range.getBoundingClientRect(), s = getComputedStyle(walk.currentNode.parentElement);
    const row = walk.currentNode.parentElement.closest("tbody tr");
    if (!whole && row && [...row.parentElement.rows].indexOf(row) > 2) continue;
    if (b.width > 1 && b.height > 1 && b.bottom > 0 && b.top < innerHeight && s.clipPath === "none"
        && s.visibility === "visible" && !walk.currentNode.parentElement.closest("svg, .vh"))
      found.push(walk.currentNode.textContent.trim());
  }
  return found.filter(Boolean);
}"""


@dataclass
class Walk:
    page: Any
    read: set[str] = field(default_factory=set)
    lines: list[tuple[str, str, int, float, float]] = field(default_factory=list)
    every: set[str] = field(default_factory=set)
    words: int = 0
    cells: int = 0

    def look(self) -> None:
        """Read what was not in the window before; `cells` are the words that are looked over."""
        new = self._new(self.read, whole=False)
        self.words += new
        self.cells += self._new(self.every, whole=True) - new

    def _new(self, known: set[str], *, whole: bool) -> int:
        new = [text for text in self.page.evaluate(SEEN, whole) if text not in known]
        known.update(new)
        return sum(len(text.split()) for text in dict.fromkeys(new))

    def step(self, where: str, what: str, act: Any, *, typed: int = 0, until: str = "") -> None:
        """Read, decide, type, press, and wait until the page shows what comes next."""
        self.look()
        person = 60 * self.words / WORDS_A_MINUTE + DECISION + CHARACTER * typed
        begun = time.perf_counter()
        act()
        if until:
            self.page.wait_for_selector(until)
        self.page.wait_for_load_state("networkidle")
        machine = time.perf_counter() - begun
        self.lines.append((where, what, self.words, person, machine))
        say(f"  {where}: {what}: {self.words} words, {person:.0f} s and {machine:.1f} s")
        self.words = 0

    def press(self, where: str, selector: str, what: str, *, until: str = "") -> None:
        target = self.page.locator(selector).first
        target.scroll_into_view_if_needed()
        assert target.is_visible(), f"{where}: no {what}"
        self.step(where, f"press *{what}*", target.click, until=until)

    def type(self, where: str, selector: str, text: str) -> None:
        target = self.page.locator(selector).first
        target.scroll_into_view_if_needed()
        self.step(where, f"type “{text}”", lambda: target.fill(text), typed=len(text))


def walk(page: Any, address: str) -> tuple[Walk, bytes]:
    one = Walk(page)
    one.step("README", "open the address", lambda: page.goto(address))
    one.press("Start", "form:has([name=sample]) button", "Try the sample",
              until='button[value="confirm yes"]')  # fmt: skip
    for name, value, then in (
        ("Is it this state?", "confirm yes", "facility_selection"),
        ("Which facilities?", "select primary", "age_group_selection"),
        ("Which age group?", "select u5", "threshold_check"),
        ("Leave urban wards out?", "reject no", "complete"),
    ):
        label = page.locator(f'button[value="{value}"] b').first
        label.wait_for()
        one.press(name, f'button[value="{value}"]', label.inner_text(),
                  until=f'#page[data-stage="{then}"]')  # fmt: skip
    one.press("Result", '.tabs a[href^="?tab=table"]', "Table", until="tbody th a")
    one.press("Table", "tbody th a", "the first ward", until="#ward h2")
    one.press("Table", '.tabs a[href^="?tab=risk"]', "Risk", until='form[action$="/analysis/"]')
    one.press("Risk", 'form[action$="/analysis/"] button', "Run the risk analysis",
              until="#page:not([data-waiting]) >> text=Risk rank 1 = highest risk")  # fmt: skip
    one.press("Risk", '.tabs a[href^="?tab=nets"]', "Nets", until="#nn")
    one.type("Nets", "#nn", "200,000")
    one.press("Nets", 'form[action$="/plans/"] .btn:not(.s)', "Make the plan",
              until='#results a.btn[href*="/plans/"]')  # fmt: skip
    one.press("Nets", '#results a.btn[href*="/plans/"]', "Open the plan", until="#wards")
    one.press("Plan", 'button:has-text("Report, PDF")', "Make: Report, PDF")
    paper = page.url
    begun = time.perf_counter()
    while (
        not (answer := page.request.get(paper))
        .headers["content-type"]
        .startswith("application/pdf")
    ):
        if time.perf_counter() - begun > 120:
            raise SystemExit("the report is not made")
        time.sleep(1)
    one.lines.append(("Paper", "wait for the file, print it", 0, DECISION,
                      time.perf_counter() - begun))  # fmt: skip
    return one, bytes(answer.body())


def table(one: Walk, pages: int) -> str:
    person, machine = (sum(line[n] for line in one.lines) for n in (3, 4))
    rows = [
        f"| {n} | {where} | {what} | {words or ''} | {p:.0f} | {m:.1f} |"
        for n, (where, what, words, p, m) in enumerate(one.lines, 1)
    ]
    return "\n".join([
        "# The first walk", "",
        "Made by `WALK_WRITE=1 scripts/bench first_walk` in Chromium at 1280 × 900 on a started",
        f"server with the sample; load of the two cores: {os.getloadavg()[1]:.0f}. *Person* is a rule,",
        "not a",
        f"measurement of people: reading {WORDS_A_MINUTE} words a minute of what stands newly in",
        f"the window (of a table its head and three rows), {DECISION:g} s for each decision,",
        f"{CHARACTER} s for each typed character.",
        "*Machine* is measured, from the press to the page at rest. The start of the product by",
        "`scripts/run` is not in it.", "",
        "| step | where | what is done | words read | person, s | machine, s |",
        "|---|---|---|---|---|---|", *rows,
        f"| | | **all** | {sum(line[2] for line in one.lines)} | **{person:.0f}** | **{machine:.1f}** |",
        "", f"Together {(person + machine) / 60:.1f} minutes; less than ten are asked: "
        f"{'kept' if person + machine < BUDGET else 'not kept in this run'}. No step was",
        f"a dead end. The printed plan has {pages} pages. Who also reads every cell of every table",
        f"that stands in the window reads {one.cells} words more and needs",
        f"{(person + machine) / 60 + one.cells / WORDS_A_MINUTE:.1f} minutes.", "",
    ])  # fmt: skip


def main() -> None:
    here = os.environ.get("BASE_URL")
    if not here:
        start()
    with nullcontext(here) if here else served() as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        one, paper = walk(page, address)
    found = PdfReader(io.BytesIO(paper))
    text = " ".join(each.extract_text() for each in found.pages)
    assert "200,000" in text and "Sample" in text, text[:500]
    person, machine = (sum(line[n] for line in one.lines) for n in (3, 4))
    measured("first walk to the printed plan", person + machine, "s", budget=BUDGET)
    whole = person + machine + 60 * one.cells / WORDS_A_MINUTE
    measured("the same, every cell of the tables read", whole, "s")
    measured("of it the machine", machine, "s")
    measured("steps", len(one.lines), "steps")
    measured("pages of the printed plan", len(found.pages), "pages")
    if os.environ.get("WALK_WRITE"):
        PAGE.write_text(table(one, len(found.pages)))


if __name__ == "__main__":
    main()
