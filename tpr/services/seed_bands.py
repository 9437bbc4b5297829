"""Fill an empty table of bands from the domain."""

from typing import Any

from tpr.domain.bands import SEEDS
from tpr.models import Band, BandSet


def seed_bands(**kwargs: Any) -> None:
    """Write the default sets where none is stored; never touch rows that are there.

    Runs after every `migrate` and `flush`, as `seed_thresholds` does.
    """
    known = kwargs.get("apps")
    if known is not None and "bandset" not in known.all_models["tpr"]:
        return  # migrated back to before this table
    if BandSet.objects.exists():
        return
    for seed in SEEDS:
        found = BandSet.objects.create(
            code=seed.code, label=seed.label, below=seed.below, sure=seed.sure, source=seed.source
        )
        Band.objects.bulk_create(
            Band(band_set=found, lower=lower, name=name) for lower, name in seed.bands
        )
