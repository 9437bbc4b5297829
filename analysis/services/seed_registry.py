"""Fill an empty registry and zone table from the domain."""

from __future__ import annotations

from typing import Any

from analysis.domain.variables import REGISTRY
from analysis.domain.zones import ZONES


def seed_registry(**kwargs: Any) -> None:
    """Write the rows of the domain where a table is empty; never touch rows that are there.

    Migration 0002 seeds a new database. This runs after every `migrate` and `flush`, so that a
    database that was emptied (tests do it) has its registry again.
    """
    from analysis.models import Variable, ZoneDefault

    if not Variable.objects.exists():
        Variable.objects.bulk_create(
            Variable(
                code=s.code, label=s.label, aliases=list(s.aliases), unit=s.unit,
                direction=s.direction, plausible_min=s.plausible_min,
                plausible_max=s.plausible_max, role=s.role, group=s.group, source=s.source,
                year=s.year, transform=s.transform, note=s.note,
            )
            for s in REGISTRY
        )  # fmt: skip
    if not ZoneDefault.objects.exists():
        ZoneDefault.objects.bulk_create(
            ZoneDefault(state=state, zone=zone.name, variables=list(zone.variables))
            for zone in ZONES
            for state in zone.states
        )
