"""N people do the whole job twice: calmly, and while processes are killed, the database crashes,
Redis is emptied, answers are lost, requests come twice and with stale versions. Then every row of
the second run is compared with that of the first.

It has a cluster of its own (`scripts/cluster`, the topology of docker-compose.yml). BENCH_FULL=1: 84
people (2,000 steps) and at least 50 kills; otherwise 12 people and 10. Environment: AFFINITY_PEOPLE,
AFFINITY_LEAST (mishaps that must have happened), AFFINITY_AT_ONCE (12), AFFINITY_PAUSE (seconds
between mishaps, 2.5), AFFINITY_FAULTS (chance of each fault of a decision, 0.15), AFFINITY_MOST (no
more mishaps than that), AFFINITY_STEPS (of the journey's 20), AFFINITY_SEED (1), AFFINITY_LEASE (12
seconds; 120 in production), AFFINITY_PATIENCE
(seconds until a person gives up, 240), AFFINITY_CLUSTER (the data directory of a cluster that runs already).
"""

import faulthandler
import os
import signal
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from report import measured

from chatmrpt.testing.affinity.journey import workbook
from chatmrpt.testing.affinity.traveller import Traveller
from chatmrpt.testing.cluster import Cluster, cluster, running_in


def number(name: str, default: float) -> float:
    return float(os.environ.get(f"AFFINITY_{name}", default))


FULL = os.environ.get("BENCH_FULL") == "1"
PEOPLE, AT_ONCE = int(number("PEOPLE", 84 if FULL else 12)), int(number("AT_ONCE", 12))
PAUSE, FAULTS, LEAST = (
    number("PAUSE", 2.5),
    number("FAULTS", 0.15),
    int(number("LEAST", 50 if FULL else 10)),
)
MOST, STEPS, SEED = int(number("MOST", 10**6)), int(number("STEPS", 20)), int(number("SEED", 1))
RUNNING = os.environ.get("AFFINITY_CLUSTER")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def begin(found: Cluster) -> list[tuple[str, str, str]]:
    """Use the cluster's database in this process, with the sample's lists; return its wards."""
    os.environ.update(found.environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatmrpt.settings")
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
    os.environ["LOG_LEVEL"] = "CRITICAL"
    import django

    django.setup()
    from django.core.management import call_command

    from tpr.models import Ward

    with Path(os.devnull).open("w") as nowhere:
        call_command("load_sample", stdout=nowhere, stderr=nowhere)
    return list(Ward.objects.order_by("code").values_list("state", "lga", "name"))


def journey(people: list[Traveller]) -> float:
    begun = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(Traveller.travel, people))
    return time.monotonic() - begun


def stormy(found: Cluster, people: list[Traveller]) -> tuple[Counter[str], float]:
    """The journey while it storms; this thread makes the weather."""
    from django.db import connection

    from chatmrpt.testing.affinity.storm import rage

    took: list[float] = []
    travelling = threading.Thread(target=lambda: took.append(journey(people)))
    travelling.start()
    mishaps = rage(found, seed=SEED, pause=PAUSE, still=travelling.is_alive, most=MOST)
    travelling.join()
    connection.close()
    end = time.monotonic() + 60
    while not found.answers():
        if time.monotonic() > end:
            raise SystemExit("the cluster did not recover by itself within 60 s")
        time.sleep(0.3)
    return mishaps, took[0]


JOB_COLUMNS = (
    "status", "attempts", "queued_at", "hinted_at", "started_at", "finished_at", "lease_until",
    "progress_done", "progress_total", "cancel_requested", "worker", "error_code",
    "error_reference",
)  # fmt: skip


def job_rows(**which: object) -> list[str]:
    """The rows of jobs in words, for the one who has to find out why: `upload` and `workflow` of a
    person, or none for every job that is not done.
    """
    from analysis.models import AnalysisRun
    from tpr.models import UploadReading

    rows = (UploadReading.objects.all(), AnalysisRun.objects.all())
    if which:
        rows = (rows[0].filter(upload=which["upload"]), rows[1].filter(workflow=which["workflow"]))
    else:
        rows = (rows[0].exclude(status="done"), rows[1].exclude(status="done"))
    return [
        f"{some.model.__name__} {each['pk']}: "
        + ", ".join(f"{name} {value}" for name, value in each.items() if value not in ("", None))
        for some in rows for each in some.order_by("queued_at").values("pk", *JOB_COLUMNS)
    ]  # fmt: skip


def where_is(person: Traveller) -> list[str]:
    """Where a person who did not arrive stands: the workflow, its last lines, its jobs."""
    from tpr.models import Workflow, WorkflowEvent

    if not person.uuid:
        return [f"no workflow; upload {person.upload or 'none'}",
                *(job_rows(upload=person.upload, workflow=None) if person.upload else [])]  # fmt: skip
    found = Workflow.objects.get(pk=person.uuid)
    lines = WorkflowEvent.objects.filter(workflow=found).order_by("-sequence")[:4]
    return [
        f"stage {found.stage}, version {found.version}, last reply {person.replies[-1:]}",
        *(f"ledger {each.sequence} {each.at:%H:%M:%S.%f} {each.channel} {each.command}, "
          f"{each.served_by}" for each in reversed(lines)),
        *job_rows(upload=person.upload, workflow=person.uuid),
    ]  # fmt: skip


