"""Facilities and reports of one reading into their tables, by COPY, giving way to people's requests."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection

from tpr.models import Upload

FACILITY_COLUMNS = (
    "state", "lga", "lga_key", "ward_raw", "ward", "ward_key", "name", "level", "level_source",
    "ownership", "ward_code",
)  # fmt: skip
REPORT_COLUMNS = (
    "period_start", "period_months",
    "tested_rdt_u5", "positive_rdt_u5", "tested_rdt_o5", "positive_rdt_o5",
    "tested_rdt_pw", "positive_rdt_pw",
    "tested_microscopy_u5", "positive_microscopy_u5", "tested_microscopy_o5",
    "positive_microscopy_o5", "tested_microscopy_pw", "positive_microscopy_pw",
    "opd", "attendance", "inpatient", "fever_u5", "fever_o5", "fever_pw", "llin_pw", "llin_u5",
    "source_row",
)  # fmt: skip
LINES = 2000
UNPACED_LINES = 40_000  # two state workbooks: so much goes at once


def copy_rows(upload: Upload, out: Path) -> None:
    """Write `facilities.tsv` and `reports.tsv` of a reading; inside the caller's transaction.

    Facility ids are given out here in one block, one reading at a time. Of a long file the rows go
    in with pauses as long as the writing itself: the database serves others meanwhile, whose
    commits wait for what was written before them.
    """
    with connection.cursor() as cursor:
        with (out / "facilities.tsv").open("rb") as file:
            facilities = sum(1 for _ in file)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tpr_facility_ids'))")
        cursor.execute("SELECT nextval(pg_get_serial_sequence('tpr_facility', 'id'))")
        base = cursor.fetchone()[0]
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('tpr_facility', 'id'), %s)",
            [base + facilities + 1],
        )
        prefix = f"{upload.pk}\t".encode()
        columns = ", ".join(f'"{name}"' for name in FACILITY_COLUMNS)
        with cursor.copy(f"COPY tpr_facility (upload_id, id, {columns}) FROM STDIN") as copy:
            for line in with_ids(out / "facilities.tsv", base):
                copy.write(prefix + line)
        columns = ", ".join(f'"{name}"' for name in REPORT_COLUMNS)
        with cursor.copy(f"COPY tpr_facilityreport (facility_id, {columns}) FROM STDIN") as copy:
            paced(with_ids(out / "reports.tsv", base), copy.write)
        cursor.execute("ANALYZE tpr_facility, tpr_facilityreport")


def with_ids(path: Path, base: int) -> Iterator[bytes]:
    """Yield lines with the leading ordinal replaced by the facility's id."""
    with path.open("rb") as file:
        for line in file:
            ordinal, rest = line.split(b"\t", 1)
            yield str(base + int(ordinal)).encode() + b"\t" + rest


def paced(
    lines: Iterator[bytes],
    write: Callable[[bytes], object],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write lines in blocks; beyond UNPACED_LINES each block is followed by a pause as long as it
    took to make and write.
    """
    buffer: list[bytes] = []
    written, since = 0, clock()
    for line in lines:
        buffer.append(line)
        if len(buffer) == LINES:
            write(b"".join(buffer))
            written += LINES
            buffer.clear()
            if written > UNPACED_LINES:
                sleep(clock() - since)
            since = clock()
    write(b"".join(buffer))
