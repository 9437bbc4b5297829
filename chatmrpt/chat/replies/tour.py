"""The tour of the sample: what to look at and what to press, at each of the eight steps."""

from collections.abc import Sequence
from typing import Any

from chatmrpt.common.language import mark, say

PARTS = {
    "file": mark(
        "A workbook with the faults of real ones is being read. You may close the page: reading goes "
        "on, and the link or the resume code above brings you back."
    ),
    "confirm": mark(
        "The file is read; what was repaired or left out stands under Quality. Press “Yes”, or type "
        "yes: pressing and typing are the same everywhere."
    ),
    "level": mark(
        "Each choice carries its facts. Press Primary, or say it your way: “phc”. You may ask first, "
        "“how many facilities are there?”; a question changes nothing."
    ),
    "age": mark(
        "Choose Under five. A wrong choice costs nothing: each finished step has “change”, and "
        "“undo” takes the last one back."
    ),
    "tpr": mark(
        "One more question, and every ward has its rate. The answer adds a column or leaves it out; "
        "no rate changes."
    ),
    "risk": mark(
        "Every ward has its rate with its tests and interval; hatched means that nobody knows. Choose "
        "a ward on the map for its card, then press “Run the risk analysis”."
    ),
    "ranking": mark(
        "A job in the background ranks the wards a thousand times over. The page shows how far it is; "
        "it goes on without you."
    ),
    "nets": mark(
        "Rank 1 is the highest risk, and each rank says how sure it is. Type “plan 150,000 nets”, or "
        "use the form under Nets."
    ),
    "end": mark(
        "The plan adds up to the last net and every ward has a reason. Open it under Nets, ask for "
        "the report, print it. Then send your own file from the start page."
    ),
}


def part_of(steps: Sequence[dict[str, Any]], waiting: dict[str, Any] | None) -> dict[str, Any]:
    """Return the part for where the workflow stands: its number, of how many, its words."""
    now = next((i for i, step in enumerate(steps, 1) if step["status"] == "now"), None)
    key = steps[now - 1]["key"] if now else "end"
    if key == "state":
        key = "confirm"
    if key == "risk" and waiting is not None:
        key = "ranking"
    return {"number": now or len(steps), "of": len(steps), "words": say(PARTS[key]), "end": not now}
