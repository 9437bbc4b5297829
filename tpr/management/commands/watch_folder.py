import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db import DatabaseError, close_old_connections

from tpr.management.commands.intake import TakingCommand, owner_in
from tpr.services.take_files import Mark, look_into


class Command(TakingCommand):
    help = (
        "Take every new file of a folder, once or every N seconds. Nothing in the folder is moved "
        "or deleted; what was taken is known by its digest."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", metavar="DIR")
        parser.add_argument("--every", type=float, metavar="SECONDS")

    def run(self, **options: Any) -> None:
        folder, owner = Path(options["folder"]), owner_in(options["owner"])
        seen: dict[Path, Mark] = {}
        while True:
            try:
                for taken in look_into(folder, owner=owner, seen=seen):
                    self.tell(taken)
            except DatabaseError as error:
                if not options["every"]:
                    raise
                self.warn("DATABASE_AWAY", type(error).__name__)
            if not options["every"]:
                return
            time.sleep(options["every"])
            close_old_connections()
