"""Words for the person at the terminal: on stderr only, because stdout belongs to the command that
runs.
"""

from __future__ import annotations

import os
import sys


class Stop(Exception):
    """A problem that the person can solve; the message says what was found and what to do next."""


def step(message: str) -> None:
    """Announces a step that takes long enough to be noticed."""
    if os.environ.get("HOUSE_QUIET") != "1":
        print(f"· {message}", file=sys.stderr, flush=True)


def warn(message: str) -> None:
    """Says something that the person should know although the work goes on."""
    print(f"! {message}", file=sys.stderr, flush=True)
