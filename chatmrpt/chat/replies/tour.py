"""The tour of the sample: what to look at and what to press, at each of the eight steps."""

from collections.abc import Sequence
from typing import Any

from chatmrpt.common.language import mark, say

PARTS = {
    "file": mark(
        "A workbook with the faults of real ones is being read. Close the page if you like."
    ),
    "confirm": mark("Press “Yes”, or type yes: both are the same everywhere."),
    "level": mark("Press Primary, or type it your way: “phc”. A question first changes nothing."),
    "age": mark("Press Under five. Each finished step can be changed."),
    "tpr": mark("One more question: add a column or not. No rate changes."),
    "risk": mark(
        "Every ward has its rate; hatched means nobody knows. Look around, then run the risk analysis."
    ),
    "ranking": mark("A job ranks the wards; it goes on without you."),
    "nets": mark("Each rank says how sure it is. Type “plan 150,000 nets”, or use the form."),
    "end": mark("Open the plan, ask for the report, print it. Then send your own file."),
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
