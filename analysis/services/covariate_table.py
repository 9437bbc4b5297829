"""What a covariate file offers and what the person said about it, before any ward is joined."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.domain.variables import VariableSpec
from analysis.domain.ward_table import Columns, NumberColumn, is_people
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.states import canonical_state

RASTERS = (".tif", ".tiff", ".geotiff", ".img", ".asc", ".nc")
_PERCENT = ("%", "percent", "per cent", "pct")
SHARES = ("share", "fraction", "proportion")
_SIGNS = {"+": "direct", "-": "inverse", "direct": "direct", "inverse": "inverse"}


@dataclass(frozen=True, slots=True)
class Description:
    """What the person said about the variables of the file."""

    name: str = ""
    unit: str = ""
    direction: str = ""
    year: str = ""
    source: str = ""
    is_sample: bool = False


def is_raster(path: Path) -> bool:
    return path.suffix.lower() in RASTERS


def known_state_of(state: str) -> str:
    """Return the canonical state, empty for an empty text."""
    if not state:
        return ""
    found = canonical_state(state)
    if found is None:
        raise InvalidInput("UNKNOWN_STATE", f"'{state}' is not a state of Nigeria.", {})
    return found


def direction_of(direction: str) -> str:
    """Return direct or inverse for a sign or word, empty for an empty text."""
    if not direction:
        return ""
    if direction not in _SIGNS:
        raise InvalidInput(
            "UNKNOWN_DIRECTION",
            f"'{direction}' is not a direction. Say + or direct when a higher value means higher "
            "risk, - or inverse when it means lower risk.",
            {"direction": direction},
        )
    return _SIGNS[direction]


def columns_to_load(
    columns: Columns, said: Description
) -> tuple[list[tuple[str, NumberColumn]], dict[str, str]]:
    """Return (variable name, column) of the columns to load, and why the others are skipped."""
    skipped = dict(columns.skipped)
    offered: list[tuple[str, NumberColumn]] = []
    for column in columns.numbers:
        if is_people(column.name):
            skipped[column.name] = "a count of people; load it with load_population"
        else:
            offered.append((column.name, column))
    if said.name:
        named = [c for n, c in offered if n.casefold() == said.name.casefold()]
        if not named and len(offered) == 1:
            named = [offered[0][1]]
        if not named:
            raise InvalidInput(
                "COLUMN_MISSING",
                f"The file has no numeric column '{said.name}'. Numeric columns are: "
                f"{', '.join(n for n, _ in offered) or 'none'}.",
                {"name": said.name, "columns": [n for n, _ in offered]},
            )
        skipped |= {n: "not asked for" for n, c in offered if c is not named[0]}
        offered = [(said.name, named[0])]
    if not offered:
        raise InvalidInput(
            "NO_NUMERIC_COLUMN",
            "The file has no column of numbers beside the ward. "
            + "; ".join(f"{n}: {why}" for n, why in list(skipped.items())[:8]),
            {"columns": skipped},
        )
    if (said.unit or said.direction) and len(offered) > 1:
        raise InvalidInput(
            "ONE_VARIABLE_ONLY",
            "--unit and --direction speak of one variable, and the file has "
            f"{len(offered)}: {', '.join(n for n, _ in offered)}. Add --name COLUMN.",
            {"columns": [n for n, _ in offered]},
        )
    return offered, skipped


def conversion(unit: str, spec: VariableSpec | None) -> tuple[float, str]:
    """Return the factor from the given unit to the registry's, and the words for it."""
    given = unit.strip().casefold()
    if not given or spec is None:
        return 1.0, ""
    registered = spec.unit.casefold()
    if given in _PERCENT and registered.startswith(SHARES):
        return 0.01, ", per cent divided by 100"
    if given.startswith(SHARES) and registered == "%":
        return 100.0, ", share multiplied by 100"
    return 1.0, f", unit given as {unit}"


def is_outside(value: float, spec: VariableSpec | None) -> bool:
    """Whether a value lies outside the plausible range of its variable."""
    if spec is None:
        return value in (float("inf"), float("-inf"))
    low, high = spec.plausible_min, spec.plausible_max
    return (low is not None and value < low) or (high is not None and value > high)
