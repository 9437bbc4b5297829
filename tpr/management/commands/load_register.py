from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand


class Command(ServiceCommand):
    help = (
        "Load a register of facilities (CSV, XLSX: state, LGA, ward, facility, level): the "
        "denominator of completeness against all facilities that should report."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True)
        parser.add_argument("--year", type=int)
        parser.add_argument("--state", default="", help="of a file without a state column")
        for field in ("state", "lga", "ward", "facility", "level"):
            parser.add_argument(f"--{field}-field", help=f"header of the {field} column")
        parser.add_argument("--replace", action="store_true")

    def run(self, **options: Any) -> None:
        from tpr.services.load_register import FIELDS, load_register

        done = load_register(
            options["file"], name=options["name"], year=options["year"], state=options["state"],
            replace=options["replace"], told={f: options[f"{f}_field"] for f in FIELDS},
        )  # fmt: skip
        read = ", ".join(f"{field} from '{header}'" for field, header in done.columns.items())
        self.stdout.write(f"{done.register.name}: {read}")
        for state, number in sorted(done.facilities.items()):
            self.stdout.write(f"{state}: {number:,} facilities")
        if done.twice:
            self.warn("REGISTER_TWICE", f"{done.twice:,} rows repeat a facility; one is kept.")
        if done.nameless:
            self.warn("REGISTER_NAMELESS", f"{done.nameless:,} rows name no facility; left out.")
        if done.without_level:
            self.warn(
                "REGISTER_LEVEL", f"{done.without_level:,} facilities have no known level; they "
                "count where completeness is not by level.",
            )  # fmt: skip
