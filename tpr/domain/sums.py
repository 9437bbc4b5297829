"""Sums of a slice of the reports, and the figure of any definition from them. Pure.

A slice is a place, a period or both, for one age group (or the three added) and one facility level
(or all). Its sums are those of `positivity.BaseRow`, already added over the facilities of the
slice; every additive definition is read from them (positivity.md section 10).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from chatmrpt.common.statistics.design_effect import Clusters, shown_deffs
from chatmrpt.common.statistics.rates import poisson_interval
from tpr.domain.positivity import RATIOS, Figure, apply_deff, pair, wilson


@dataclass(slots=True)
class Sums:
    """Sums over the reports of one slice. None = nothing reported; see `BaseRow` for the names.

    `rows` counts facility-periods in the file, `periods` those with a complete pair that is used,
    `reported` those with any test count, `facilities` distinct facilities with a row, `reporting`
    those with a used pair. `blank_tested`, `blank_positive` count empty cells of the age groups and
    methods asked for, `cells` all of them. `months` is the time that the rows cover, 0 undated.
    `squares` holds per additive definition the facilities with tests and Σt², Σpt, Σp² over them.
    """

    facilities: int = 0
    reporting: int = 0
    rows: int = 0
    periods: int = 0
    mixed: int = 0
    reported: int = 0
    t_max: float | None = None
    p_max: float | None = None
    t_rdt: float | None = None
    p_rdt: float | None = None
    t_mic: float | None = None
    p_mic: float | None = None
    t_dom: float | None = None
    p_dom: float | None = None
    opd: float | None = None
    fever: float | None = None
    excluded_rdt: int = 0
    excluded_mic: int = 0
    excluded_tested: float = 0.0
    excluded_positive: float = 0.0
    tests_without_result: int = 0
    positives_without_tests: int = 0
    blank_tested: int = 0
    blank_positive: int = 0
    months: int = 0
    cells: int = 0
    squares: dict[str, tuple[int, float, float, float]] = field(default_factory=dict)

    @property
    def excluded_cells(self) -> int:
        """Pairs with more positives than tests, whatever the treatment does with them."""
        return self.excluded_rdt + self.excluded_mic


_NAMES = tuple(f.name for f in fields(Sums) if f.name not in ("months", "squares"))
_SQUARES_OF = {"facility_max": "max", "rdt": "rdt", "microscopy": "mic", "pooled": "pool",
               "dominant": "dom"}  # fmt: skip


def add(parts: Iterable[Sums]) -> Sums:
    """Add slices that share no facility. Blank is not zero: None only when all are None.

    `months` is not added: it is the longest of the parts.
    """
    total = Sums()
    for part in parts:
        total.months = max(total.months, part.months)
        for name, more_squares in part.squares.items():
            have = total.squares.get(name, (0, 0.0, 0.0, 0.0))
            n, tt, pt, pp = (a + b for a, b in zip(have, more_squares, strict=True))
            total.squares[name] = (int(n), tt, pt, pp)
        for name in _NAMES:
            more = getattr(part, name)
            if more is not None:
                setattr(total, name, (getattr(total, name) or 0) + more)
    return total


def figure_of(sums: Sums, definition: str) -> Figure:
    """Return the figure of a slice by one definition, as `positivity.figure` folds base rows.

    Undefined outcomes: `tpr` None with reason `no_level_match` (no facility), `not_reported`,
    `zero_tests`, `all_excluded` or `no_denominator`.
    """
    found = Figure(
        facilities=sums.facilities, reporting=sums.reporting, facility_periods=sums.periods,
        mixed_periods=sums.mixed, rows=sums.rows, reported=sums.reported, t_rdt=sums.t_rdt,
        p_rdt=sums.p_rdt, t_mic=sums.t_mic, p_mic=sums.p_mic, excluded_cells=sums.excluded_cells,
        excluded_tested=sums.excluded_tested, excluded_positive=sums.excluded_positive,
        tests_without_result=sums.tests_without_result,
        positives_without_tests=sums.positives_without_tests,
    )  # fmt: skip
    tested, positive = pair([sums], definition)  # type: ignore[list-item]
    found.tested, found.positive = tested, positive
    if not tested or positive is None:
        found.reason = _reason(sums, tested, definition)
        return found
    found.tpr = 100 * positive / tested
    if definition in RATIOS:
        low, high = poisson_interval(positive)
        found.low, found.high = 100 * low / tested, 100 * high / tested
    elif positive <= tested and definition != "method_max":
        found.low, found.high = wilson(positive, tested)
        if sums.squares:
            found.clusters = clusters_of(sums, definition, tested, positive)
            apply_deff(found, *shown_deffs([found.clusters])[0])
    return found


def clusters_of(sums: Sums, definition: str, tested: float, positive: float) -> Clusters:
    """Return the facilities of a slice added up: Σ(p - p̂t)² = Σp² - 2p̂Σpt + p̂²Σt²."""
    m, tt, pt, pp = sums.squares[_SQUARES_OF[definition]]
    rate = positive / tested
    spread = max(0.0, pp - 2 * rate * pt + rate * rate * tt)
    return Clusters(m, positive, tested, m / (m - 1) * spread if m > 1 else None)


def _reason(sums: Sums, tested: float | None, definition: str) -> str:
    if sums.facilities == 0:
        return "no_level_match"
    if definition in RATIOS and not tested:
        return "no_denominator"
    if tested == 0:
        return "zero_tests"
    counted = {"rdt": sums.excluded_rdt, "microscopy": sums.excluded_mic}
    return "all_excluded" if counted.get(definition, sums.excluded_cells) else "not_reported"
