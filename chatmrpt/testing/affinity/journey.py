"""The whole job of one person as a list of steps, and a file with numbers of their own."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

WARDS = 24
PART = 4096


@dataclass(frozen=True)
class Step:
    """One decision or question.

    Attributes
    ----------
    door : `messages`, `choices`, `analysis` or `plans`.
    fields : what is posted, beside version and key.
    waits_for : `run` when the step asks for a job whose end is waited for.
    """

    door: str
    fields: dict[str, object]
    waits_for: str = ""


def say(text: str, *, waits_for: str = "") -> Step:
    return Step("messages", {"text": text}, waits_for)


def choose(command: str, value: str) -> Step:
    return Step("choices", {"command": command, "value": value})


JOURNEY: tuple[Step, ...] = (
    say("yes"),
    say("how many facilities are there?"),
    say("Use Primary Health Facilities only"),
    say("what does pregnant women mean?"),
    say("Under 5"),
    say("top 5 wards"),
    say("run the risk analysis", waits_for="run"),
    say("plan 20,000 nets"),
    choose("back", "age"),
    choose("select", "o5"),
    say("what is TPR?"),
    Step("analysis", {"profile": "sound"}, "run"),
    Step("plans", {"nets": 9000, "strategy": "proportional"}),
    choose("back", "level"),
    say("use all facilities"),
    say("all ages please"),
    say("status"),
    say("run the risk analysis", waits_for="run"),
    say("plan 50,000 nets"),
    say("help"),
)


def workbook(number: int, wards: Sequence[tuple[str, str, str]]) -> bytes:
    """The file of person `number`: (state, LGA, ward) of a list, counts that nobody else has."""
    from chatmrpt.testing.uploads import csv_bytes, row  # needs Django; the journey does not

    chance = random.Random(1000 + number)
    rows = []
    for state, lga, ward in wards[:WARDS]:
        for kind, level in (("PHC", "Primary"), ("Hospital", "Secondary")):
            for month in (1, 2):
                tested = chance.randrange(60, 400)
                older = chance.randrange(60, 400)
                pregnant = chance.randrange(20, 90)
                rows.append(row(
                    state, lga, ward, f"{ward} {kind}", level=f"{level} Health Facility",
                    month=month, u5=(tested, chance.randrange(5, tested)),
                    o5=(older, chance.randrange(5, older)),
                    pw=(pregnant, chance.randrange(1, pregnant)),
                ))  # fmt: skip
    return csv_bytes(rows)
