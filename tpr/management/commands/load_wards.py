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
        parser.add_argument("--replace", action="store_true")

    def run(self, **options: Any) -> None:
        from chatmrpt.common.tables import read_table
        from tpr.services.load_wards import load_wards

        lga_names = None
        if options["lga_names"]:
            table = read_table(Path(options["lga_names"]))
            code, name = table.columns[:2]
            lga_names = {str(row[code]): str(row[name]) for row in table.rows}
        report = load_wards(
            Path(options["file"]), name=options["name"], year=options["year"],
            publisher=options["publisher"], replace=options["replace"], state=options["state"],
            lga_names=lga_names,
            chosen={what: options[f"{what}_field"] for what in ("code", "name", "lga", "state")},
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
