"""A run as GeoJSON: one feature per ranked ward; null geometry for a ward off the map."""

from typing import Any

from analysis import api as analysis_api
from analysis.models import AnalysisRun
from tpr.geojson import geometry_of
from tpr.models import Ward


def scores_geojson(run: AnalysisRun) -> dict[str, Any]:
    """Return a FeatureCollection of the wards that are on the list, by rank."""
    properties = analysis_api.geojson_properties(run)
    wards = Ward.objects.filter(pk__in=list(properties), geometry__isnull=False)
    shapes = {pk: bytes(wkb) for pk, wkb in wards.values_list("pk", "geometry")}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": facts,
                "geometry": geometry_of(shapes[pk]) if pk in shapes else None,
            }
            for pk, facts in properties.items()
        ],
    }
