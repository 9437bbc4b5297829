"""How many people are served before p95 passes 500 ms; and what slow clients and big uploads do.

The cluster of `scripts/cluster` (three web hosts with two processes each behind nginx), people with
10 s between turns who come through the front. First 60 people alone, then beside slow clients (each
sends an upload of 64 kB over 20 s) and beside uploads of 20 MB one after the other; then ever more
people until p95 passes 500 ms: those who are there go on with their work, new ones join them.
Environment: LOAD_SECONDS (of each measurement, 15), LOAD_PEOPLE (by commas), LOAD_SLOW (slow clients
at once, 30), BENCH_AHEAD=10 (as root: the cluster's web and database and the people go that much
ahead of what else runs on the machine).
"""

import contextlib
import http.client
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kit.product import say
from report import measured

from chatmrpt.testing.cluster import Cluster, cluster

SECONDS = float(os.environ.get("LOAD_SECONDS", "15"))
STEPS = [int(n) for n in os.environ.get("LOAD_PEOPLE", "120,240,360,480,640,800,1000").split(",")]
SLOW = int(os.environ.get("LOAD_SLOW", "30"))
AHEAD = int(os.environ.get("BENCH_AHEAD", "0"))
LIMIT_MS = 500
THINK = 10
ORIGINAL = 60  # the system before this one: 48 to 60 people, 6 × 260 MB
TUS = {"Tus-Resumable": "1.0.0"}


def begin(found: Cluster) -> None:
    """Use the cluster's database in this process."""
    os.environ.update(found.environment)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "chatmrpt.settings", "ALLOWED_HOSTS": "127.0.0.1",
                   "LOG_LEVEL": "CRITICAL"}  # fmt: skip
    import django

    django.setup()
    if AHEAD:
        database = (found.data / "postgres" / "postmaster.pid").read_text().split()[0]
        webs = [found.pid(name) for name in found.programs if name.startswith(("web", "front"))]
        for pid in (os.getpid(), database, *webs):
            Path(f"/proc/{pid}/autogroup").write_text(str(-AHEAD))


def memory_mb(found: Cluster) -> float:
    """Proportional memory of all web processes and their masters."""
    total = 0
    for name in found.webs:
        master = found.pid(name)
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        for pid in (master, *children):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


@contextlib.contextmanager
def beside(work: Callable[[threading.Event], None], count: int) -> Iterator[None]:
    over = threading.Event()
    threads = [threading.Thread(target=work, args=[over]) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


class Uploads:
    """People who send a file through the front, in parts, and begin again."""

    def __init__(self, port: int, size: int, part: int, rate: float | None) -> None:
        self.port, self.size, self.part, self.rate = port, size, part, rate
        self.sent = 0
        self.refused: list[int] = []

    def __call__(self, over: threading.Event) -> None:
        while not over.is_set():
            cookie, url = self._announce()
            for offset in range(0, self.size, self.part):
                if over.is_set():
                    return
                self._send(cookie, url, offset, min(self.part, self.size - offset), over)

    def _announce(self) -> tuple[str, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request("POST", "/uploads/", headers={**TUS, "Upload-Length": str(self.size)})
        answer = line.getresponse()
        answer.read()
        line.close()
        cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        return cookie, str(answer.headers["Location"])

    def _send(self, cookie: str, url: str, offset: int, size: int, over: threading.Event) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.putrequest("PATCH", url)
        for name, value in {
            **TUS, "Cookie": cookie, "Upload-Offset": str(offset), "Content-Length": str(size),
            "Content-Type": "application/offset+octet-stream",
        }.items():  # fmt: skip
            line.putheader(name, value)
        line.endheaders()
        left = size
        while left:
            block = os.urandom(min(left, 2048 if self.rate else 65536))
            line.send(block)
            left -= len(block)
            if self.rate:
                time.sleep(0.01 if over.is_set() else len(block) / self.rate)
        status = line.getresponse().status
        line.close()
        self.sent += size
        if status != 204:
            self.refused.append(status)


def p95_of(crowd: Any) -> tuple[float, float, int]:
    times = [each for some in crowd.times.values() for each in some]
    cuts = statistics.quantiles(times, n=20)
    return cuts[9], cuts[18], len(times)


def main() -> None:
    with cluster(WEBS="3", WORKERS="2") as found:
        begin(found)
        from chat_turn import Crowd
        from kit.people import person, sample_upload

        sample = sample_upload()
        port = int(urlsplit(found.front).port or 0)
        first = [0]
        errors = [0]
        crowd_so_far: list[Any] = []

        def measure(people: int, words: str, against: float | None = None) -> float:
            first[0] += 10_000
            # Those who were there go on where they are in the walk; the others come new.
            new = people - len(crowd_so_far)
            crowd_so_far.extend(person(sample, first[0] + each, port) for each in range(new))
            crowd = Crowd(crowd_so_far[:people], think=THINK)
            crowd.run(SECONDS)
            p50, p95, count = p95_of(crowd)
            errors[0] += sum(crowd.errors.values())
            say(f"{people} people {words}: p50 {p50:.0f}, p95 {p95:.0f} ms, {dict(crowd.errors)}")
            measured(f"{people} people{words}: p95 of {count} turns and pages", p95, "ms",
                     against="alone" if against else None, against_value=against)  # fmt: skip
            return p95

        Crowd([person(sample, each, port) for each in range(6)], think=0.1).run(4)
        measured("memory of six web processes and three masters, at first", memory_mb(found), "MB")
        alone = measure(60, ", alone")
        slow = Uploads(port, 64 * 1024, 64 * 1024, 64 * 1024 / 20)
        with beside(slow, SLOW):
            measure(60, f", beside {SLOW} slow uploads", alone)
        big = Uploads(port, 20 << 20, 256 * 1024, None)
        with beside(big, 1):
            measure(60, ", beside uploads of 20 MB", alone)
        measured("sent beside them", big.sent / 1e6, "MB")
        measured("parts refused", len(slow.refused) + len(big.refused), "", budget=0)
        served = 60 if alone < LIMIT_MS else 0
        for people in STEPS:
            if measure(people, "") > LIMIT_MS:
                break
            served = people
        measured("people served with p95 below 500 ms", served, "", budget=1000,
                 more_is_better=True, against="the original", against_value=ORIGINAL)  # fmt: skip
        measured("errors", errors[0], "", budget=0)
        measured("memory of the web after all this", memory_mb(found), "MB", budget=300,
                 against="the original", against_value=6 * 260)  # fmt: skip
    if errors[0]:
        sys.exit(1)


if __name__ == "__main__":
    main()
