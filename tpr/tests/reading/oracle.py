"""A naive twin: ward figures from the two TSV files by plain loops, and the truth beside it.

Nothing here comes from the reader; the figures are added cell by cell, as the truth of
``make_nmep.py`` defines them.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from chatmrpt.testing.shared import shared_path

AGES = ("u5", "o5", "pw")
METHODS = ("rdt", "microscopy")
DEFINITIONS = ("facility_max", "rdt", "microscopy", "pooled")
FACILITY_COLUMNS = (
    *("ordinal", "state", "lga", "lga_key", "ward_raw", "ward", "ward_key", "name"),
    *("level", "level_source", "ownership", "ward_code"),
)
TESTS = tuple(f"{r}_{m}_{a}" for m in METHODS for a in AGES for r in ("tested", "positive"))
REPORT_COLUMNS = (
    *("facility", "period_start", "period_months"),
    *TESTS,
    *("opd", "attendance", "inpatient", "fever_u5", "fever_o5", "fever_pw"),
    *("llin_pw", "llin_u5", "source_row"),
)


def make(variant: str, out: Path, *options: str) -> dict:
    """Run the shared generator; returns the truth of the file (not for Z)."""
    tool = shared_path("tools/make_nmep.py")
    command = [sys.executable, str(tool), variant, "--out", str(out), *options]
    subprocess.run(command, check=True, capture_output=True)
    return truth_of(out)


def truth_of(path: Path) -> dict:
    """The truth beside a made file, or nothing."""
    truth = path.with_name(path.name + ".truth.json")
    return json.loads(truth.read_text(encoding="utf-8")) if truth.exists() else {}


def read_table(path: Path, columns: tuple[str, ...]) -> list[dict]:
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        assert len(cells) == len(columns), line
        rows.append({c: None if v == r"\N" else v for c, v in zip(columns, cells, strict=True)})
    return rows


def facilities(folder: Path) -> dict[str, dict]:
    rows = read_table(folder / "facilities.tsv", FACILITY_COLUMNS)
    assert len({row["ordinal"] for row in rows}) == len(rows)
    return {row["ordinal"]: row for row in rows}


def reports(folder: Path) -> list[dict]:
    rows = read_table(folder / "reports.tsv", REPORT_COLUMNS)
    assert len({(r["facility"], r["period_start"]) for r in rows}) == len(rows)
    return rows


def issues(folder: Path) -> list[dict]:
    lines = (folder / "issues.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def number(text: str | None) -> int | float | None:
    if text is None:
        return None
    return int(text) if "." not in text else float(text)


def ward_rates(folder: Path, *, exclude: bool) -> dict[tuple, dict]:
    """(state, LGA, ward) → (level, age) → definition → percent or None.

    A level and age without any number is absent; percent is None where tests add up to 0.
    """
    places = facilities(folder)
    sums: dict[tuple, dict] = defaultdict(lambda: defaultdict(lambda: [0] * 8))
    seen: dict[tuple, set] = defaultdict(set)
    for row in reports(folder):
        place = places[row["facility"]]
        ward = (place["state"], place["lga"], place["ward"])
        seen[ward].add(None)
        for age in AGES:
            pairs, any_number = {}, False
            for method in METHODS:
                t = number(row[f"tested_{method}_{age}"])
                p = number(row[f"positive_{method}_{age}"])
                any_number |= t is not None or p is not None
                if t is None or p is None or (exclude and p > t):
                    continue
                pairs[method] = (t, p)
            if not any_number:
                continue
            for level in {"all", place["level"]}:
                for group in (age, "all"):
                    seen[ward].add((level, group))
                    cell = sums[ward][level, group]
                    if pairs:
                        cell[0] += max(t for t, _ in pairs.values())
                        cell[1] += max(p for _, p in pairs.values())
                    for i, method in enumerate(METHODS):
                        if method in pairs:
                            cell[2 + 2 * i] += pairs[method][0]
                            cell[3 + 2 * i] += pairs[method][1]
    result = {}
    for ward, cells in seen.items():
        result[ward] = {key: _rates(sums[ward][key]) for key in cells if key is not None}
    return result


def _rates(cell: list) -> dict:
    pairs = {
        "facility_max": (cell[0], cell[1]),
        "rdt": (cell[2], cell[3]),
        "microscopy": (cell[4], cell[5]),
        "pooled": (cell[2] + cell[4], cell[3] + cell[5]),
    }
    return {name: 100 * p / t if t else None for name, (t, p) in pairs.items()}


def truth_rates(truth: dict, *, exclude: bool, levels: bool = True) -> dict[tuple, dict]:
    """The truth in the same form as `ward_rates`."""
    at = {name: truth["cell_columns"].index(f"tpr_{name}") for name in DEFINITIONS}
    result = {}
    for ward in truth["wards"]:
        cells = {
            (level, age): values
            for level, ages in ward["cells"].items()
            for age, values in ages.items()
        }
        if exclude:
            changed = ward.get("if_pos_gt_tested_excluded", {})
            for level, ages in changed.items():
                for age, values in ages.items():
                    cells[level, age] = values or [None] * len(truth["cell_columns"])
        result[ward["state"], ward["lga"], ward["ward"]] = {
            key: {name: values[i] for name, i in at.items()}
            for key, values in cells.items()
            if levels or key[0] == "all"
        }
    return result


def differences(found: dict, wanted: dict, tolerance: float = 1e-6) -> list:
    """Every ward, level, age and definition that differs; empty when all agree."""
    wrong: list = [("ward", w) for w in found.keys() ^ wanted.keys()]
    for ward in found.keys() & wanted.keys():
        wrong += [("cell", ward, key) for key in found[ward].keys() ^ wanted[ward].keys()]
        for key in found[ward].keys() & wanted[ward].keys():
            for name in DEFINITIONS:
                a, b = found[ward][key][name], wanted[ward][key][name]
                if (a is None) != (b is None) or (
                    a is not None and abs(a - b) > tolerance * max(1, abs(b))
                ):
                    wrong.append(("value", ward, key, name, a, b))
    return wrong
