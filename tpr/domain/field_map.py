"""Which columns serve which field, as decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tpr.domain import fields
from tpr.domain.columns import Column


class Note(NamedTuple):
    """A remark on a column: issue code, header, what was found, what was done."""

    code: str
    header: str
    value: str
    action: str


@dataclass
class FieldMap:
    """Which columns serve which field.

    Attributes
    ----------
    columns : all columns, with the fields as decided.
    used : field to 0-based positions; more than one position are copies of one header.
    formed : tested fields without a column, to be formed as positive + negative: tested field to
        (positive field, negative field).
    notes : remarks for the issue list.
    """

    columns: list[Column]
    used: dict[str, tuple[int, ...]] = field(default_factory=dict)
    formed: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.used or name in self.formed

    def is_read(self, name: str) -> bool:
        """Say whether the cells of a field are needed."""
        return name not in fields.SPARE_FIELDS or any(
            name == negative for _, negative in self.formed.values()
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Return (method, group) of every complete tested/positive pair."""
        return [
            (method, group)
            for method in (*fields.METHODS, fields.UNSTATED)
            for group in fields.GROUPS
            if self.has(f"tested_{method}_{group}") and self.has(f"positive_{method}_{group}")
        ]

    def any_of(self, role: str) -> list[str]:
        """Return the used fields of a role (``tested`` or ``positive``)."""
        return [name for name in self.used if name.startswith(f"{role}_")]
