"""Base of the management commands: exit 0 fine, 2 bad input said in words, 1 a bug."""

import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from chatmrpt.common.errors import DomainError


class BadArguments(DomainError):
    pass


class ServiceCommand(BaseCommand):
    """A door: parse the arguments, call one service, present. Subclasses write `run`."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser: ArgumentParser = super().create_parser(prog_name, subcommand, **kwargs)
        from_django = parser.error

        def refuse(message: str) -> NoReturn:
            if self._called_from_command_line:
                parser.print_usage(sys.stderr)
                parser.exit(2, f"error[INVALID_ARGUMENTS]: {message}\n")
            from_django(message)

        parser.error = refuse  # type: ignore[method-assign]
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(**options)
        except DomainError as error:
            self.stderr.write(f"error[{error.code}]: {error.message}", style_func=str)
            sys.exit(2)

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def warn(self, code: str, message: str) -> None:
        self.stderr.write(f"warning[{code}]: {message}", style_func=str)
