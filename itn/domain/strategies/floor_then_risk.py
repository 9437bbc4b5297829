"""A guaranteed part of the target for everybody, the rest in risk order (nets.md §4.4)."""

from collections.abc import Sequence
from fractions import Fraction

from itn.domain.exact import Exact, ceil, exact


def floors(targets: Sequence[int], floor_percent: Exact) -> list[int]:
    """Return ceil(share x target) for each ward; the filling itself is `risk_order.fill`."""
    share: Fraction = exact(floor_percent) / 100
    return [ceil(share * target) for target in targets]
