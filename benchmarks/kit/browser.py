"""The product with a worker, and Chromium before it."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kit.product import say
from kit.site import PROJECT, site

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """One Celery worker for every queue; entered when it answers."""
    from chatmrpt.models import Heartbeat

    command = [sys.executable, "-m", "celery", "-A", "chatmrpt", "worker", "-Q",
               "intake,analysis,exports", "-c", "1", "-n", "bench@localhost", "--loglevel",
               "WARNING", "--without-gossip", "--without-mingle"]  # fmt: skip
    process = subprocess.Popen(command, cwd=PROJECT, stdout=sys.stderr, stderr=sys.stderr)
    try:
        for _ in range(600):
            if Heartbeat.objects.filter(name="worker:bench@localhost").exists():
                break
            time.sleep(0.1)
        else:
            sys.exit("the worker did not start")
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of the product with the sample loaded and one worker."""
    from django.core.management import call_command

    with Path(os.devnull).open("w") as nowhere:
        call_command("load_sample", stdout=nowhere)
    with worker(), site(2) as place:
        yield f"http://127.0.0.1:{place.port}"


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        say("not measured: no Chromium (set CHROMIUM)")
        sys.exit(0)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
