"""From a complete upload to rows, by the services of every door, in the guarded child process.

`BENCH_FULL=1` reads the whole national file (337,773 rows; making it takes minutes, once);
otherwise 40,000 rows of it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from kit.product import start
from kit.workbooks import workbook
from report import measured

PART_ROWS = 40_000
ROUNDS = 3


def upload_of(path: Path) -> object:
    """Store the bytes as a person would send them, and start a workflow on them."""
    from chatmrpt.common.actors import Actor
    from tpr.services.accept_upload import accept_upload
    from tpr.services.workflow import start_workflow

    actor = Actor(channel="command", owner=f"command:{time.time_ns()}")
    content = path.read_bytes()
    upload = accept_upload(owner=actor.owner, name=path.name, chunks=[content], size=len(content),
                           reading={"unattended": True})  # fmt: skip
    start_workflow(upload=upload, actor=actor)
    return upload.pk


def read_here(upload_id: str) -> None:
    """In a process of its own, so that the largest child is the reading child."""
    from tpr.models import FacilityReport, Upload, Workflow
    from tpr.services.read_upload import read_upload

    begun = time.perf_counter()
    read_upload(upload_id)
    seconds = time.perf_counter() - begun
    upload = Upload.objects.get(pk=upload_id)
    stage = Workflow.objects.get(upload=upload).stage
    if upload.status != "ready" or stage not in ("state_selection", "state_confirmation"):
        sys.exit(f"not read: {upload.status} {upload.error_message} {upload.questions}")
    print(json.dumps({
        "seconds": seconds, "stage": stage, **upload.timings,
        "rows": FacilityReport.objects.filter(facility__upload=upload).count(),
        "child_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }))  # fmt: skip


def read(path: Path, rounds: int) -> dict[str, float]:
    """Return the figures of the median round."""
    found = []
    for _ in range(rounds):
        command = [sys.executable, __file__, "--read", str(upload_of(path))]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return sorted(found, key=lambda each: each["seconds"])[len(found) // 2]


def unzip_and_scan(path: Path) -> float:
    """Seconds to unpack every sheet and look at each byte once: nothing can read it faster."""
    begun = time.perf_counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                with archive.open(name) as member:
                    while block := member.read(1 << 20):
                        block.count(b"<c ")
    return time.perf_counter() - begun


def copy_seconds() -> float:
    """Seconds to COPY the newest upload's reports into an empty table of the same form."""
    from django.db import connection, transaction

    from tpr.models import Upload

    newest = Upload.objects.order_by("-created_at").values_list("pk", flat=True)[0]
    with tempfile.TemporaryFile() as file, transaction.atomic(), connection.cursor() as cursor:
        query = (
            "COPY (SELECT r.* FROM tpr_facilityreport r JOIN tpr_facility f "
            "ON f.id = r.facility_id WHERE f.upload_id = %s) TO STDOUT"
        )
        with cursor.copy(query, [newest]) as copy:
            for block in copy:
                file.write(block)
        file.seek(0)
        cursor.execute(
            "CREATE TEMP TABLE bench_reports (LIKE tpr_facilityreport INCLUDING ALL) ON COMMIT DROP"
        )
        begun = time.perf_counter()
        with cursor.copy("COPY bench_reports FROM STDIN") as copy:
            while block := file.read(1 << 18):
                copy.write(block)
        return time.perf_counter() - begun


def report(name: str, path: Path, *, rounds: int, budget: float | None) -> dict[str, float]:
    found = read(path, rounds)
    least = unzip_and_scan(path) + copy_seconds()
    measured(
        f"{name}: {found['rows']:,} rows, upload to the question", found["seconds"], "s",
        against="unzip, scan, COPY alone", against_value=least, budget=budget,
    )  # fmt: skip
    measured(f"{name}: of it the reading child", found["child_seconds"], "s")
    measured(f"{name}: of it storing", found["store_seconds"], "s")
    return found


def main() -> None:
    start()
    if sys.argv[1:2] == ["--read"]:
        read_here(sys.argv[2])
        return
    state = workbook("A", registry="kano", seed=1, months=12)
    report("state workbook", state, rounds=ROUNDS, budget=4)
    full = os.environ.get("BENCH_FULL") == "1"
    if full:
        national = workbook("B", seed=3)
    else:
        national = workbook("B", seed=3, rows=PART_ROWS)
    name = "national workbook" if full else f"national workbook, {PART_ROWS:,} rows of it"
    found = report(name, national, rounds=1, budget=20 if full else None)
    measured(f"{name}: memory of the reading child", found["child_mb"], "MB", budget=1024)


if __name__ == "__main__":
    main()
