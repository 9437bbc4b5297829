"""Sums of any slice of an upload's reports, straight from SQL: what questions are answered from.

One statement per question: it reads only the age groups that are asked for, keeps the three age
groups of a report side by side (no row per group), and adds up by the wanted keys. The rules are
those of `tpr.aggregation`, which makes the base table of a result; a test holds the two together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tpr.domain.sums import Sums

AGES = ("u5", "o5", "pw")
METHODS = (("rdt", "r"), ("microscopy", "m"))

# Byte order: groups are sorted for counting, and the language's order costs three times as much.
KEYS = {
    "state": 'f.state COLLATE "C"',
    "lga": 'f.lga_key COLLATE "C"',
    "ward": 'f.ward_key COLLATE "C"',
    "facility": "f.id",
    "level": 'f.level COLLATE "C"',
    "month": "r.period_start",
    "year": "EXTRACT(YEAR FROM r.period_start)::int",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked at. Empty = everything; `end` is the first day no longer used.

    `lga` is a name key and `wards` (LGA key, ward key) as stored with the facilities, `facilities`
    are ids.
    """

    upload: Any
    states: tuple[str, ...] = ()
    lga: str | None = None
    wards: tuple[tuple[str, str], ...] = ()
    facilities: tuple[int, ...] = ()
    level: str = "all"
    age: str = "all"
    exceeding: str = "exclude"
    start: date | None = None
    end: date | None = None
    method: str = ""
    """`rdt` or `microscopy`: the other one is not looked at; empty = both."""

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(name for name, _ in METHODS if self.method in ("", name))

    @property
    def ages(self) -> tuple[str, ...]:
        return AGES if self.age == "all" else (self.age,)


def conditions(look: Filter) -> tuple[list[str], list[str], dict[str, Any]]:
    """Return the conditions on facility `f`, those on report `r`, and their parameters."""
    places, times = ["f.upload_id = %(upload)s"], []
    values: dict[str, Any] = {"upload": look.upload}
    if look.lga is not None:
        places.append("f.lga_key = %(lga)s")
        values["lga"] = look.lga
    if look.wards:
        places.append("f.lga_key || '|' || f.ward_key = ANY(%(wards)s)")
        values["wards"] = [f"{lga}|{ward}" for lga, ward in look.wards]
    if look.states:
        places.append("f.state = ANY(%(states)s)")
        values["states"] = list(look.states)
    if look.facilities:
        places.append("f.id = ANY(%(facilities)s)")
        values["facilities"] = list(look.facilities)
    if look.level != "all":
        places.append("f.level = %(level)s")
        values["level"] = look.level
    if look.start:
        times.append("r.period_start >= %(start)s")
        values["start"] = look.start
    if look.end:
        times.append("r.period_start + make_interval(months => r.period_months) <= %(end)s")
        values["end"] = look.end
    return places, times, values


def where(look: Filter) -> tuple[str, dict[str, Any]]:
    """Return the condition of a filter on facility `f` joined with report `r`."""
    places, times, values = conditions(look)
    return " AND ".join([*places, *times]), values


def _added(terms: Iterable[str]) -> str:
    """Add SQL terms where blank is not zero."""
    terms = list(terms)
    if len(terms) == 1:
        return terms[0]
    total = " + ".join(f"COALESCE({term}, 0)" for term in terms)
    return f"CASE WHEN num_nonnulls({', '.join(terms)}) > 0 THEN {total} END"


def _cells(look: Filter) -> str:
    """Tested and positive of each pair after the treatment, as columns `tr_u5`, `pr_u5`, …"""
    lines = []
    for age in look.ages:
        for method, m in METHODS:
            if method not in look.methods:
                lines.append(f"NULL::float AS t{m}_{age}, NULL::float AS p{m}_{age}")
                lines.append(f"false AS over_{m}_{age}")
                continue
            t, p = f"r.tested_{method}_{age}", f"r.positive_{method}_{age}"
            whole = f"({t} IS NOT NULL OR untested) AND {p} IS NOT NULL"
            kept = p if look.exceeding != "cap" else f"LEAST({p}, {t})"
            if look.exceeding == "exclude":
                whole += f" AND NOT COALESCE({p} > {t}, false)"
            lines.append(f"CASE WHEN {whole} THEN {t} END AS t{m}_{age}")
            lines.append(f"CASE WHEN {whole} THEN {kept} END AS p{m}_{age}")
            lines.append(f"COALESCE({p} > {t}, false) AS over_{m}_{age}")
    return ", ".join(lines)


