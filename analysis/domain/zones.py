"""The zone table as data: which variables are proposed where.

Source: `domain/risk.md` section 3. It proposes a default selection only; the rows seed the
`analysis_zonedefault` table. The zone comes from the identity of the workflow's state.
Plain Python: the web process may import this module.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """A geopolitical zone, its states and the variables proposed there, in order."""

    name: str
    states: tuple[str, ...]
    variables: tuple[str, ...]


_SOUTHERN = ("tpr", "ndwi", "housing_quality", "elevation", "urban_percentage")

ZONES: tuple[Zone, ...] = (
    Zone(
        "North_Central",
        ("Benue", "Kogi", "Kwara", "Nasarawa", "Niger", "Plateau", "Federal Capital Territory"),
        (
            "tpr",
            "nighttime_lights",
            "housing_quality",
            "soil_wetness",
            "distance_to_water",
            "ndmi",
            "urban_percentage",
        ),
    ),
    Zone(
        "North_East",
        ("Adamawa", "Bauchi", "Borno", "Gombe", "Taraba", "Yobe"),
        ("tpr", "distance_to_water", "rainfall", "soil_wetness", "urban_percentage"),
    ),
    Zone(
        "North_West",
        ("Jigawa", "Kaduna", "Kano", "Katsina", "Kebbi", "Sokoto", "Zamfara"),
        ("tpr", "rainfall", "ndwi", "housing_quality", "elevation", "urban_percentage"),
    ),
    Zone("South_East", ("Abia", "Anambra", "Ebonyi", "Enugu", "Imo"), _SOUTHERN),
    Zone(
        "South_South",
        ("Akwa Ibom", "Bayelsa", "Cross River", "Delta", "Edo", "Rivers"),
        _SOUTHERN,
    ),
    Zone("South_West", ("Ekiti", "Lagos", "Ogun", "Ondo", "Osun", "Oyo"), _SOUTHERN),
)


def zone_of(state: str) -> Zone | None:
    """Return the zone of a canonical state name; None for a text that is not one of the 37."""
    for zone in ZONES:
        if state in zone.states:
            return zone
    return None
