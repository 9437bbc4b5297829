"""Bands of positivity, and how sure it is that a ward lies in one."""

from dataclasses import dataclass

from chatmrpt.common.statistics.exceedance import Classed, check_limits, classify
from tpr.models import BandSet, WardTpr


@dataclass(frozen=True, slots=True)
class Bands:
    """A set of bands. `limits` in percent, ascending; `names` has one more; `sure` in percent."""

    code: str
    label: str
    limits: tuple[float, ...]
    names: tuple[str, ...]
    sure: float
    source: str

    def of(self, alpha: float, beta: float) -> Classed:
        """Return the chances of the classes for a positivity distributed Beta(alpha, beta)."""
        return classify(alpha, beta, [limit / 100 for limit in self.limits], self.sure / 100)

    def words(self, found: Classed) -> str:
        """`high`; `between moderate and high`; `not classified`."""
        if found.assigned:
            return self.names[found.first]
        if not found.classified:
            return "not classified"
        return f"between {self.names[found.first]} and {self.names[found.last]}"


def band_sets() -> list[Bands]:
    """Return every stored set that has a limit, the default first, then by label."""
    found = []
    for row in BandSet.objects.prefetch_related("bands"):
        bands = sorted(row.bands.all(), key=lambda band: band.lower)
        if not bands:
            continue
        limits = tuple(band.lower for band in bands)
        check_limits([limit / 100 for limit in limits])
        names = (row.below, *(band.name for band in bands))
        found.append(Bands(row.code, row.label, limits, names, row.sure, row.source))
    return sorted(found, key=lambda bands: (bands.code != "default", bands.label))


def bands_named(code: str) -> Bands | None:
    """Return the set asked for, else the first; None when an administrator deleted them all."""
    found = band_sets()
    return next((bands for bands in found if bands.code == code), found[0] if found else None)


def classed(row: WardTpr, bands: Bands) -> Classed | None:
    """Return the class of a ward's shrunk positivity; None where it has none."""
    if row.alpha is None or row.beta is None:
        return None
    return bands.of(row.alpha, row.beta)
