"""The ledger as a story: where it leads, and which decisions can still be taken back. Pure.

One fold serves the replay, `undo`, and the tests. A person's decision is kept with the position
before it; `undo` takes the newest one off and restores that position. What a job read from the
file ends the story so far: an answer about another reading of the file cannot be restored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tpr.domain.stages import Facts, Move, Position, Stage, advance

START = Position(stage=Stage.AWAITING_UPLOAD)
NEW_STORY = frozenset({
    "receive_file", "file_read", "file_unsure", "file_refused", "answer_review", "continue_at",
})  # fmt: skip
"""Commands after which nothing before them can be taken back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, as far as the story depends on it."""

    sequence: int
    command: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something a person did that `undo` can take back.

    `before` is the position to restore; None when the decision changed other rows (a ward match, a
    net edit), which the service registered for its command restores.
    """

    sequence: int
    command: str
    before: Position | None


@dataclass(frozen=True, slots=True)
class Story:
    """Where the lines so far have led, and what can be taken back, oldest first."""

    position: Position = START
    decisions: tuple[Decision, ...] = ()
    faults: tuple[str, ...] = field(default=())


def tell(lines: Iterable[Line], story: Story = Story()) -> Story:
    """Fold the lines, in order."""
    for line in lines:
        story = after(story, line)
    return story


def after(story: Story, line: Line) -> Story:
    """Return the story with one more line."""
    if "refusal" in line.payload:
        return story
    if line.command == "undo":
        return _undone(story, line)
    position = _position_after(story.position, line)
    if line.command in NEW_STORY:
        return Story(position, (), story.faults)
    if line.payload.get("undoable"):
        made = Decision(line.sequence, line.command, None)
        return Story(position, (*story.decisions, made), story.faults)
    if position != story.position:
        made = Decision(line.sequence, line.command, story.position)
        return Story(position, (*story.decisions, made), story.faults)
    return Story(position, story.decisions, story.faults)


def _undone(story: Story, line: Line) -> Story:
    undoes = line.payload.get("undoes")
    if not story.decisions or story.decisions[-1].sequence != undoes:
        fault = f"line {line.sequence} takes back line {undoes}, which is not the last decision"
        return Story(story.position, story.decisions, (*story.faults, fault))
    last = story.decisions[-1]
    return Story(last.before or story.position, story.decisions[:-1], story.faults)


def _position_after(position: Position, line: Line) -> Position:
    facts = line.payload.get("facts") or {}
    outcome = advance(
        position, line.command, line.payload.get("slots") or {},
        Facts(
            states=facts.get("states", ()), levels=facts.get("levels", ()),
            offer_threshold=facts.get("offer_threshold", False), lists=facts.get("lists", ()),
            definition=facts.get("definition"),
        ),
    )  # fmt: skip
    return outcome.position if isinstance(outcome, Move) else position
