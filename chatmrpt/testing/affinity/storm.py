"""What happens to the cluster while people work: one mishap after the other, at random."""

import random
import time
from collections import Counter
from collections.abc import Callable

from django.db import DatabaseError, connection

from chatmrpt.testing.cluster import Cluster

MISHAPS = (
    ("web process killed", 5), ("web host killed", 3), ("worker killed", 4), ("sweeper killed", 1),
    ("database crashed", 1), ("broker killed", 1), ("cache killed", 1), ("Redis emptied", 2),
)  # fmt: skip
KILLS = ("web process killed", "web host killed", "worker killed", "sweeper killed",
         "database crashed", "broker killed", "cache killed")  # fmt: skip


def twice_tried() -> bool:
    """Whether a live job has lost its worker twice: a third loss fails it by design."""
    from analysis.models import AnalysisRun
    from tpr.models import UploadReading

    live = {"status__in": ["queued", "running"], "attempts__gte": 2}
    try:
        return any(model.objects.filter(**live).exists() for model in (UploadReading, AnalysisRun))
    except DatabaseError:
        connection.close()
        return True


def rage(
    cluster: Cluster, *, seed: int, pause: float, still: Callable[[], bool], most: int,
) -> Counter[str]:  # fmt: skip
    """Let mishaps happen every `pause` seconds while `still()`; returns how many of each kind.

    Each kind comes once before one comes again, so that a short storm has all of them; after `most`
    it is calm.
    """
    chance = random.Random(seed)
    names = [name for name, weight in MISHAPS for _ in range(weight)]
    first = [name for name, _ in MISHAPS]
    chance.shuffle(first)
    done: Counter[str] = Counter()
    webs = [name for name in cluster.programs if name.startswith("web-")]
    workers = [name for name in cluster.programs if name.startswith("worker-")]
    while still():
        time.sleep(pause * (0.5 + chance.random()))
        if sum(done.values()) >= most:
            continue
        name = first.pop() if first else chance.choice(names)
        happened = False
        if name == "web process killed":
            happened = cluster.kill_one_process_of(chance.choice(webs), chance.randrange(9))
        elif name == "web host killed":
            happened = cluster.kill(chance.choice(webs))
        elif name == "worker killed":
            happened = not twice_tried() and cluster.kill(chance.choice(workers))
        elif name == "sweeper killed":
            happened = cluster.kill("sweeper")
        elif name == "database crashed":
            happened = cluster.crash_database()
        elif name == "broker killed":
            happened = cluster.kill_broker()
        elif name == "cache killed":
            happened = cluster.kill("cache")
        elif name == "Redis emptied":
            happened = cluster.empty_redis()
        done[name] += happened
    return done
