"""Intervals and shrunk figures of a state; every combination of every state of a national file.

Wall time moves with whatever else the machine does; the processor time of this process and of its
database session stands beside it. `BENCH_FULL=1`: all rows of the national workbook.
"""

import os
import statistics
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from kit.product import median_ms, start
from kit.workbooks import workbook
from report import measured

STATE_BUDGET_MS, NATION_BUDGET_S = 200, 10
PART_ROWS = 40_000


def processor_ms(work: Callable[[], object], *, rounds: int = 7) -> float:
    """Median processor time of `work` in this process, in ms."""
    work()
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(1000 * (time.process_time() - begun))
    return statistics.median(times)


def database_seconds(pid: int) -> float:
    """Processor seconds of a database session so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read(path: Path) -> Any:
    """Read a workbook as a command does: nobody is asked."""
    from tpr.services.run_file import intake

    return intake(path)


def one_state() -> None:
    from analysis.domain.shrinkage import shrink
    from tpr.aggregation import base_rows
    from tpr.domain.definitions import stability, sums_by_ward
    from tpr.domain.estimates import shrunk
    from tpr.domain.positivity import borrow, chosen, figures_by

    upload = read(workbook("A", registry="kano", seed=1, months=12))
    (state,) = upload.counts["by_state"]
    rows = base_rows(upload_id=upload.pk, state=state)
    here = chosen(rows, "all", "u5")

    def both() -> Any:
        wards = figures_by(here, lambda row: (row.lga, row.ward), "facility_max")
        borrow(wards.values())
        return shrunk([(place[0], f) for place, f in wards.items()], "facility_max", state)

    found: Any = both()

    def arrays() -> object:
        import numpy as np

        wards = figures_by(here, lambda row: (row.lga, row.ward), "facility_max")
        tested = np.array([f.tested or 0.0 for f in wards.values()])
        positive = np.array([f.positive or 0.0 for f in wards.values()])
        deff = np.array([e.deff for e in found.wards])
        return shrink(tested, positive, deff, [p[0] for p in wards], [state] * len(wards))

    measured(
        f"intervals and shrunk figures of {len(found.wards)} wards", median_ms(both), "ms",
        against="the same over arrays", against_value=median_ms(arrays), budget=STATE_BUDGET_MS,
    )  # fmt: skip

    measured("of it processor time", processor_ms(both), "ms", budget=STATE_BUDGET_MS)

    def table() -> object:
        sums = sums_by_ward(rows, {r.facility_id: (r.lga, r.ward) for r in rows})
        return stability(sums, sums["all", "all"], k=10)

    measured("stability table, 96 definitions, from the base table", median_ms(table), "ms")
    measured("of it processor time", processor_ms(table), "ms")


def nation() -> None:
    """All states, 16 combinations, five definitions that are sums: figures with both intervals."""
    from django.db import connection

    from tpr.aggregation import base_rows
    from tpr.domain.definitions import AGES, LEVELS, POSITIVITY, counts, sums_by_ward
    from tpr.domain.positivity import borrow, chosen, figures_by

    full = os.environ.get("BENCH_FULL") == "1"
    upload = read(workbook("B", seed=3) if full else workbook("B", seed=3, rows=PART_ROWS))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    states = list(upload.counts["by_state"])
    sql = folds = 0.0
    cells = 0
    own, theirs = time.process_time(), database_seconds(pid)
    for state in states:
        begun = time.perf_counter()
        rows = base_rows(upload_id=upload.pk, state=state)
        middle = time.perf_counter()
        names = {r.facility_id: (r.lga, r.ward) for r in rows}
        for wards in sums_by_ward(rows, names).values():
            for sums, definition in product(wards.values(), POSITIVITY):
                counts(sums, definition)
                cells += 1
        for level, age in product(LEVELS, AGES):
            found = figures_by(chosen(rows, level, age), lambda r: (r.lga, r.ward), "facility_max")
            borrow(found.values())
        sql += middle - begun
        folds += time.perf_counter() - middle
    measured(
        f"{len(states)} states, 16 combinations, six definitions: {cells:,} ward figures",
        sql + folds, "s", against="the aggregation alone", against_value=sql,
        budget=NATION_BUDGET_S,
    )  # fmt: skip
    spent = time.process_time() - own + database_seconds(pid) - theirs
    measured("of it processor time, database included", spent, "s", budget=NATION_BUDGET_S)


def main() -> None:
    start()
    one_state()
    nation()


if __name__ == "__main__":
    main()
