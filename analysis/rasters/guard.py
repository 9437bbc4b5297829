"""The parent's side of summarising a raster: nothing heavy is imported here."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.rasters.child import write_shapes
from chatmrpt.common.children import OnProgress, places_only, run_child
from chatmrpt.common.errors import DomainError, InvalidInput

TIMEOUT: Final = 300.0
MEMORY_MB: Final = 3072
MAX_FILE_MB: Final = 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LayerRequest:
    """What the child is asked for.

    Parameters
    ----------
    factor : from the unit of the file to `unit`
    minimum, maximum : plausible range in `unit`; None = open
    crs : of a file without one, said by a person
    statistic : "mean", or "sum" for counts
    """

    name: str
    unit: str = ""
    factor: float = 1.0
    minimum: float | None = None
    maximum: float | None = None
    band: int | None = None
    crs: str = ""
    statistic: str = "mean"


def _silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


def summarise_raster(
    path: Path,
    ward_lists: Sequence[Sequence[bytes | None]],
    wish: LayerRequest,
    *,
    on_progress: OnProgress = _silent,
    timeout: float = TIMEOUT,
    memory_mb: int = MEMORY_MB,
) -> dict[str, Any]:
    """Summarise a GeoTIFF in a child process with limits.

    Parameters
    ----------
    ward_lists : for each ward list the WKB (EPSG:4326) of its wards; None = no polygon

    Returns
    -------
    dict
        ``layer`` (facts of the file) and ``lists``: for each ward list either ``value``,
        ``coverage``, ``coarse_cell`` and ``share_rejected``, or ``refused`` with code and words.

    Raises
    ------
    DomainError
        The child's refusal of the whole file, ``RASTER_TOO_LARGE``, or ``RASTER_UNREADABLE`` with
        a reference when the child was stopped.
    """
    megabytes = path.stat().st_size >> 20
    if megabytes > MAX_FILE_MB:
        raise InvalidInput(
            "RASTER_TOO_LARGE",
            f"{path.name} has {megabytes:,} MB; at most {MAX_FILE_MB:,} are read. Clip it to the "
            "state first.",
            {"megabytes": megabytes, "most": MAX_FILE_MB},
        )
    with tempfile.TemporaryDirectory(prefix="layer-") as name:
        folder = Path(name)
        # Alone in a folder: no side file of the same name can change what the bytes say.
        shutil.copyfile(path, folder / "layer.tif")
        files = []
        for i, shapes in enumerate(ward_lists):
            files.append(f"wards-{i}.bin")
            write_shapes(folder / files[-1], list(shapes))
        settings = folder / "settings.json"
        settings.write_text(
            json.dumps(
                {
                    "path": str(folder / "layer.tif"), "shapes": files, "name": wish.name,
                    "unit": wish.unit, "factor": wish.factor, "minimum": wish.minimum,
                    "maximum": wish.maximum, "band": wish.band, "crs": wish.crs,
                    "statistic": wish.statistic,
                }
            ),
            encoding="utf-8",
        )  # fmt: skip
        errors = folder / "child.stderr"
        code = run_child(
            "analysis.rasters.child", [str(settings)], errors,
            on_progress=on_progress, timeout=timeout, memory_mb=memory_mb,
        )  # fmt: skip
        result_path = folder / "result.json"
        if code != 0 or not result_path.exists():
            raise _stopped(path.name, code, errors, timeout)
        result: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
    if refused := result.get("refused"):
        raise InvalidInput(refused["code"], f"{path.name}: {refused['message']}", refused["facts"])
    return result


def _stopped(name: str, code: int | None, errors: Path, timeout: float) -> DomainError:
    reference = uuid.uuid4().hex[:8].upper()
    words = errors.read_bytes()[-8000:].decode("utf-8", "replace")
    _log.error("raster %s ended with %s: %s", reference, code, places_only(words))
    if code is None:
        why = f"it took longer than {timeout:,.0f} seconds"
    elif code < 0:
        why = "it needs too much memory or is damaged"
    else:
        why = "the reader met something it does not know"
    return InvalidInput(
        "RASTER_UNREADABLE",
        f"{name} could not be summarised: {why}; reference {reference}. Clip it to the state and "
        "save it again as a plain GeoTIFF.",
        {"reference": reference, "exit_code": code},
    )
