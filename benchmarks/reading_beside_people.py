"""60 people talk and look at pages while a Celery worker reads the national file beside them.

The same people's load is measured without a reading, beside one (as many national files as fit, one
after the other) and without one again, in one run: on a shared machine only the comparison holds.
The worker is the one of scripts/run, with its queues, its two children and its prefetch.
On a machine that others load too, BENCH_AHEAD=10 (as root) puts the web, the database and the people
that much ahead of everything else; the reader then gets READING_NICE=0, so that its distance to the
web stays the same. Also: BENCH_PEOPLE; BENCH_SECONDS, of each part (the one beside takes twice that
and no less than one reading); BENCH_FULL=1, the 337,773 rows of the
nation, otherwise 40,000 of them (BENCH_ROWS).
"""

import contextlib
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from chat_turn import Crowd, lost_or_doubled
from kit.people import person, sample_upload
from kit.product import say, start
from kit.site import PROJECT, Site, site
from kit.workbooks import workbook
from report import measured

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "60"))
SECONDS = max(float(os.environ.get("BENCH_SECONDS", "40")), 8)
ROWS = 0 if os.environ.get("BENCH_FULL") == "1" else int(os.environ.get("BENCH_ROWS", "40000"))
AHEAD = int(os.environ.get("BENCH_AHEAD", "0"))
THINK = 10
WORKERS = 6
BUDGET_MS = 150
LONGEST = 300


def go_ahead(niceness: int) -> None:
    """Put this session and that of the database ahead of others; needs root."""
    found = re.search(r"[?&]host=([^&]+)", os.environ["DATABASE_URL"])
    if not found:
        sys.exit("BENCH_AHEAD needs the private database of scripts/bench")
    database = int(next(Path(found[1]).glob(".s.PGSQL.*.lock")).read_text().split()[0])
    for pid in (os.getpid(), database):
        Path(f"/proc/{pid}/autogroup").write_text(str(-niceness))


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """A Celery worker as scripts/run starts it."""
    from chatmrpt.common.heartbeats import worker_is_running

    command = [sys.executable, "-m", "celery", "-A", "chatmrpt", "worker", "-n", "bench@%h",
               "-Q", "intake,analysis,exports", "--concurrency", "2", "--prefetch-multiplier", "1",
               "--without-gossip", "--without-mingle", "-l", "WARNING"]  # fmt: skip
    told = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if AHEAD:
        told["READING_NICE"] = str(max(0, int(told.get("READING_NICE", "10")) - AHEAD))
    process = subprocess.Popen(
        command, env=told, cwd=PROJECT, stdout=sys.stderr, start_new_session=True
    )
    try:
        end = time.monotonic() + 60
        while not worker_is_running():
            if time.monotonic() > end or process.poll() is not None:
                sys.exit("the Celery worker did not come up")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


