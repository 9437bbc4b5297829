import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from chatmrpt.common.commands import ServiceCommand
from tpr.models import BoundaryList, SampleFile

LIST = "Sample State wards (sample)"
SOURCE = "Sample population (generated)"
WORKBOOK = "nmep_workbook.xlsx"


class Command(ServiceCommand):
    help = "Load the sample: its ward list, population and covariates, and the workbook as a row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", metavar="DIR",
                            help="default: DATA_DIR/sample, generated when missing")  # fmt: skip

    def run(self, **options: Any) -> None:
        folder = Path(options["folder"] or settings.DATA_DIR / "sample")
        if not (folder / WORKBOOK).exists():
            call_command("make_sample", str(folder), stdout=self.stdout)
        if not BoundaryList.objects.filter(name=LIST, superseded_at__isnull=True).exists():
            call_command("load_wards", str(folder / "wards.geojson"), name=LIST, year=2024)
            BoundaryList.objects.filter(name=LIST).update(is_sample=True, publisher="generated")
            call_command("load_population", str(folder / "population.csv"), source=SOURCE, year=2024,
                         list_name=LIST)  # fmt: skip
            call_command("load_covariates", str(folder / "covariates.csv"), list_name=LIST,
                         source="Sample covariates (generated)", year="2024")  # fmt: skip
        content = (folder / WORKBOOK).read_bytes()
        SampleFile.objects.update_or_create(
            name=WORKBOOK,
            defaults={"content": content, "sha256": hashlib.sha256(content).hexdigest()},
        )
        self.stdout.write("the sample is loaded")
