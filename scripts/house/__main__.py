"""`scripts/launch.py COMMAND ARGS…`: the four scripts come in here."""

from __future__ import annotations

import importlib
import sys

from house.product import complain
from house.say import Stop

COMMANDS = ("run", "manage", "test", "bench")


def main() -> int:
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
