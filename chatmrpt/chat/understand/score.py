"""Scoring of readings against expected ones, as cases/README.md defines it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .reading import ACTING, Command, Context

Line = Mapping[str, object]
_RESOLVED = {"level": "primary", "age": "u5"}


@dataclass(frozen=True)
class Scored:
    """One line with what was read and its points."""

    stage: str
    text: str
    command: str
    slots: Mapping[str, object]
    points: float

    @property
    def wrong_action(self) -> bool:
        """An acting command that is not acceptable."""
        return self.points < 0


@dataclass(frozen=True)
class Summary:
    """The four numbers of a group of lines."""

    lines: int
    mean: float
    right: float
    clarified: float
    wrong_actions: tuple[str, ...]


def points(line: Line, command: str, slots: Mapping[str, object], context: Context) -> float:
    """Points of one reading between -1 and 1."""
    expected = [(line["command"], line["slots"])]
    expected += [(a["command"], a["slots"]) for a in line.get("alternatives", [])]  # type: ignore[attr-defined]
    if any(equal(c, s, command, slots, context) for c, s in expected):  # type: ignore[arg-type]
        return 1.0
    if Command(command) in ACTING:
        return -1.0
    if any(c == command and _partly(s, slots) for c, s in expected):  # type: ignore[arg-type]
        return 0.5
    return 0.25 if command in ("clarify", "help") else 0.0


def equal(
    want: str, wanted: Mapping[str, object], got: str, slots: Mapping[str, object], context: Context
) -> bool:
    """Whether a reading is the expected one."""
    if want != got:
        return False
    have = dict(slots)
    if got == "clarify":
        candidates = {_plain(c) for c in have.pop("candidates", ())}  # type: ignore[attr-defined]
        have.pop("exclude", None)
        need = dict(wanted)
        missing = {_plain(c) for c in need.pop("candidates", ())} - candidates  # type: ignore[attr-defined]
        barred = {_plain(c) for c in need.pop("exclude", ())} & candidates  # type: ignore[attr-defined]
        return not missing and not barred and _same(need, have)
    return _same(wanted, have) or any(_same(form, have) for form in _resolved(wanted, context))


def _resolved(wanted: Mapping[str, object], context: Context) -> Iterable[dict[str, object]]:
    shown = context.list_on_screen
    if wanted.get("recommended") is True and context.pending:
        rest = {k: v for k, v in wanted.items() if k != "recommended"}
        default = _RESOLVED.get(context.pending)
        if default:
            yield {**rest, context.pending: default}
    number = wanted.get("item")
    if isinstance(number, int) and 1 <= number <= len(shown):
        slot, value = shown[number - 1]
        yield {**{k: v for k, v in wanted.items() if k != "item"}, slot: value}


def _same(left: Mapping[str, object], right: Mapping[str, object]) -> bool:
    return left.keys() == right.keys() and all(_plain(left[k]) == _plain(right[k]) for k in left)


def _partly(wanted: Mapping[str, object], slots: Mapping[str, object]) -> bool:
    return any(
        key in slots and _plain(slots[key]) == _plain(value) for key, value in wanted.items()
    )


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, Sequence):
        return frozenset(_plain(item) for item in value)
    return value


def summarise(scored: Iterable[Scored]) -> Summary:
    """Mean points, share right, share of clarifications, wrong actions."""
    lines = list(scored)
    total = len(lines) or 1
    return Summary(
        lines=len(lines),
        mean=sum(line.points for line in lines) / total,
        right=sum(line.points == 1 for line in lines) / total,
        clarified=sum(line.command == "clarify" for line in lines) / total,
        wrong_actions=tuple(
            f"[{line.stage}] {line.text} -> {line.command} {dict(line.slots)}"
            for line in lines
            if line.wrong_action
        ),
    )
