"""`load_covariates FILE`: covariates of wards from a table or a raster."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import BadArguments, ServiceCommand
from chatmrpt.common.errors import InvalidInput


class Command(ServiceCommand):
    help = (
        "Load covariates. Table (CSV, XLSX): by ward code, or by state, LGA and ward; every numeric "
        "column is one. GeoTIFF: one variable, its mean in each ward by fractional area."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", default="", help="one column, or the variable's name")
        parser.add_argument("--unit", default="", help="e.g. percent, when a share is in per cent")
        parser.add_argument("--direction", default="", help="+ or direct, - or inverse")
        parser.add_argument("--year", default="")
        parser.add_argument("--source", default="")
        parser.add_argument("--list", dest="list_name", default="", help="one ward list")
        parser.add_argument("--state", default="", help="of rows without a state column")
        parser.add_argument("--crs", default="", help="of a GeoTIFF that carries none: EPSG:4326")
        parser.add_argument("--band", type=int, help="of a GeoTIFF with several")
        parser.add_argument("--licence", default="", help="of the layer, kept with it")
        parser.add_argument("--sample", action="store_true", help="mark as generated sample data")

    def run(self, **options: Any) -> None:
        from analysis.services.covariate_table import is_raster
        from analysis.services.load_covariates import load_covariates

        path: Path = options["file"]
        if not path.is_file():
            raise InvalidInput("FILE_MISSING", f"There is no file {path}.", {"file": str(path)})
        if is_raster(path):
            self._raster(path, options)
            return
        if options["crs"] or options["band"] or options["licence"]:
            raise BadArguments(
                "INVALID_ARGUMENTS", "--crs, --band and --licence belong to a GeoTIFF.", {}
            )
        loads = load_covariates(
            path,
            name=options["name"],
            unit=options["unit"],
            direction=options["direction"],
            year=str(options["year"]),
            source=options["source"],
            list_name=options["list_name"],
            state=options["state"],
            is_sample=options["sample"],
        )
        for load in loads:
            self._report(load)

    def _raster(self, path: Path, options: dict[str, Any]) -> None:
        from analysis.services.load_raster import load_raster

        if options["state"]:
            raise BadArguments(
                "INVALID_ARGUMENTS", "--state belongs to a table; a raster lies where it lies.", {}
            )
        names = ("name", "unit", "direction", "source", "licence", "crs", "band", "list_name")
        for load in load_raster(
            path, year=str(options["year"]), is_sample=options["sample"],
            **{name: options[name] for name in names},
        ):  # fmt: skip
            if load.status == "refused":
                self.warn("LAYER_REFUSED", load.reason)
                continue
            bound = f" = {load.code}" if load.code and load.code != load.name else ""
            coarse = f", {load.coarse:,} smaller than a cell" if load.coarse else ""
            missing = load.wards - load.observed
            gaps = f", {missing:,} with too few cells" if missing else ""
            tail = f"; {load.reason}" if load.reason else ""
            self.stdout.write(
                f"{load.ward_list.name}: {load.status}: {load.name}{bound} ({load.direction}), "
                f"{load.observed:,} of {load.wards:,} wards{gaps}{coarse}{tail}"
            )

    def _report(self, load: Any) -> None:
        joined = load.joined
        self.stdout.write(
            f"{load.ward_list.name}: {len(set(joined.ward_of.values())):,} of {joined.wards:,} "
            f"wards joined ({joined.by_code:,} rows by code, {joined.by_name:,} by name)."
        )
        for v in load.variables:
            if v.status in ("loaded", "unchanged"):
                bound = f" = {v.code}" if v.code and v.code != v.name else ""
                counts = f"{v.observed:,} values"
                if v.missing:
                    counts += f", {v.missing:,} missing"
                if v.rejected:
                    counts += f", {v.rejected:,} outside the plausible range"
                tail = f"; {v.reason}" if v.reason else ""
                self.stdout.write(f"  {v.status}: {v.name}{bound} ({v.direction}), {counts}{tail}")
            elif v.status == "refused":
                self.warn("VARIABLE_REFUSED", v.reason)
            else:
                self.stdout.write(f"  skipped: {v.name} ({v.reason})")
        for label in load.unmatched_rows[:20]:
            self.warn("ROW_UNMATCHED", f"no ward of {load.ward_list.name} for {label}")
        if len(load.unmatched_rows) > 20:
            more = len(load.unmatched_rows) - 20
            self.warn("ROW_UNMATCHED", f"and {more:,} more rows")
        if joined.repeated:
            self.warn(
                "WARD_REPEATED",
                f"{len(joined.repeated):,} rows name a ward that an earlier row named; where "
                "their values differ the ward has no value.",
            )
