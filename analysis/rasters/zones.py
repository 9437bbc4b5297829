"""Zonal statistics by fractional cell area. Imports rasterio and exactextract: the child only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pyproj
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.feature import JSONFeatureSource
from exactextract.raster import RasterSource
from rasterio.windows import Window

from analysis.domain.layers import LayerZones, within, without_sentinels
from chatmrpt.common.errors import InvalidInput

Statistic = Literal["mean", "sum"]

WARD_CRS = "EPSG:4326"
MAX_CELLS_IN_MEMORY = 8_000_000
MAX_SIDE = 500_000
MAX_BLOCK_CELLS = 64_000_000


class _Cells(RasterSource):  # type: ignore[misc]
    """One band with sentinels, and on wish implausible values, masked as it is read."""

    def __init__(self, band: Band, name: str, *, in_range: bool) -> None:
        super().__init__()
        self.band, self.in_range = band, in_range
        self.set_name(name)

    def res(self) -> tuple[float, float]:
        return self.band.res

    def extent(self) -> tuple[float, float, float, float]:
        return self.band.extent

    def srs_wkt(self) -> str | None:
        return None

    def nodata_value(self) -> None:
        return None

    def read_window(self, x0: int, y0: int, nx: int, ny: int) -> Any:
        cells = self.band.read(x0, y0, nx, ny)
        return within(cells, *self.band.limits) if self.in_range else cells


class Band:
    """An open GeoTIFF band, its factor to the registry's unit and the plausible range there."""

    def __init__(
        self, data: Any, number: int, factor: float, limits: tuple[float | None, float | None]
    ) -> None:
        self.data, self.number, self.factor, self.limits = data, number, factor, limits
        bounds = data.bounds
        self.extent = (bounds.left, bounds.bottom, bounds.right, bounds.top)
        self.res = (
            (bounds.right - bounds.left) / data.width,
            (bounds.top - bounds.bottom) / data.height,
        )
        self.nodata = data.nodatavals[number - 1]
        self.scale, self.offset = data.scales[number - 1], data.offsets[number - 1]
        self._last: tuple[tuple[int, int, int, int], Any] | None = None

    def read(self, x0: int, y0: int, nx: int, ny: int) -> Any:
        """Return a window as float64 in the registry's unit, NaN without a value."""
        key = (x0, y0, nx, ny)
        if self._last is None or self._last[0] != key:
            cells = self.data.read(self.number, window=Window(x0, y0, nx, ny))
            values = without_sentinels(cells, self.nodata)
            if (self.scale, self.offset) != (1.0, 0.0):
                values = values * self.scale + self.offset
            self._last = (key, values * self.factor)
        return self._last[1]


def open_band(path: str, number: int | None, crs: str = "") -> tuple[Any, Any, int, dict[str, Any]]:
    """Open a GeoTIFF and return it with its CRS, band number and the facts of the layer.

    Parameters
    ----------
    crs : of a file that has none, said by a person; a file that has one keeps its own

    Raises
    ------
    InvalidInput
        ``RASTER_UNREADABLE``, ``RASTER_TOO_LARGE``, ``RASTER_NO_CRS``, ``RASTER_ROTATED``,
        ``RASTER_BANDS``, ``RASTER_NOT_NUMBERS``.
    """
    try:
        data = rasterio.open(path, driver="GTiff")
    except rasterio.errors.RasterioError as error:
        raise InvalidInput(
            "RASTER_UNREADABLE",
            "The file is not a GeoTIFF that can be read. Save the layer as GeoTIFF (.tif), for "
            "example with gdal_translate -of GTiff.",
            {"reader": type(error).__name__},
        ) from error
    _check_size(data)
    if data.count > 1 and number is None:
        raise InvalidInput(
            "RASTER_BANDS",
            f"The file has {data.count} bands. Say which one is the variable: --band 1 to "
            f"{data.count}.",
            {"bands": data.count},
        )
    number = 1 if number is None else number
    if not 1 <= number <= data.count:
        raise InvalidInput(
            "RASTER_BANDS",
            f"There is no band {number}; the file has {data.count}.",
            {"bands": data.count, "band": number},
        )
    if data.dtypes[number - 1].startswith("complex"):
        raise InvalidInput("RASTER_NOT_NUMBERS", "The band holds complex numbers.", {})
    if data.transform.b != 0 or data.transform.d != 0 or data.transform.e >= 0:
        raise InvalidInput(
            "RASTER_ROTATED",
            "The grid of the file is rotated or upside down. Warp it first: gdalwarp.",
            {},
        )
    system = _crs_of(data, crs)
    facts = {
        "crs": system.to_string(), "crs_from": "file" if data.crs else "person",
        "width": data.width, "height": data.height,
        "cell": [abs(data.transform.a), abs(data.transform.e)], "band": number,
        "dtype": data.dtypes[number - 1], "nodata": _storable(data.nodatavals[number - 1]),
        "scale": data.scales[number - 1], "offset": data.offsets[number - 1],
    }  # fmt: skip
    return data, system, number, facts