def _report(look: Filter) -> str:
    """Sums over the age groups of one report."""
    ages = look.ages
    pairs = [(method, m, age) for method, m in METHODS for age in ages
             if method in look.methods]  # fmt: skip

    def each(term: str) -> str:
        return _added(term.format(a=age) for age in ages)

    main = "CASE WHEN tm_{a} IS NULL OR tr_{a} >= tm_{a} THEN %sr_{a} ELSE %sm_{a} END"
    tested = [f"tested_{method}_{age}" for method, _, age in pairs]
    positive = [f"positive_{method}_{age}" for method, _, age in pairs]
    over = [(f"over_{m}_{age}", f"tested_{method}_{age}", f"positive_{method}_{age}")
            for method, m, age in pairs]  # fmt: skip
    used = " OR ".join(
        f"tr_{a} IS NOT NULL OR tm_{a} IS NOT NULL"
        f" OR (untested AND (pr_{a} IS NOT NULL OR pm_{a} IS NOT NULL))" for a in ages
    )  # fmt: skip
    mixed = " OR ".join(
        f"COALESCE((tr_{a} > tm_{a} AND pr_{a} < pm_{a}) OR (tr_{a} < tm_{a} AND pr_{a} > pm_{a}), "
        "false)" for a in ages
    )  # fmt: skip
    columns = {
        "t_max": each("GREATEST(tr_{a}, tm_{a})"), "p_max": each("GREATEST(pr_{a}, pm_{a})"),
        "t_rdt": each("tr_{a}"), "p_rdt": each("pr_{a}"),
        "t_mic": each("tm_{a}"), "p_mic": each("pm_{a}"),
        "t_dom": each(main % ("t", "t")), "p_dom": each(main % ("p", "p")),
        "opd": "opd", "fever": each("fever_{a}"), "used": used, "mixed": mixed,
        "reported": f"num_nonnulls({', '.join(tested)}) > 0 OR (untested AND ({used}))",
        "excluded_rdt": " + ".join(f"over_r_{a}::int" for a in ages),
        "excluded_mic": " + ".join(f"over_m_{a}::int" for a in ages),
        "excluded_tested": " + ".join(f"CASE WHEN {o} THEN {t} ELSE 0 END" for o, t, _ in over),
        "excluded_positive": " + ".join(f"CASE WHEN {o} THEN {p} ELSE 0 END" for o, _, p in over),
        "no_result": " + ".join(
            f"({t} IS NOT NULL AND {p} IS NULL)::int" for _, t, p in over
        ),
        "no_tests": " + ".join(f"({t} IS NULL AND {p} IS NOT NULL)::int" for _, t, p in over),
        "blank_tested": f"num_nulls({', '.join(tested)})",
        "blank_positive": f"num_nulls({', '.join(positive)})",
    }  # fmt: skip
    return ", ".join(f"{term} AS {name}" for name, term in columns.items())


DEFINITIONS = ("max", "rdt", "mic", "pool", "dom")
"""Additive definitions, as the columns are named; the sums of squares are kept for each."""
_SUMMED = (
    "t_max", "p_max", "t_rdt", "p_rdt", "t_mic", "p_mic", "t_dom", "p_dom", "opd", "fever",
)  # fmt: skip
_COUNTED = (
    "excluded_rdt", "excluded_mic", "excluded_tested", "excluded_positive", "no_result", "no_tests",
    "blank_tested", "blank_positive",
)  # fmt: skip
_TALLIES = ("rows", "periods", "mixed", "reported")


def _per_facility() -> str:
    """Columns of one facility inside its group: its periods are added first."""
    sums = [f"SUM({name}) AS {name}" for name in (*_SUMMED, *_COUNTED)]
    sums += [
        "COUNT(*) AS rows", "COUNT(*) FILTER (WHERE used) AS periods",
        "COUNT(*) FILTER (WHERE mixed) AS mixed", "COUNT(*) FILTER (WHERE reported) AS reported",
        "COUNT(DISTINCT period_start) * MAX(period_months) AS months",
    ]  # fmt: skip
    return ", ".join(sums)


def _per_group() -> str:
    """Columns of a group of facilities, with the sums of squares behind a design effect."""
    parts = ["COUNT(*)", "COUNT(*) FILTER (WHERE periods > 0)"]
    parts += [f"SUM({name})" for name in (*_TALLIES, *_SUMMED, *_COUNTED)]
    parts.append("MAX(months)")
    for name in DEFINITIONS:
        t, p = f"t_{name}", f"p_{name}"
        there = f"FILTER (WHERE {t} > 0 AND {p} IS NOT NULL)"
        parts += [f"COUNT(*) {there}", f"SUM({t} * {t}) {there}", f"SUM({p} * {t}) {there}",
                  f"SUM({p} * {p}) {there}"]  # fmt: skip
    return ", ".join(parts)


