"""Joining ward names to a loaded list, for inspection; nothing is stored."""

from collections.abc import Sequence
from typing import Any

from tpr.domain.matching import DataWard, ListWard, match
from tpr.models import BoundaryList, Ward


def match_names(ward_list: BoundaryList, places: Sequence[tuple[str, ...]]) -> list[dict[str, Any]]:
    """Return per (state, lga, ward): ward_code, method, score and suggestions, best first."""
    wards = [
        ListWard(id=pk, code=code, state=state, lga=lga, name=name)
        for pk, code, state, lga, name in Ward.objects.filter(list=ward_list).values_list(
            "id", "code", "state", "lga", "name"
        )
    ]
    outcomes = match([DataWard(*place[:3]) for place in places], wards)
    return [
        {
            "ward_code": outcome.ward.code if outcome.ward else "",
            "method": outcome.method,
            "score": round(outcome.score, 4),
            "suggestions": " | ".join(
                f"{s.ward.code}:{s.ward.name}:{s.score:.2f}" for s in outcome.suggestions
            ),
        }
        for outcome in outcomes
    ]
