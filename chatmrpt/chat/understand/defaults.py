"""The context of a line that carries none: cases/README.md, "Context of the lines"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from chatmrpt.common.states import STATES

from .reading import AGES, LEVELS, Context
from .vocabulary.lgas import known_lgas

ALL_STATES = tuple(sorted(state.name for state in STATES))


def default_context(stage: str, given: Mapping[str, object] | None = None) -> Context:
    """A national monthly file is loaded; earlier stages were answered Kwara, primary, u5."""
    return _plain(stage) if not given else _given(stage, given)


@cache
def _plain(stage: str) -> Context:
    return _given(stage, {})


def _given(stage: str, given: Mapping[str, object]) -> Context:
    shown = given.get("shown") or ()
    states = _texts(given.get("states")) or ALL_STATES
    return Context(
        stage=stage,
        states=states,
        levels=_texts(given.get("levels")) or LEVELS,
        ages=_texts(given.get("ages")) or AGES,
        shown=_shown(shown, stage),
        lgas=_places(given.get("lgas")) or known_lgas(),
        wards=_places(given.get("wards")),
        facilities=_texts(given.get("facilities")),
        selections=_selections(stage, given.get("selections")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


def _places(value: object) -> dict[str, tuple[str, ...]]:
    if isinstance(value, Mapping):
        return {str(name): _texts(owners) or (str(owners),) for name, owners in value.items()}
    return dict.fromkeys(_texts(value), ())


def _shown(value: object, stage: str) -> tuple[tuple[str, str], ...]:
    """``["Kano", …]``, ``[["state", "Kano"], …]`` or ``[{"slot":…, "value":…}, …]``."""
    slot = Context(stage).pending or "item"
    items: list[tuple[str, str]] = []
    for entry in value if isinstance(value, (list, tuple)) else ():
        if isinstance(entry, Mapping):
            items.append(
                (str(entry.get("slot") or entry.get("command") or slot), str(entry.get("value")))
            )
        elif isinstance(entry, (list, tuple)) and len(entry) == 2:
            items.append((str(entry[0]), str(entry[1])))
        else:
            items.append((slot, str(entry)))
    return tuple(items)


def _selections(stage: str, value: object) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {str(slot): str(choice) for slot, choice in value.items()}
    order = ("facility_selection", "age_group_selection", "complete", "risk", "nets")
    chosen: dict[str, str] = {}
    if stage in order:
        chosen["state"] = "Kwara"
    if stage in order[1:]:
        chosen["level"] = "primary"
    if stage in order[2:]:
        chosen["age"] = "u5"
    return chosen