def sums_by(look: Filter, *by: str) -> dict[tuple[Any, ...], Sums]:
    """Return the sums of the filter, by the wanted keys of `KEYS`.

    Returns
    -------
    dict : tuple of key values → Sums, ordered by key; with no key the one entry `()`, also when
        nothing fits the filter.
    """
    condition, values = where(look)
    keys = "".join(f"{KEYS[name]} AS key_{name}, " for name in by)
    names = "".join(f"key_{name}, " for name in by)
    listed = names.rstrip(", ")
    counts = [f"{role}_{method}_{age}" for age in look.ages for method, _ in METHODS
              for role in ("tested", "positive")]  # fmt: skip
    fevers = [f"fever_{age}" for age in look.ages]
    inner = ", ".join(
        f"r.{c}" for c in ("facility_id", "opd", "period_start", "period_months", *counts, *fevers)
    )
    statement = f"""
WITH cells AS MATERIALIZED (
  SELECT {keys}{inner}, untested, {_cells(look)}
  FROM tpr_facility f JOIN tpr_facilityreport r ON r.facility_id = f.id
  CROSS JOIN (SELECT kind = 'positives_only' AS untested FROM tpr_upload WHERE id = %(upload)s) u
  WHERE {condition}
), reports AS MATERIALIZED (
  SELECT {names}facility_id, period_start, period_months, {_report(look)} FROM cells
), facilities AS MATERIALIZED (
  SELECT {names}{_per_facility()} FROM reports GROUP BY {names}facility_id
), pooled AS (
  SELECT *,
    CASE WHEN num_nonnulls(t_rdt, t_mic) > 0 THEN COALESCE(t_rdt, 0) + COALESCE(t_mic, 0) END
      AS t_pool,
    CASE WHEN num_nonnulls(p_rdt, p_mic) > 0 THEN COALESCE(p_rdt, 0) + COALESCE(p_mic, 0) END
      AS p_pool
  FROM facilities
)
SELECT {names}{_per_group()} FROM pooled {f"GROUP BY {listed} ORDER BY {listed}" if by else ""}
"""  # noqa: S608 - column names of our own
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    pairs = len(look.methods) * len(look.ages)
    found = {}
    for row in rows:
        plain = row[len(by) : len(by) + _PLAIN]
        sums = Sums(*(_number(v, i in _NULLABLE) for i, v in enumerate(plain)))
        sums.cells = pairs * sums.rows
        squares = [float(v or 0) for v in row[len(by) + _PLAIN :]]
        sums.squares = {
            name: (int(squares[4 * n]), *squares[4 * n + 1 : 4 * n + 4])
            for n, name in enumerate(DEFINITIONS)
        }
        found[tuple(row[: len(by)])] = sums
    return found


_PLAIN = 2 + len(_TALLIES) + len(_SUMMED) + len(_COUNTED) + 1
_NULLABLE = frozenset(range(2 + len(_TALLIES), 2 + len(_TALLIES) + len(_SUMMED)))
"""Places of the ten sums that are None when nothing was reported."""


def _number(value: Any, nullable: bool) -> Any:
    if value is None:
        return None if nullable else 0
    return value if isinstance(value, int) or nullable else _whole(value)


def _whole(value: Any) -> Any:
    """Sums of whole numbers come as decimals; they are counts again."""
    return float(value) if isinstance(value, float) else int(value)


def total(look: Filter) -> Sums:
    """Return the sums of the filter as a whole."""
    return sums_by(look)[()]


def filled(look: Filter, columns: Iterable[str]) -> dict[str, tuple[int, float | None]]:
    """Return per count column of a report: (cells filled, their sum); `""` has the rows."""
    names = list(columns)
    condition, values = where(look)
    parts = ", ".join(f"COUNT(r.{name}), SUM(r.{name})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*){', ' + parts if parts else ''} FROM tpr_facility f "  # noqa: S608
            f"JOIN tpr_facilityreport r ON r.facility_id = f.id WHERE {condition}",
            values,
        )
        row = cursor.fetchone()
    found: dict[str, tuple[int, float | None]] = {"": (row[0], None)}
    for place, name in enumerate(names):
        found[name] = (row[1 + 2 * place], row[2 + 2 * place])
    return found