def wrongs(calm: list[Traveller], storm: list[Traveller]) -> tuple[dict[str, list[str]], int]:
    """What is lost, doubled or wrong after the storm, in words; and how many rows were compared."""
    from chatmrpt.testing.affinity.rows import differences, left_by
    from tpr.models import Workflow, WorkflowEvent
    from tpr.services.replay import replay

    found: dict[str, list[str]] = {
        "people who did not arrive": [], "acknowledged steps lost": [], "steps doubled": [],
        "replies that differ from the calm run": [], "rows that differ from the calm run": [],
        "ledgers that do not replay": [],
    }  # fmt: skip
    compared = 0
    for before, after in zip(calm, storm, strict=True):
        who = f"person {after.number}"
        for each, run in ((before, "calm"), (after, "storm")):
            if each.problem:
                found["people who did not arrive"].append(f"{who}, {run}: {each.problem}")
                for line in [f"stopped {each.ended}", *where_is(each)]:
                    say(f"{who}, {run}: {line}")
        if before.problem or after.problem:
            continue
        lines = WorkflowEvent.objects.filter(workflow=after.uuid).exclude(channel="job")
        keys = Counter(lines.values_list("idempotency_key", flat=True))
        lost = [key for key in after.keys if not keys[key]]
        doubled = [key for key, times in keys.items() if key and times > 1]
        strange = [key for key in keys if key.startswith("stale-")]
        found["acknowledged steps lost"] += [f"{who}: {key}" for key in lost]
        found["steps doubled"] += [f"{who}: {key}" for key in doubled + strange]
        pairs = zip(before.replies, after.replies, strict=True)
        found["replies that differ from the calm run"] += [
            f"{who}: {old} | {new}" for old, new in pairs if old != new
        ]
        left = left_by(after.uuid, after.upload)
        compared += sum(map(len, left.values()))
        rows = differences(left_by(before.uuid, before.upload), left)
        found["rows that differ from the calm run"] += [f"{who}: {row}" for row in rows]
        told = replay(Workflow.objects.get(pk=after.uuid))
        if not told["identical"]:
            found["ledgers that do not replay"].append(f"{who}: {told['differs']}")
    return found, compared


def main() -> None:
    faulthandler.register(signal.SIGUSR1)  # where does everybody wait?
    told = {"JOB_LEASE_SECONDS": f"{number('LEASE', 12):g}", "SWEEP_EVERY": "1"}
    say("starting a cluster")
    begun = nullcontext(running_in(Path(RUNNING))) if RUNNING else cluster(**told)
    with begun as found:
        wards = begin(found)
        from chatmrpt.testing.affinity.storm import KILLS

        files = [workbook(each, wards) for each in range(PEOPLE)]

        def people(faults: float) -> list[Traveller]:
            return [
                Traveller(n, found.ports, file, faults=faults, steps=STEPS)
                for n, file in enumerate(files)
            ]

        calm = people(0)
        say(f"{PEOPLE} people, calm")
        calm_seconds = journey(calm)
        for stage, text in calm[0].replies if PEOPLE < 3 else []:
            say(f"{stage}: {text[:110]}")
        storm = people(FAULTS)
        say(f"{PEOPLE} people, storm")
        mishaps, storm_seconds = stormy(found, storm)
        bad, compared = wrongs(calm, storm)
        left = job_rows()
    counts: Counter[str] = sum((each.counts for each in storm), Counter())
    statuses: Counter[int] = sum((each.statuses for each in storm), Counter())
    measured("workflow steps done in the storm", counts["steps"], "")
    measured("requests", counts["requests"], "")
    another = counts["another process"] + counts["same process"]
    measured("of them answered by another process than the one before",
             100 * counts["another process"] / max(another, 1), "%")  # fmt: skip
    measured("repeated by the client", counts["repeated"], "")
    for name in ("answers dropped", "sent twice", "stale versions", "503 in words"):
        measured(name, counts[name], "")
    for name, times in sorted(mishaps.items()):
        measured(name, times, "")
    measured("kills and crashes", sum(mishaps[name] for name in KILLS), "", budget=LEAST,
             more_is_better=True)  # fmt: skip
    measured("seconds of the storm", storm_seconds, "s", against="calm", against_value=calm_seconds)
    measured("answers 500", statuses[500], "", budget=0)
    measured("503 without words", counts["503 without words"], "", budget=0)
    measured("rows compared with the calm run", compared, "")
    for each in left:
        say(f"job not done: {each}")
    for name, said in bad.items():
        measured(name, len(said), "", budget=0)
        for each in said[:5]:
            say(f"{name}: {each}")
    if any(bad.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
