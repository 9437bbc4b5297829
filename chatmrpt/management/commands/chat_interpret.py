"""Read a JSONL of utterances and print one reading per line (contracts.md §2).

It reads with the words of this installation when a database with them is there, else with the
words that ship; `--shipped` asks for the latter.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError

from chatmrpt.chat.services.vocabulary import vocabulary_now
from chatmrpt.chat.understand import Reading, Vocabulary, understand
from chatmrpt.chat.understand.defaults import default_context
from chatmrpt.common.commands import BadArguments, ServiceCommand

ANY_STAGE = "facility_selection"
"""Lines of stage ``any`` are read at a menu unless they say otherwise."""


class Command(ServiceCommand):
    """One line in, one line out, in order; the stream can be arbitrarily long."""

    help = "Reads {stage, text, context?} lines and prints {command, slots, clarify, margin}."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="JSONL file, or - for standard input")
        parser.add_argument("--shipped", action="store_true",
                            help="only the words that ship, without those edited in the admin")  # fmt: skip

    def run(self, **options: Any) -> None:
        path = options["file"]
        try:
            text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadArguments(
                "FILE_UNREADABLE", f"{path} cannot be read as UTF-8 text: {error}"
            ) from error
        words = Vocabulary.default() if options["shipped"] else _words_here()
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                self.stdout.write(json.dumps(shape(_read(line, number, words)), ensure_ascii=False))


def _words_here() -> Vocabulary:
    """The words edited in the admin; without a database, or before its tables, those that ship."""
    try:
        return vocabulary_now()
    except (OperationalError, ProgrammingError, ImproperlyConfigured):
        return Vocabulary.default()


def _read(line: str, number: int, words: Vocabulary) -> Reading:
    try:
        given = json.loads(line)
        stage, text = given["stage"], given["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadArguments(
            "BAD_LINE", f'line {number} is not an object with "stage" and "text": {line[:80]}'
        ) from error
    if stage == "any":
        stage = ANY_STAGE
    return understand(text, default_context(stage, given.get("context")), words)


def shape(reading: Reading) -> dict[str, object]:
    """The line printed for one reading."""
    return {
        "command": reading.command.value,
        "slots": dict(reading.slots),
        "clarify": reading.clarify,
        "margin": reading.margin,
    }
