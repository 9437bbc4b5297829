"""The variable registry as data: what each covariate is and which way it points.

Source: `domain/risk.md` section 2. The rows seed the `analysis_variable` table; a run stores the
version it used. Plain Python: the web process may import this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

REGISTRY_VERSION = "2026-11"

Direction = Literal["direct", "inverse", "undecided"]
DIRECTIONS: tuple[Direction, ...] = ("direct", "inverse", "undecided")

MALARIA_CODE = "tpr"


@dataclass(frozen=True, slots=True)
class VariableSpec:
    """One row of the registry.

    Parameters
    ----------
    code : str
        Lower-case name that a score row carries.
    direction : {"direct", "inverse", "undecided"}
        ``direct``: a higher value means higher risk. ``undecided`` cannot enter a score.
    plausible_min, plausible_max : float or None
        Values outside are rejected with a reason, never clipped. None: no limit is known.
    group : str
        Used for weights that are equal over groups; empty when the variable has no group.
    """

    code: str
    label: str
    unit: str
    direction: Direction
    plausible_min: float | None
    plausible_max: float | None
    group: str
    aliases: tuple[str, ...] = ()
    role: str = "covariate"
    source: str = ""
    year: str = ""
    transform: str = ""
    note: str = ""


def _v(
    code: str,
    label: str,
    unit: str,
    direction: Direction,
    limits: tuple[float | None, float | None],
    group: str,
    aliases: str = "",
    **more: str,
) -> VariableSpec:
    names = tuple(aliases.split())
    return VariableSpec(code, label, unit, direction, limits[0], limits[1], group, names, **more)


REGISTRY: tuple[VariableSpec, ...] = (
    _v(
        "tpr", "Test positivity", "share", "direct", (0, 1), "malaria",
        "u5_tpr_rdt u5_tpr tpr_u5 tpr_u5_new",
        role="malaria_indicator", source="this system",
        note="Mandatory in the sound profile and shrunk. Values above 1 are read as per cent only "
        "after confirmation.",
    ),
    _v(
        "burden", "Burden", "positives per 1,000 people per year", "direct", (0, 3000), "malaria",
        source="this system",
        note="Shares its positives with the test positivity. Above 1,000 is flagged, not capped.",
    ),
    _v(
        "pfpr", "Parasite prevalence", "share", "direct", (0, 1), "malaria",
        "pfpr_2020 pfpr_2021 pfpr_2022", source="MAP", year="2020-2022",
    ),
    _v(
        "rainfall", "Rainfall", "mm per month", "direct", (0, 1500), "moisture",
        "mean_rainfall precipitation", source="ERA5", year="2018",
    ),
    _v(
        "temperature", "Temperature", "deg C", "direct", (10, 45), "climate",
        "temp temp_mean mean_temperature", year="2018",
        note="Direct within the Nigerian range; beyond about 32 the relation turns.",
    ),
    _v("relative_humidity", "Relative humidity", "%", "direct", (0, 100), "climate", "RH"),
    _v(
        "soil_wetness", "Soil wetness", "fraction", "direct", (0, 1), "moisture",
        "soil_moisture gwettop", source="MERRA-2", year="2018",
    ),
    _v("ndvi", "NDVI", "index", "direct", (-0.2, 1), "vegetation", "NDVI"),
    _v("evi", "EVI", "index", "direct", (-0.2, 1), "vegetation", "mean_EVI meanEVI", year="2018"),
    _v("ndwi", "NDWI", "index", "direct", (-1, 1), "moisture", "NDWI"),
    _v("ndmi", "NDMI", "index", "direct", (-1, 1), "moisture", "NDMI"),
    _v(
        "flood", "Flood extent", "share of area", "direct", (0, 1), "moisture", "flood_extent",
        year="2018, 2021", note="An all-zero layer is refused: it does not vary.",
    ),
    _v(
        "distance_to_water", "Distance to water", "metres", "inverse", (0, 100_000), "moisture",
        "distance distance_to_waterbodies", note="Zero is legitimate.",
    ),
    _v(
        "elevation", "Elevation", "metres", "inverse", (-50, 2500), "terrain",
        "altitude DEM elevation_m", note="Coastal wards can be negative.",
    ),
    _v("slope", "Slope", "degrees", "inverse", (0, 60), "terrain"),
    _v(
        "housing_quality", "Housing quality", "share improved", "inverse", (0, 1), "housing",
        "val_housing_15 housing", source="MAP", year="2015",
        note="The public reprioritization scripts treat it as direct.",
    ),
    _v(
        "settlement_type", "Settlement type", "share informal", "direct", (0, 1), "housing",
        "slum_share",
    ),
    _v(
        "urban_percentage", "Urban percentage", "%", "inverse", (0, 100), "urbanity",
        "urbanPercentage urban_percent",
        note="Also used by tiers of net plans: urbanity then counts twice.",
    ),
    _v(
        "nighttime_lights", "Night-time lights", "nW/cm2/sr", "inverse", (0, 500), "urbanity",
        "avgRAD NTL", note="Urban proxy; the original pointed it the other way.",
    ),
    _v(
        "population_density", "Population density", "people per km2", "inverse", (0, 200_000),
        "urbanity", source="doi 10.3390/ijerph21010078",
        note="Urban density is protective in the cited studies.",
    ),
    _v(
        "travel_time_phc", "Travel time to primary care", "minutes", "direct", (0, 1440), "access",
        "access distance_to_clinic", source="public MCDA study", year="2024",
        note="Farther is worse.",
    ),
    _v(
        "itn_coverage", "Net coverage", "share", "inverse", (0, 1), "access", "net_use itn_access",
        source="MIS", year="2021",
    ),
    _v("education", "Education", "share", "inverse", (0, 1), "housing", "education_access"),
    _v(
        "wealth", "Wealth", "index", "inverse", (None, None), "housing", "income",
        note="The range is given by the source.",
    ),
    _v("poor_housing", "Poor housing", "share", "direct", (0, 1), "housing"),
    _v("informal_housing_pct", "Informal housing", "%", "direct", (0, 100), "housing"),
    _v("facility_positivity", "Positivity at facilities", "share", "direct", (0, 1), "malaria"),
    _v(
        "access_to_stagnant_water", "Access to stagnant water", "share", "direct", (0, 1),
        "moisture",
    ),
    _v("building_height", "Building height", "metres", "undecided", (0, 150), ""),
    _v(
        "air_quality_index", "Air quality index", "index", "undecided", (None, None), "",
        note="Not a malaria variable; a name a word rule misreads.",
    ),
    _v(
        "slum_distance", "Distance to informal settlements", "metres", "undecided", (None, None),
        "", note="Not decided by a name; the owner of the variable decides.",
    ),
)  # fmt: skip


def bind(name: str, registry: Iterable[VariableSpec] = REGISTRY) -> VariableSpec | None:
    """Return the registry row whose code or alias is `name`, else None.

    Only the writing of capitals and outer blanks is ignored. A similar name never binds: the
    original accepted a similarity of 0.75 and bound wrong columns.

    Example
    -------
    >>> bind("meanEVI").code, bind("evi_mean")
    ('evi', None)
    """
    wanted = name.strip().casefold()
    for spec in registry:
        if wanted == spec.code.casefold():
            return spec
    for spec in registry:
        if any(wanted == alias.casefold() for alias in spec.aliases):
            return spec
    return None


def suggestions(
    name: str, registry: Iterable[VariableSpec] = REGISTRY, *, limit: int = 3
) -> tuple[str, ...]:
    """Return codes whose words overlap with those of `name`: for a message, never applied."""
    words = _words(name)
    scored = []
    for spec in registry:
        best = max(len(words & _words(other)) for other in (spec.code, *spec.aliases))
        if best:
            scored.append((-best, spec.code))
    return tuple(code for _, code in sorted(scored)[:limit])


def _words(name: str) -> set[str]:
    return {w for w in name.strip().casefold().replace("-", "_").split("_") if len(w) > 2}
