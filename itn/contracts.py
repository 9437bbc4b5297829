"""What crosses the floor: frozen values, no rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A strategy that a person may choose."""

    id: str
    label: str
    sentence: str
