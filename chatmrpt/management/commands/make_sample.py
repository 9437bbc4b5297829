from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand


class Command(ServiceCommand):
    help = "Generate the sample state: a workbook with real quirks, wards, population, covariates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR")
        parser.add_argument("--seed", type=int, default=1)

    def run(self, **options: Any) -> None:
        from chatmrpt.sample.write import make_sample

        made = make_sample(Path(options["folder"]), seed=options["seed"])
        self.stdout.write(
            f"sample of {made['wards']} wards in {made['lgas']} LGAs, {made['facilities']} "
            f"facilities, {made['rows']:,} rows, in {options['folder']}"
        )
