"""Which remembered ward names of a visitor an account can take over. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remembered:
    """A live decision about a name of a list: `kind` same, different or not_on_list."""

    id: int
    listed: int
    state: str
    lga: str
    name: str
    kind: str
    ward: int | None

    def slots(self) -> list[tuple[object, ...]]:
        """The places of which an owner has one each (unique constraints of `WardAlias`)."""
        name = (self.listed, self.state, self.lga, self.name)
        if self.kind == "different":
            return [("refused", *name, self.ward)]
        places: list[tuple[object, ...]] = [("decided", *name)]
        if self.kind == "same":
            places.append(("held", self.listed, self.ward))
        return places


def in_the_way(visitors: Iterable[Remembered], accounts: Iterable[Remembered]) -> list[Remembered]:
    """Return the visitor's decisions whose place the account has filled; the account's word stays."""
    taken = {slot for row in accounts for slot in row.slots()}
    return [row for row in visitors if taken & set(row.slots())]