def _check_size(data: Any) -> None:
    block = max((rows * columns for rows, columns in data.block_shapes), default=0)
    if max(data.width, data.height) > MAX_SIDE or block > MAX_BLOCK_CELLS:
        raise InvalidInput(
            "RASTER_TOO_LARGE",
            f"The grid has {data.width:,} × {data.height:,} cells in blocks of {block:,}. Clip the "
            "layer to the state, or tile it, and load it again.",
            {"width": data.width, "height": data.height, "block": block},
        )


def _crs_of(data: Any, said: str) -> Any:
    text = data.crs.to_wkt() if data.crs else said
    if not text:
        left, bottom, right, top = data.bounds
        raise InvalidInput(
            "RASTER_NO_CRS",
            "The file does not say its coordinate system, and none is assumed. Its corners are "
            f"{left:g}, {bottom:g} and {right:g}, {top:g}. Say it: --crs EPSG:4326 for longitude "
            "and latitude.",
            {"bounds": [left, bottom, right, top]},
        )
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise InvalidInput(
            "RASTER_NO_CRS",
            f"'{text[:60]}' is not a coordinate system. Write an EPSG code, for example "
            "--crs EPSG:4326.",
            {},
        ) from error


def zones_of(
    band: Band, system: Any, shapes: Sequence[bytes | None], statistic: Statistic
) -> LayerZones:
    """Summarise a band inside each ward.

    Parameters
    ----------
    shapes : WKB of each ward in EPSG:4326; None = no polygon, everything NaN
    """
    known = [i for i, wkb in enumerate(shapes) if wkb]
    polygons = shapely.from_wkb([shapes[i] for i in known])
    if system != pyproj.CRS.from_user_input(WARD_CRS):
        turn = pyproj.Transformer.from_crs(WARD_CRS, system, always_xy=True)
        polygons = shapely.transform(
            polygons, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1]))
        )
    features = JSONFeatureSource(
        [
            {"type": "Feature", "id": i, "geometry": shapely.geometry.mapping(p), "properties": {}}
            for i, p in zip(known, polygons, strict=True)
        ]
    )
    found = exact_extract(
        [_Cells(band, "all", in_range=False), _Cells(band, "good", in_range=True)],
        features,
        ["count", "min", "max", statistic],
        max_cells_in_memory=MAX_CELLS_IN_MEMORY,
    )
    n = len(shapes)
    columns = {name: np.full(n, np.nan) for name in _WANTED}
    columns["value"] = np.full(n, np.nan)
    for i, feature in zip(known, found, strict=True):
        facts = feature["properties"]
        for name, key in _WANTED.items():
            columns[name][i] = _number(facts.get(key))
        columns["value"][i] = _number(facts.get(f"good_{statistic}"))
    size = np.full(n, np.nan)
    size[known] = shapely.area(polygons) / (band.res[0] * band.res[1])
    for name in ("valid", "usable"):
        columns[name] = np.nan_to_num(columns[name])
    return LayerZones(size=size, **columns)


_WANTED = {"valid": "all_count", "usable": "good_count", "lowest": "all_min", "highest": "all_max"}


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _storable(value: float | None) -> str | None:
    return None if value is None else repr(float(value))
