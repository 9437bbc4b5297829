import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import InvalidInput
from tpr.services.run_file import OWNER
from tpr.services.take_files import Taken, take_file


def owner_in(text: str) -> str:
    """Return the owner's key. Raises InvalidInput UNKNOWN_OWNER."""
    kind, _, number = text.partition(":")
    if text == OWNER:
        return text
    plain = kind == "user" and number.isascii() and number.isdigit() and len(number) < 10
    if plain and get_user_model().objects.filter(pk=int(number)).exists():
        return f"user:{int(number)}"
    raise InvalidInput(
        "UNKNOWN_OWNER",
        f"'{text}' is no owner: write user:ID with the number of an account, as in the address of "
        "its page in the admin.",
        {"owner": text},
    )


class TakingCommand(ServiceCommand):
    """What `intake` and `watch_folder` share: the owner, and one line for each file."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--owner", default=OWNER, help="whose files these are: user:ID (default: the command)"
        )

    def tell(self, taken: Taken) -> None:
        if taken.refused:
            self.stderr.write(f"error[{taken.code}]: {taken.name}: {taken.message}", style_func=str)
            return
        known = " (these bytes were here before)" if taken.known else ""
        self.stdout.write(
            f"{taken.name}: {taken.status}{known}, upload {taken.upload}, "
            f"workflow {taken.workflow or 'none'}"
        )
        self.stdout.flush()


class Command(TakingCommand):
    help = "Store and read files that lie on this machine; each becomes a workflow of its owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("files", nargs="+", metavar="FILE")

    def run(self, **options: Any) -> None:
        owner = owner_in(options["owner"])
        refused = 0
        for name in options["files"]:
            taken = take_file(Path(name), owner=owner)
            refused += taken.refused
            self.tell(taken)
        if refused:
            sys.exit(2)
