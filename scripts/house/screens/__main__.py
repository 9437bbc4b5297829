"""`scripts/screenshots [chapter …]`: every chapter in turn, in bounded time."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable

from playwright.sync_api import Browser, sync_playwright

from house.screens import conversation, files, people, results, sizes, work
from house.screens.camera import FOLDER, Camera

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]
CHAPTERS: dict[str, Callable[[Browser, Camera], None]] = {
    "files": files.walk,
    "conversation": conversation.walk,
    "results": results.walk,
    "work": work.walk,
    "people": people.walk,
    "sizes": sizes.walk,
}


def main(words: list[str]) -> int:
    if unknown := set(words) - set(CHAPTERS):
        print(f"No chapter {', '.join(sorted(unknown))}; there are {', '.join(CHAPTERS)}.")
        return 2
    if not words:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for old in FOLDER.glob("*.png"):
            old.unlink()
    camera, failed = Camera(), []
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as play:
        os.environ["TMPDIR"] = profile
        for name in words or CHAPTERS:
            began = time.monotonic()
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            try:
                CHAPTERS[name](browser, camera)
            except Exception as problem:  # the other chapters do not depend on it
                failed.append(name)
                print(f"{name}: {str(problem)[:1500]}")
            browser.close()
            print(f"{name}: {time.monotonic() - began:.0f} s, {camera.made} pictures so far")
    size = sum(each.stat().st_size for each in FOLDER.glob("*.png")) / 1e6
    print(f"{camera.made} pictures, {size:.1f} MB in {FOLDER}")
    shutil.rmtree(profile, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
