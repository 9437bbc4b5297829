"""`scripts/launch.py COMMAND ARGS…`: the scripts come in here."""

from __future__ import annotations

import importlib
import signal
import sys
from types import FrameType

from house.product import complain
from house.say import Stop

COMMANDS = ("run", "cluster", "manage", "test", "bench", "guard")


def _leave(number: int, _frame: FrameType | None) -> None:
    """A polite request to end unwinds the stack, so that every `finally` is kept."""
    raise SystemExit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    name, words = sys.argv[1], sys.argv[2:]
    if name not in COMMANDS:
        raise SystemExit(f"unknown command {name!r}; one of {', '.join(COMMANDS)}")
    try:
        return int(importlib.import_module(f"house.{name}").main(words))
    except Stop as problem:
        return complain(problem)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
