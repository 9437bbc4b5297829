"""Realistic NMEP/DHIS2 files with known answers, made by ../shared/tools/make_nmep.py."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatmrpt.testing.shared import shared_path


@dataclass(frozen=True)
class MadeFile:
    path: Path
    truth: dict[str, Any]

    def wards(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Return the truth per (state, LGA, ward)."""
        return {(w["state"], w["lga"], w["ward"]): w for w in self.truth["wards"]}


def make_nmep(variant: str, folder: Path, *, name: str, seed: int = 1, **options: Any) -> MadeFile:
    """Make one file of a layout with its truth; options become `--option value`."""
    tool, data = shared_path("tools/make_nmep.py"), shared_path("data")
    path = folder / name
    extra = [part for key, value in options.items() for part in (f"--{key}", str(value))]
    subprocess.run(  # noqa: S603 - our own tool, fixed command
        [sys.executable, str(tool), variant, "--seed", str(seed), "--out", str(path),
         "--data", str(data), *extra],
        check=True, capture_output=True,
    )  # fmt: skip
    truth = json.loads(Path(f"{path}.truth.json").read_text(encoding="utf-8"))
    return MadeFile(path, truth)


def expected(
    ward: dict[str, Any], columns: list[str], level: str, age: str, column: str, *, exclude: bool
) -> float | None:
    """Return a figure of a ward from the truth; None where nothing is defined."""
    if exclude:
        changed = ward.get("if_pos_gt_tested_excluded", {}).get(level, {})
        if age in changed:
            cells = changed[age]
            return None if cells is None else cells[columns.index(column)]
    cells = ward["cells"].get(level, {}).get(age)
    return None if cells is None else cells[columns.index(column)]
