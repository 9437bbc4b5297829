"""Whether a raster layer can be a covariate, and which wards get a value from it.

Source: `domain/risk.md` section 11. Nothing is extrapolated or substituted: a layer that fails is
"not available" with the reason, a ward with too little of it is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatmrpt.common.errors import DomainError

FloatArray = NDArray[np.float64]

SENTINELS = (-9999.0, -3.4e38, -3.4028234663852886e38, 999_999_986_991_104.0)
"""Values that mean "nothing here" in real layers, whatever the file's own nodata tag says."""

MIN_WARD_COVERAGE = 0.50
MAX_SHARE_OUT_OF_RANGE = 0.01

_DATED = re.compile(
    r"^(?P<name>.+?)_(?:(?P<year>(?:19|20)\d\d)(?:_(?P<month>0[1-9]|1[0-2]))?|static)$"
)


@dataclass(frozen=True, slots=True)
class LayerZones:
    """What the cells of a layer say inside each ward; every array is (n_wards,).

    Counts are of cells by fractional cover: half a cell counts 0.5.

    Parameters
    ----------
    size : cells that the ward's polygon covers, whether or not the layer reaches there
    valid : cells with a value that is not a nodata mark
    usable : cells whose value also lies inside the plausible range
    value : the statistic over the usable cells, NaN without one
    lowest, highest : of the valid cells, range ignored; NaN without one
    """

    size: FloatArray
    valid: FloatArray
    usable: FloatArray
    value: FloatArray
    lowest: FloatArray
    highest: FloatArray


@dataclass(frozen=True, slots=True)
class WardValues:
    """Values per ward with how much of the ward they stand on.

    Parameters
    ----------
    value : array (n_wards,), NaN = missing
    coverage : array (n_wards,), share of the ward's area with usable cells, 0-1
    coarse_cell : array (n_wards,), the ward covers less than one cell in total
    share_rejected : of the valid cells over all wards, outside the plausible range
    """

    value: FloatArray
    coverage: FloatArray
    coarse_cell: NDArray[np.bool_]
    share_rejected: float


def without_sentinels(cells: NDArray[np.generic], nodata: float | None) -> FloatArray:
    """Return cells as float64 with NaN for the layer's nodata, every known sentinel and infinity.

    A sentinel is recognised within a relative 1e-6, because layers store it in single precision.
    """
    out = cells.astype(np.float64)
    out[~np.isfinite(out)] = np.nan
    for mark in (*SENTINELS, *([] if nodata is None or np.isnan(nodata) else [nodata])):
        out[np.abs(out - mark) <= abs(mark) * 1e-6] = np.nan
    return out


def within(cells: FloatArray, minimum: float | None, maximum: float | None) -> FloatArray:
    """Return cells with NaN where they lie outside the plausible range."""
    out = cells.copy()
    if minimum is not None:
        out[cells < minimum] = np.nan
    if maximum is not None:
        out[cells > maximum] = np.nan
    return out


def ward_values(
    zones: LayerZones, *, name: str, unit: str, minimum: float | None, maximum: float | None
) -> WardValues:
    """Refuse a layer that cannot be right, else give each ward its value or none.

    Raises
    ------
    DomainError
        ``LAYER_ELSEWHERE`` when no valid cell lies in a ward, ``LAYER_OUT_OF_RANGE`` when more
        than 1 % of the valid cells are implausible, ``LAYER_CONSTANT`` when it does not vary,
        ``LAYER_TOO_THIN`` when fewer than half of each ward's area has cells.
    """
    facts = {"variable": name, "unit": unit, "minimum": minimum, "maximum": maximum}
    valid = float(np.nansum(zones.valid))
    if valid <= 0:
        raise DomainError(
            "LAYER_ELSEWHERE",
            f"{name} has no cell with a value inside these wards. Check that the layer covers the "
            "state and that its coordinate system is written in the file.",
            facts,
        )
    low, high = float(np.nanmin(zones.lowest)), float(np.nanmax(zones.highest))
    facts |= {"lowest": low, "highest": high}
    rejected = 1.0 - float(np.nansum(zones.usable)) / valid
    if rejected > MAX_SHARE_OUT_OF_RANGE + 1e-12:
        raise DomainError(
            "LAYER_OUT_OF_RANGE",
            f"{100 * rejected:.1f} % of the cells of {name} over these wards lie outside the "
            f"plausible range {_limit(minimum)} to {_limit(maximum)} ({unit or 'no unit'}): the "
            f"layer goes from {low:,.6g} to {high:,.6g}. More than 1 % is a broken layer or "
            "another unit, so nothing of it is used.",
            {**facts, "share_out_of_range": rejected},
        )
    if high <= low:
        zero = " A layer of zeros often means that its download failed." if low == 0 else ""
        raise DomainError(
            "LAYER_CONSTANT",
            f"Every cell of {name} over these wards is {low:g}, so it cannot tell one ward from "
            f"another. Nothing of it is used.{zero}",
            facts,
        )
    coverage = np.clip(zones.usable / np.maximum(zones.size, 1e-300), 0.0, 1.0)
    enough = (coverage >= MIN_WARD_COVERAGE) & ~np.isnan(zones.value)
    if not enough.any():
        raise DomainError(
            "LAYER_TOO_THIN",
            f"{name} covers less than half of every ward, so no ward gets a value.",
            facts,
        )
    return WardValues(
        value=np.where(enough, zones.value, np.nan),
        coverage=coverage,
        coarse_cell=zones.size < 1.0,
        share_rejected=max(rejected, 0.0),
    )


def name_and_date(stem: str) -> tuple[str, str]:
    """Return a layer's name without the date at its end, and the date.

    Only a whole ``_YYYY``, ``_YYYY_MM`` or ``_static`` at the end is cut off.

    Example
    -------
    >>> name_and_date("rainfall_2018_08"), name_and_date("flood_extent")
    (('rainfall', '2018-08'), ('flood_extent', ''))
    """
    found = _DATED.match(stem)
    if found is None:
        return stem, ""
    year, month = found["year"], found["month"]
    return found["name"], "-".join(part for part in (year, month) if part)


def _limit(value: float | None) -> str:
    return "no limit" if value is None else f"{value:,g}"
