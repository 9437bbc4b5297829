from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand


class Command(ServiceCommand):
    help = "Load a named ward list from GeoJSON, a zipped shapefile or a GeoPackage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--name", required=True)
        parser.add_argument("--year", type=int)
        parser.add_argument("--publisher", default="")
        parser.add_argument("--state", help="for a file without a state column")
        parser.add_argument("--code-field")
        parser.add_argument("--name-field")
        parser.add_argument("--lga-field")
        parser.add_argument("--state-field")
        parser.add_argument("--lga-names", help="CSV: LGA code, LGA name")
        parser.add_argument("--licence", default="")
        parser.add_argument("--crs", help="of a layer that names none, such as EPSG:32632")
        parser.add_argument("--layer", help="which of several layers")
        parser.add_argument("--swap-axes", action="store_true", help="latitude stands first")
        parser.add_argument("--make-codes", action="store_true", help="of a list without codes")
        parser.add_argument("--replace", action="store_true")

    def run(self, **options: Any) -> None:
        from chatmrpt.common.tables import read_table
        from tpr.boundaries.reading import Told
        from tpr.services.load_wards import load_wards

        lga_names = {}
        if options["lga_names"]:
            table = read_table(Path(options["lga_names"]))
            code, name = table.columns[:2]
            lga_names = {str(row[code]): str(row[name]) for row in table.rows}
        told = Told(
            columns={what: options[f"{what}_field"] for what in ("code", "name", "lga", "state")},
            state=options["state"], lga_names=lga_names, crs=options["crs"],
            layer=options["layer"], swap_axes=options["swap_axes"],
            make_codes=options["make_codes"],
        )  # fmt: skip
        report = load_wards(
            Path(options["file"]), name=options["name"], year=options["year"],
            publisher=options["publisher"], licence=options["licence"],
            replace=options["replace"], told=told,
        )  # fmt: skip
        for state, number in sorted(report.wards.items()):
            self.stdout.write(f"{state}: {number} wards")
        self.stdout.write(
            f"list '{report.ward_list.name}': {sum(report.wards.values())} wards in {report.lgas} "
            f"LGAs, {report.same_names} share a name inside their LGA, "
            f"{report.without_geometry} without geometry"
        )
        for sentence in report.said:
            self.stdout.write(f"note: {sentence}")
