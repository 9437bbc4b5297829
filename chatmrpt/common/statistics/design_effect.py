"""How many independent tests a ward's tests are worth, from its facilities.

Tests of one facility resemble each other. The cluster is the facility, its periods added first;
facilities without tests do not count. Two purposes, two names:

- `own_deff`, `shown_deffs`: for the interval beside a raw TPR (positivity.md §5.2). The ward's
  own estimate, or the median of its state where it has none ("borrowed").
- `stable_deffs`: for shrinkage and ranking (uncertainty.md §2). The own estimate blended with the
  pooled value of the state, because two or three facilities are too few to drive a ranking.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import median

Facilities = Sequence[tuple[float, float]]
"""(positive, tested) of each facility of a ward."""

PRIOR_CLUSTERS = 5
MIN_WARDS = 5
DEFAULT_DEFF = 10.0

BORROW_FROM_FACILITIES = 3
BORROW_FROM_WARDS = 10
OWN, BORROWED, NONE = "own", "borrowed", "none"


@dataclass(frozen=True, slots=True)
class Clusters:
    """The facilities of a ward with tests, added up.

    Parameters
    ----------
    count : facilities with tests
    positive, tested : sums
    spread : m/(m-1) Σ (x_f - p n_f)², the numerator of the variance of the ratio; None for m < 2
    """

    count: int
    positive: float
    tested: float
    spread: float | None

    @property
    def between(self) -> bool:
        """Whether the rate lies strictly between 0 and 1 and has two facilities behind it."""
        return self.spread is not None and 0 < self.positive < self.tested

    @property
    def binomial(self) -> float:
        """n p (1-p), what `spread` would be on average if tests were independent."""
        return self.positive * (1.0 - self.positive / self.tested) if self.tested else 0.0

    @property
    def deff(self) -> float | None:
        """The own estimate, not yet held at 1; None where it is undefined."""
        if not self.between or self.spread is None:
            return None
        return self.spread / self.binomial


def clusters(facilities: Iterable[tuple[float, float]]) -> Clusters:
    """Add up the facilities of a ward: (positive, tested) each."""
    kept = [(x, n) for x, n in facilities if n > 0]
    m = len(kept)
    positive, tested = fsum(x for x, _ in kept), fsum(n for _, n in kept)
    spread = None
    if m >= 2:
        p = positive / tested
        spread = m / (m - 1) * fsum((x - p * n) ** 2 for x, n in kept)
    return Clusters(m, positive, tested, spread)


def shown_deffs(wards: Sequence[Clusters]) -> list[tuple[float, str]]:
    """Return (design effect >= 1, source) of each ward of one state (positivity.md §5.2).

    Source `own`; `borrowed`: the median of the state's wards with three facilities or more, of
    which there must be ten; `none`: neither, the design effect is 1.
    """
    known = [
        max(1.0, w.deff) for w in wards if w.deff is not None and w.count >= BORROW_FROM_FACILITIES
    ]
    middle = median(known) if len(known) >= BORROW_FROM_WARDS else None
    found = []
    for ward in wards:
        own = ward.deff
        if own is not None:
            found.append((max(1.0, own), OWN))
        elif middle is not None:
            found.append((middle, BORROWED))
        else:
            found.append((1.0, NONE))
    return found


@dataclass(frozen=True, slots=True)
class StableDeffs:
    """Design effects of the wards of one state for shrinkage.

    Parameters
    ----------
    used : for each ward, >= 1
    own : for each ward, the own estimate or None
    pooled : the state's value
    defaulted : the state had too few wards with two facilities and the setting was used
    """

    used: list[float]
    own: list[float | None]
    pooled: float
    defaulted: bool


def stable_deffs(
    wards: Sequence[Clusters],
    *,
    min_wards: int = MIN_WARDS,
    default: float = DEFAULT_DEFF,
    prior_clusters: int = PRIOR_CLUSTERS,
) -> StableDeffs:
    """Blend each ward's own design effect with the state's pooled one (uncertainty.md §2)."""
    contributing = [w for w in wards if w.between]
    bottom = fsum(w.binomial for w in contributing)
    defaulted = len(contributing) < min_wards or bottom <= 0
    pooled = default
    if not defaulted:
        pooled = max(1.0, fsum(w.spread or 0.0 for w in contributing) / bottom)
    used = []
    for ward in wards:
        own = ward.deff
        weight = 0.0 if own is None else (ward.count - 1) / (ward.count - 1 + prior_clusters)
        used.append(weight * max(1.0, own or 1.0) + (1.0 - weight) * pooled)
    return StableDeffs(used, [w.deff for w in wards], pooled, defaulted)
