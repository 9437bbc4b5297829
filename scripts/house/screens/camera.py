"""The same picture at every width, small enough to keep."""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page

from house.paths import PROJECT

FOLDER = PROJECT / "docs" / "screenshots"
WIDTHS = {1280: 900, 390: 844}
MAIN = {1280: 900, 768: 1024, 390: 844}
COLOURS = 96


class Camera:
    """Keeps `name-width.png` in `folder`; with WHOLE set also the whole page there."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.whole = Path(os.environ["WHOLE"]) if os.environ.get("WHOLE") else None
        self.made = 0
        folder.mkdir(parents=True, exist_ok=True)
        if self.whole:
            self.whole.mkdir(parents=True, exist_ok=True)

    def take(
        self, page: Page, name: str, *, main: bool = False, at: str = "", top: bool = True
    ) -> None:
        """Take the page at its top, at the element `at`, or (`top` false) where it stands."""
        for width, height in (MAIN if main else WIDTHS).items():
            page.set_viewport_size({"width": width, "height": height})
            if at:
                page.locator(at).first.evaluate("e => e.scrollIntoView({block: 'start'})")
            elif top:
                page.evaluate("window.scrollTo(0, 0)")
            page.wait_for_timeout(120)
            self._keep(page.screenshot(), self.folder / f"{name}-{width}.png")
            if self.whole:
                page.screenshot(path=str(self.whole / f"{name}-{width}.png"), full_page=True)
                self._overflow(page, name, width)
        page.set_viewport_size({"width": 1280, "height": 900})

    def dark(self, page: Page, name: str) -> None:
        page.emulate_media(color_scheme="dark")
        self.take(page, f"{name}-dark")
        page.emulate_media(color_scheme="light")

    def _keep(self, picture: bytes, path: Path) -> None:
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        image = image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        image.save(path, optimize=True)
        self.made += 1

    def _overflow(self, page: Page, name: str, width: int) -> None:
        """Says which page can be pushed sideways, and which controls are smaller than a finger."""
        try:
            found = page.evaluate(LOOK)
        except Error:
            return
        if found["wide"] > width + 1:
            print(f"  {name} at {width}: {found['wide']} px wide, {found['who']}")
        if width == WIDTHS_PHONE and found["small"]:
            print(f"  {name} at {width}: low controls {found['small'][:8]}")


WIDTHS_PHONE = 390
LOOK = """() => {
  const doc = document.documentElement, small = [];
  let who = '';
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (!who && box.right > innerWidth + 1 && !e.closest('.scroll,.chartbox,.tabs,.vh,svg'))
      who = e.tagName + '.' + e.className;
    if (e.matches('button,select,input:not([type=hidden]),.btn,summary') && box.height && box.height < 39.5
        && !e.closest('.vh') && !['radio', 'checkbox'].includes(e.type))
      small.push([e.tagName, Math.round(box.height), e.textContent.trim().slice(0, 18)].join(' '));
  }
  return {wide: doc.scrollWidth, who, small};
}"""
