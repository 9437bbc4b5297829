"""A person who has a keyboard and no mouse; every stop of Tab is looked at."""

from dataclasses import dataclass, field
from typing import Any

WITHOUT_RATIO = "reject no"
"""The sample has urban wards above 50 %, so the out-patient ratio is offered."""
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  const ward = e.querySelector && e.closest("svg") ? e.querySelector(".w") : null;
  const ring = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
  const drawn = ward && parseFloat(getComputedStyle(ward).strokeWidth) >= 3;
  const points = [[.5, .5], [.02, .5], [.98, .5], [.1, .2], [.9, .8], [.5, .02], [.5, .98]];
  const open = ward || [...e.getClientRects()].some(r => points.some(([x, y]) =>
    e.contains(document.elementFromPoint(r.left + r.width * x, r.top + r.height * y))));
  return {
    what: `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""} ${
      (e.innerText || e.getAttribute("aria-label") || e.textContent || "").trim().slice(0, 60)}`,
    body: e === document.body, ring: ring || Boolean(drawn), open: Boolean(open),
  };
}"""
"""What has the focus, whether a ring (on the map the edge of the ward) shows it, and whether some
point of it is not covered by what sticks to the screen."""


@dataclass
class Keys:
    """Tab, Shift+Tab, Enter, Space, arrows and typing. `stops` counts the presses of Tab."""

    page: Any
    stops: int = 0
    path: list[str] = field(default_factory=list)

    def on(self, selector: str) -> bool:
        return bool(self.page.evaluate("s => document.activeElement.matches(s)", selector))

    def to(self, selector: str, *, within: int = 30, back: bool = False) -> None:
        """Press Tab (or Shift+Tab) until the element has the focus; every stop must be seen."""
        path = []
        for _ in range(within):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            self.stops += 1
            seen = self.page.evaluate(FOCUS)
            path.append(seen["what"])
            if seen["body"]:  # the round goes through the browser's own bar
                continue
            assert seen["ring"], f"no ring on {seen['what']}"
            assert seen["open"], f"covered: {seen['what']}"
            if self.on(selector):
                return
        raise AssertionError(f"no way by {within} × Tab to {selector}: {path}")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    def go(self, selector: str, *, key: str = "Enter", **options: Any) -> None:
        """Press a link or a button that leads to another page, or to another state of it."""
        self.to(selector, **options)
        with self.page.expect_navigation():
            self.press(key)

    def past_the_head(self) -> None:
        """Load the page again and take the link that skips to its content."""
        self.page.reload()
        self.to('a.skip[href="#main"]', within=2)
        self.press("Enter")

    def enter(self, selector: str, **options: Any) -> None:
        self.to(selector, **options)
        self.press("Enter")

    def write(self, selector: str, text: str, **options: Any) -> None:
        self.to(selector, **options)
        self.page.keyboard.type(text)

    def held(self) -> str:
        """What has the focus after the page was changed: never nothing, and it is seen."""
        seen = self.page.evaluate(FOCUS)
        assert not seen["body"], "the focus is lost"
        assert seen["ring"], f"no ring on {seen['what']}"
        return str(seen["what"])


def at(page: Any, stage: str) -> None:
    page.wait_for_selector(f'#page[data-stage="{stage}"]')


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
