"""Zeros, copies and round numbers: figures that look written rather than counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tpr.domain.quality.records import PAIRS, Flag, Pair, Report, count, month_number
from tpr.domain.quality.thresholds import Limits


def zero_runs(mine: Sequence[Report], limits: Limits) -> Iterator[Flag]:
    """Flag runs of reported zeros in consecutive months between months that are not zero.

    A blank month ends a run: nothing was reported, which is not zero. Months only.
    """
    need = limits["zero_run"]
    for pair in PAIRS:
        run: list[Report] = []
        opened = False
        for report in mine:
            value = report.at(pair.tested)
            if value is None or report.start is None or report.months != 1:
                continue
            if value == 0:
                if run and not _follows(run[-1], report):
                    opened = False
                run.append(report)
                continue
            if opened and len(run) >= need:
                yield _run_flag("zero_run", run, pair, len(run), need,
                                f"{len(run)} zero months in a row between others")  # fmt: skip
            run, opened = [], True


def copied_in_time(mine: Sequence[Report], limits: Limits) -> Iterator[Flag]:
    """Flag the same tested and positive, neither zero, in consecutive periods."""
    need = limits["copied_periods"]
    for pair in PAIRS:
        run: list[Report] = []
        for report in mine:
            tested, positive = report.at(pair.tested), report.at(pair.positive)
            if not tested or not positive or report.start is None:
                same = False
            else:
                last = run[-1] if run else None
                same = bool(
                    last and last.at(pair.tested) == tested and last.at(pair.positive) == positive
                    and _follows(last, report)
                )  # fmt: skip
            if not same:
                if len(run) >= need:
                    yield _copied(run, pair, need)
                run = []
            if tested and positive and report.start is not None:
                run.append(report)
        if len(run) >= need:
            yield _copied(run, pair, need)


def copied_between(reports: Iterable[Report], limits: Limits) -> Iterator[Flag]:
    """Flag reports that share enough equal values, not zero, with another facility's report.

    Each such report is flagged once, with the facility that shares most. Two sets that share k
    items must share one of the (size - k + 1) rarest of each: only those are compared.
    """
    need = int(limits["copied_values"])
    periods: dict[object, list[tuple[Report, frozenset[tuple[int, float]]]]] = {}
    for report in reports:
        items = frozenset(
            (place, value) for place, value in enumerate(report.tests) if value
        )  # fmt: skip
        if len(items) >= need:
            periods.setdefault((report.start, report.months), []).append((report, items))
    for same_period in periods.values():
        yield from _copies_of_period(same_period, need)


def _copies_of_period(
    reports: Sequence[tuple[Report, frozenset[tuple[int, float]]]], need: int
) -> Iterator[Flag]:
    often = Counter(item for _, items in reports for item in items)
    by_item: dict[tuple[int, float], list[int]] = {}
    best: dict[int, tuple[int, int]] = {}
    for index, (report, items) in enumerate(reports):
        prefix = sorted(items, key=lambda item: (often[item], item))[: len(items) - need + 1]
        others = {other for item in prefix for other in by_item.get(item, ())}
        for other in others:
            if reports[other][0].facility_id == report.facility_id:
                continue
            shared = len(items & reports[other][1])
            if shared >= need:
                best[index] = max(best.get(index, (0, 0)), (shared, other))
                best[other] = max(best.get(other, (0, 0)), (shared, index))
        for item in prefix:
            by_item.setdefault(item, []).append(index)
    for index, (shared, other) in sorted(best.items()):
        report = reports[index][0]
        yield Flag(
            "copied_between", shared, need,
            f"{shared} equal values with another facility in this period",
            report.facility_id, start=report.start, row=report.row,
            other=reports[other][0].facility_id,
            touches=tuple(
                (report.id, p.method, p.age) for p in PAIRS if report.at(p.tested) or report.at(p.positive)
            ),
        )  # fmt: skip


def round_numbers(mine: Sequence[Report], limits: Limits) -> Iterator[Flag]:
    """Flag a facility whose test counts end in 0 too often; zero itself is not a round number."""
    values = [value for report in mine for value in report.tests if value]
    if len(values) < limits["round_values"]:
        return
    share = 100 * sum(value % 10 == 0 for value in values) / len(values)
    if share >= limits["round_share"]:
        yield Flag(
            "round_numbers", share, limits["round_share"],
            f"{share:.0f} % of {len(values)} counts end in 0", mine[0].facility_id,
            touches=tuple(
                (r.id, p.method, p.age) for r in mine for p in PAIRS if r.at(p.tested) is not None
            ),
        )  # fmt: skip


def _follows(earlier: Report, later: Report) -> bool:
    """Tell whether `later` is the next period of the same length."""
    if earlier.start is None or later.start is None or earlier.months != later.months:
        return False
    return month_number(later.start) - month_number(earlier.start) == later.months


def _copied(run: Sequence[Report], pair: Pair, need: float) -> Flag:
    tested, positive = run[0].at(pair.tested) or 0, run[0].at(pair.positive) or 0
    return _run_flag("copied_in_time", run, pair, len(run), need,
                     f"{count(tested)} tested and {count(positive)} positive in {len(run)} periods "
                     "in a row")  # fmt: skip


def _run_flag(
    check: str, run: Sequence[Report], pair: Pair, value: float, need: float, why: str
) -> Flag:
    return Flag(
        check, value, need, why, run[0].facility_id, start=run[0].start,
        column=f"tested_{pair.method}_{pair.age}", row=run[0].row,
        touches=tuple((r.id, pair.method, pair.age) for r in run),
    )  # fmt: skip