class Readings(threading.Thread):
    """National files of ever other people, one after the other, read by the worker."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.content = content
        self.seconds: list[float] = []
        self.storing: list[tuple[float, float]] = []  # from when to when rows were written
        self.problems: list[str] = []
        self.enough = threading.Event()

    def run(self) -> None:
        from django.db import connection

        try:
            while not self.enough.is_set() and not self.problems:
                self._one()
        finally:
            connection.close()

    def _one(self) -> None:
        from chatmrpt.common.actors import Actor
        from tpr.models import Upload, UploadReading
        from tpr.services.accept_upload import accept_upload
        from tpr.services.workflow import start_workflow

        actor = Actor(channel="command", owner=f"command:{time.time_ns()}")
        upload = accept_upload(
            owner=actor.owner, name="nigeria.xlsx", chunks=[self.content], size=len(self.content)
        )
        start_workflow(upload=upload, actor=actor)
        begun = time.monotonic()
        stored_from = 0.0
        while time.monotonic() - begun < LONGEST:
            status = Upload.objects.values_list("status", flat=True).get(pk=upload.pk)
            if status not in ("queued", "reading"):
                break
            note = UploadReading.objects.values_list("progress_note", flat=True).get(pk=upload.pk)
            if note == "done" and not stored_from:
                stored_from = time.monotonic()
            time.sleep(0.1)
        if status != "ready":
            self.problems.append(f"not read: {status}")
            return
        now = time.monotonic()
        self.seconds.append(now - begun)
        if stored_from:
            self.storing.append((stored_from, now))


def load(upload, served: Site, first: int, seconds: float) -> Crowd:  # type: ignore[no-untyped-def]
    people = [person(upload, first + number, served.port) for number in range(PEOPLE)]
    crowd = Crowd(people, think=THINK)
    crowd.run(seconds)
    return crowd


def parts_of(crowds: list[Crowd], storing: list[tuple[float, float]]) -> dict[str, list[float]]:
    """Times of what met the storing of rows, and of the rest."""
    found: dict[str, list[float]] = {"rows are written": [], "the child reads": []}
    for crowd in crowds:
        for begun, ms in crowd.moments:
            met = any(begun < end and begun + ms / 1000 > first for first, end in storing)
            found["rows are written" if met else "the child reads"].append(ms)
    return found


def times_of(*crowds: Crowd) -> list[float]:
    return [each for crowd in crowds for times in crowd.times.values() for each in times]


def report(name: str, crowds: list[Crowd], against: list[Crowd] | None) -> None:
    cuts = statistics.quantiles(times_of(*crowds), n=100)
    other = statistics.quantiles(times_of(*against), n=100) if against else None
    for p, budget in ((50, None), (95, BUDGET_MS), (99, None)):
        measured(
            f"{name}: p{p} of {len(times_of(*crowds))} turns and pages", cuts[p - 1], "ms",
            against="without" if other else None, against_value=other[p - 1] if other else None,
            budget=budget,
        )  # fmt: skip


def main() -> None:
    start()
    if AHEAD:
        go_ahead(AHEAD)
    sample = sample_upload()
    if sample.status != "ready":
        sys.exit(f"the sample was not read: {sample.error_message}")
    options = {"rows": ROWS} if ROWS else {}
    readings = Readings(workbook("B", seed=3, **options).read_bytes())
    with site(WORKERS) as served, worker():
        warm = [person(sample, number, served.port) for number in range(6)]
        Crowd(warm, think=0.1).run(4)
        say(f"{PEOPLE} people, {THINK} s between turns, nothing beside them")
        before = load(sample, served, 10_000, SECONDS)
        say("the same beside the reading of the national file")
        readings.start()
        beside = [load(sample, served, 20_000, 2 * SECONDS)]
        while len(readings.seconds) < 1 and readings.is_alive():
            beside.append(load(sample, served, 30_000 + 1000 * len(beside), SECONDS))
        readings.enough.set()
        readings.join(LONGEST)
        say("the same, nothing beside them again")
        after = load(sample, served, 90_000, SECONDS)
    if readings.problems or not readings.seconds:
        sys.exit(f"the national file: {readings.problems}")
    quiet = [before, after]
    report("without a reading", quiet, None)
    report("beside the reading", beside, quiet)
    for name, times in parts_of(beside, readings.storing).items():
        if len(times) > 1:
            cuts = statistics.quantiles(times, n=20)
            measured(f"of it while {name}: p50 of {len(times)}", cuts[9], "ms")
            measured(f"of it while {name}: p95", cuts[18], "ms")
    stored = sum(end - first for first, end in readings.storing)
    measured("seconds in which rows were written", stored, "s")
    measured("readings beside the people", len(readings.seconds), "")
    measured(
        "one reading, from the queue to the question", statistics.median(readings.seconds), "s"
    )
    measured("errors", sum(sum(crowd.errors.values()) for crowd in [*quiet, *beside]), "", budget=0)
    measured("turns lost or doubled", sum(map(lost_or_doubled, [*quiet, *beside])), "", budget=0)


if __name__ == "__main__":
    main()
