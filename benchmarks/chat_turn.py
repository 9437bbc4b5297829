"""60 people talk to six workers at once; then the memory of the six after many requests.

The people and the server share the machine: figures hold the time in the queue and the sending of
the answer, so they are above what the server alone takes. Every answer of a form is the fragment
that the page's script asks for. They pause 10 s between turns, as in the budget for many
people, and then 1 s: that is the load of 600 people. Environment: BENCH_PEOPLE, BENCH_SECONDS,
BENCH_REQUESTS (per worker, before memory is read; 0 = not measured) and BENCH_MEMORY_SECONDS (the
most that this may take; the figure says how many requests it came to).
"""

import os
import random
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict

from kit.people import person, sample_upload
from kit.product import say, start
from kit.site import Answer, Person, site
from report import measured

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "60"))
SECONDS = max(float(os.environ.get("BENCH_SECONDS", "20")), 8)  # fewer turns have no percentiles
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1000"))
WORKERS = 6
BUDGET_MS = 100
MEMORY_MB = 300
MEMORY_SECONDS = float(os.environ.get("BENCH_MEMORY_SECONDS", "50"))

WALK = (
    ("page", ""),
    ("message", "yes"),
    ("message", "how many facilities are there?"),
    ("choice", "select primary"),
    ("state", ""),
    ("message", "what does pregnant women mean?"),
    ("message", "under five"),
    ("choice", "reject no"),
    ("page", ""),
    ("message", "top 10 wards"),
    ("state", ""),
    ("message", "what is TPR?"),
    ("choice", "back age"),
    ("message", "all ages please"),
    ("message", "no"),
    ("message", "status"),
    ("choice", "back level"),
    ("message", "use all facilities"),
    ("choice", "select o5"),
    ("choice", "reject no"),
)
AGAIN = 8  # after the last turn, go on from here


def turn(one: Person, kind: str, what: str) -> Answer:
    if kind == "message":
        return one.say(what)
    if kind == "choice":
        return one.choose(what)
    return one.page() if kind == "page" else one.state()


class Crowd:
    """Threads that walk through the conversation until the time is over."""

    def __init__(self, people: list[Person], *, think: float) -> None:
        self.people = people
        self.think = think
        self.times: dict[str, list[float]] = defaultdict(list)
        self.moments: list[tuple[float, float]] = []  # when it began (monotonic), its ms
        self.errors: Counter[str] = Counter()
        self.served: Counter[str] = Counter()
        self.acted: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.end = threading.Event()

    def walk(self, one: Person, seed: int) -> None:
        random_ = random.Random(seed)
        time.sleep(random_.random() * self.think)
        while not self.end.is_set():
            kind, what = WALK[one.at]
            begun = time.monotonic()
            try:
                answer = turn(one, kind, what)
            except OSError as error:
                with self.lock:
                    self.errors[type(error).__name__] += 1
                continue
            with self.lock:
                self.times[kind].append(1000 * answer.seconds)
                self.moments.append((begun, 1000 * answer.seconds))
                self.served[answer.headers.get("X-Served-By", "")] += 1
                if answer.status != 200:
                    self.errors[f"{answer.status} at {kind} {what}"] += 1
                elif kind in ("message", "choice"):
                    self.acted[one.workflow] += 1
            one.at = one.at + 1 if one.at + 1 < len(WALK) else AGAIN
            if self.think:
                self.end.wait(random_.expovariate(1 / self.think))

    def run(self, seconds: float) -> float:
        """Let them walk, and return the wall time."""
        threads = [
            threading.Thread(target=self.walk, args=(one, number))
            for number, one in enumerate(self.people)
        ]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        self.end.wait(seconds)
        self.end.set()
        for thread in threads:
            thread.join()
        return time.perf_counter() - begun


def lost_or_doubled(crowd: Crowd) -> int:
    """Compare the turns that were answered with the ledger lines that they left."""
    from tpr.models import WorkflowEvent

    wrong = 0
    for workflow, turns in crowd.acted.items():
        lines = WorkflowEvent.objects.filter(
            workflow_id=workflow, channel__in=("form", "chat")
        ).exclude(command="receive_file")
        wrong += abs(lines.count() - turns)
    return wrong


def report_times(crowd: Crowd, seconds: float, cpu: float, *, budget: float | None) -> None:
    turns = crowd.times["choice"] + crowd.times["message"]
    everything = [each for times in crowd.times.values() for each in times]
    name = f"{PEOPLE} people, {crowd.think:g} s pause"
    measured(f"{name}: requests per second", len(everything) / seconds, "1/s")
    measured(f"{name}: processor time of a request", 1000 * cpu / len(everything), "ms")
    for kind, times in (("turn", turns), ("page", crowd.times["page"]),
                        ("state", crowd.times["state"])):  # fmt: skip
        cuts = statistics.quantiles(times, n=100)
        measured(f"{name}: {kind} p50 of {len(times)}", cuts[49], "ms")
        measured(f"{name}: {kind} p95", cuts[94], "ms", against="p50", against_value=cuts[49],
                 budget=budget if kind == "turn" else None)  # fmt: skip
        measured(f"{name}: {kind} p99", cuts[98], "ms")
    measured(f"{name}: errors", sum(crowd.errors.values()), "", budget=0)
    measured(f"{name}: turns lost or doubled", lost_or_doubled(crowd), "", budget=0)
    if crowd.errors:
        say(str(dict(crowd.errors)))


def report_memory(served, people: list[Person]) -> None:  # type: ignore[no-untyped-def]
    """Send requests as fast as four people can, then read the memory of all processes."""
    before = served.pss_mb()
    crowd = Crowd(people[:4], think=0)
    watch = threading.Thread(target=crowd.run, args=(MEMORY_SECONDS,))
    watch.start()
    while watch.is_alive() and (
        len(crowd.served) < WORKERS or min(crowd.served.values()) < REQUESTS
    ):
        time.sleep(0.5)
    crowd.end.set()
    watch.join()
    least = min(crowd.served.values())
    measured(
        f"memory of six workers and master, {least:,} requests each (PSS)", served.pss_mb(), "MB",
        against="before", against_value=before, budget=MEMORY_MB,
    )  # fmt: skip


def main() -> None:
    start()
    upload = sample_upload()
    if upload.status != "ready":
        sys.exit(f"the sample was not read: {upload.error_message}")
    with site(WORKERS) as served:
        people = [person(upload, number, served.port) for number in range(6)]
        Crowd(people, think=0.1).run(4)  # warm: templates, connections, the map in the cache
        for pause, seconds, budget in ((10, 2 * SECONDS, BUDGET_MS), (1, SECONDS, None)):
            first = 1000 * pause
            people = [person(upload, first + number, served.port) for number in range(PEOPLE)]
            say(f"{PEOPLE} people, {pause} s between turns, {seconds:g} s")
            crowd = Crowd(people, think=pause)
            before = served.cpu_seconds()
            took = crowd.run(seconds)
            cpu = served.cpu_seconds() - before
            report_times(crowd, took, cpu, budget=budget)
        if REQUESTS:
            again = [person(upload, 2000 + number, served.port) for number in range(4)]
            report_memory(served, again)


if __name__ == "__main__":
    main()
