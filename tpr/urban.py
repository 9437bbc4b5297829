"""Where the urban share of wards comes from.

The share is a covariate, kept one floor up; that floor registers its reader here when Django
starts, so that this floor can ask without importing upwards. Without a reader, or without a loaded
covariate, the answer is empty and the threshold question is not asked (positivity.md §7).
"""

from collections.abc import Callable, Mapping

UrbanReader = Callable[[int, str], Mapping[int, float]]

URBAN_ABOVE_PERCENT = 30.0
TPR_ABOVE_PERCENT = 50.0

_readers: list[UrbanReader] = []


def register(reader: UrbanReader) -> None:
    """Register the reader `(list_id, state) -> {ward_id: urban percent}`; the first one is used."""
    if reader not in _readers:
        _readers.append(reader)


def urban_shares(list_id: int, state: str) -> Mapping[int, float]:
    return _readers[0](list_id, state) if _readers else {}
