"""What the web processes hold after many requests: how fast it grows, and what recycling does to it.

Six workers and their master, people without pause between turns, a workflow of their own that is
left for a new one now and then. First without recycling: the memory after each slice, and its slope
per 1,000 requests of a worker. Then with the recycling of production. Environment: BENCH_REQUESTS (of
each worker, 1000), BENCH_MEMORY_SECONDS (the most that one part may take, 240), BENCH_RECYCLE (each
worker's requests in the second part before it is replaced, 250; 0 = leave this part out).

Eight hours of 60 people with 10 s between turns are 172,800 requests, 28,800 of each worker; this
plays a part of that and gives the slope, so that the rest can be multiplied out.
"""

import os
import statistics
import threading
import time
from collections import Counter
from pathlib import Path

from chat_turn import Crowd
from kit.people import person, sample_upload
from kit.product import say, start
from kit.site import Site, site
from report import measured

WORKERS = 6
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "1000"))
SECONDS = float(os.environ.get("BENCH_MEMORY_SECONDS", "240"))
RECYCLE = int(os.environ.get("BENCH_RECYCLE", "250"))
PEOPLE, TURNS = 4, 60
BUDGET_MB = 300


def private_mb(served: Site) -> list[float]:
    """What each worker holds for itself alone."""
    found = []
    for pid in served.processes()[1:]:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        found.append(sum(int(x.split()[1]) for x in lines if x.startswith("Private_")) / 1024)
    return found


class Traffic:
    """People who talk without a pause; whoever has said enough comes back as somebody new."""

    def __init__(self, upload: object, port: int) -> None:
        self.upload, self.port = upload, port
        self.served: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.number = 0

    def slice(self, requests: int, end: float) -> None:
        before = self.served.total()
        while self.served.total() - before < requests and time.monotonic() < end:
            people = []
            for _ in range(PEOPLE):
                self.number += 1
                people.append(person(self.upload, self.number, self.port))
            crowd = Crowd(people, think=0)
            left = requests - (self.served.total() - before)
            wanted = min(left, PEOPLE * TURNS)
            watch = threading.Thread(target=crowd.run, args=(max(end - time.monotonic(), 1),))
            watch.start()
            while watch.is_alive() and crowd.served.total() < wanted:
                time.sleep(0.05)
            crowd.end.set()
            watch.join()
            self.served += crowd.served
            self.errors += crowd.errors


def slope(points: list[tuple[float, float]]) -> float:
    """MB per 1,000 requests of a worker, by the later two thirds of the points (least squares)."""
    later = points[len(points) // 3 :]
    if len(later) < 2:
        return float("nan")
    return 1000 * statistics.linear_regression(*zip(*later, strict=True)).slope


def grow(upload: object) -> None:
    with site(WORKERS, MAX_REQUESTS="0") as served:
        traffic = Traffic(upload, served.port)
        end = time.monotonic() + SECONDS
        traffic.slice(WORKERS * 10, end)  # every door once
        first = served.pss_mb()
        points: list[tuple[float, float]] = []
        while traffic.served.total() < WORKERS * REQUESTS and time.monotonic() < end:
            traffic.slice(WORKERS * REQUESTS // 12, end)
            points.append((traffic.served.total() / WORKERS, served.pss_mb()))
            say(f"{points[-1][0]:.0f} requests each: {points[-1][1]:.0f} MB, alone "
                f"{[round(each) for each in private_mb(served)]}")  # fmt: skip
        each, last = points[-1]
        measured(f"six workers and their master after {each:.0f} requests each", last, "MB",
                 against="at first", against_value=first, budget=BUDGET_MB)  # fmt: skip
        measured("growth of all per 1,000 requests of each, without recycling", slope(points), "MB")
        measured("errors", traffic.errors.total(), "", budget=0)


def recycled(upload: object) -> None:
    with site(WORKERS, MAX_REQUESTS=str(RECYCLE)) as served:
        traffic = Traffic(upload, served.port)
        end = time.monotonic() + SECONDS
        most = 0.0
        while traffic.served.total() < 2 * WORKERS * RECYCLE and time.monotonic() < end:
            traffic.slice(WORKERS * RECYCLE // 4, end)
            most = max(most, served.pss_mb())
        measured(f"the most with recycling at {RECYCLE}, {traffic.served.total() / WORKERS:.0f} "
                 "requests each", most, "MB")  # fmt: skip
        measured("web processes that answered", len(traffic.served), "")
        measured("errors while workers were replaced", traffic.errors.total(), "", budget=0)


def main() -> None:
    start()
    upload = sample_upload()
    grow(upload)
    if RECYCLE:
        recycled(upload)


if __name__ == "__main__":
    main()
