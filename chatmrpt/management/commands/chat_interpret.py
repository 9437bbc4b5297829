"""Read a JSONL of utterances and print one reading per line (contracts.md §2). No database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.chat.understand import Reading, understand
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

    def run(self, **options: Any) -> None:
        path = options["file"]
        try:
            text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadArguments(
                "FILE_UNREADABLE", f"{path} cannot be read as UTF-8 text: {error}"
            ) from error
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                self.stdout.write(json.dumps(shape(_read(line, number)), ensure_ascii=False))


def _read(line: str, number: int) -> Reading:
    try:
        given = json.loads(line)
        stage, text = given["stage"], given["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadArguments(
            "BAD_LINE", f'line {number} is not an object with "stage" and "text": {line[:80]}'
        ) from error
    if stage == "any":
        stage = ANY_STAGE
    return understand(text, default_context(stage, given.get("context")))


def shape(reading: Reading) -> dict[str, object]:
    """The line printed for one reading."""
    return {
        "command": reading.command.value,
        "slots": dict(reading.slots),
        "clarify": reading.clarify,
        "margin": reading.margin,
    }
