"""A person who has a keyboard and no mouse; every stop of Tab is looked at."""

from dataclasses import dataclass, field
from typing import Any

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
