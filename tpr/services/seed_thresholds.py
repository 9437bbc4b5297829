"""Fill an empty table of quality limits from the domain."""

from typing import Any

from tpr.domain.quality.thresholds import DEFAULTS
from tpr.models import QualityThreshold


def seed_thresholds(**kwargs: Any) -> None:
    """Write the default limits where none are stored; never touch rows that are there.

    Migration 0011 seeds a new database. This runs after every `migrate` and `flush`, so that a
    database that was emptied (tests do it) has its limits again.
    """
    known = kwargs.get("apps")
    if known is not None and "qualitythreshold" not in known.all_models["tpr"]:
        return  # migrated back to before this table
    if not QualityThreshold.objects.exists():
        QualityThreshold.objects.bulk_create(
            QualityThreshold(code=t.code, label=t.label, value=t.value, unit=t.unit,
                             source=t.source, in_use=t.in_use)
            for t in DEFAULTS
        )  # fmt: skip
