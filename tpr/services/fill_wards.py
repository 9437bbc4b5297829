"""Ward TPR with gaps filled from neighbours: an own file, on request. Imports shapely: commands only."""

from typing import Any

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.exports import csv_text
from tpr.boundaries.neighbours import queen_neighbours
from tpr.domain.filling import neighbour_means
from tpr.models import TprResult
from tpr.selectors.places import ward_geometries
from tpr.selectors.results import ward_rows

COLUMNS = (
    "state", "lga", "ward", "ward_code", "definition", "tested", "tpr", "tpr_filled", "filled_from",
)  # fmt: skip


def ward_tpr_filled_csv(result: TprResult) -> str:
    """Return `ward_tpr_filled.csv`: rates above 100 cut, gaps as the mean of queen neighbours.

    `tpr` stays as it is; `filled_from` names the neighbours used. Raises InvalidInput
    NO_BOUNDARIES without a ward list that has shapes.
    """
    shapes = ward_geometries(result.ward_list, result.state) if result.ward_list else {}
    if not shapes:
        raise InvalidInput(
            "NO_BOUNDARIES",
            f"Filling from neighbours needs a ward list with shapes for {result.state}; load one "
            "with load_wards, or leave the option out.",
        )
    rows = [row for row in ward_rows(result) if row.ward_id is not None]
    near = queen_neighbours([shapes.get(row.ward_id or 0) for row in rows])
    filled = neighbour_means([row.tpr for row in rows], near, cap=100.0)
    lines: list[dict[str, Any]] = []
    for i, row in enumerate(rows):
        used = [rows[j] for j in near[i] if rows[j].tpr is not None] if row.tpr is None else []
        lines.append({
            "state": row.state, "lga": row.lga, "ward": row.ward_name,
            "ward_code": row.ward.code if row.ward else "", "definition": result.definition,
            "tested": row.tested, "tpr": row.tpr, "tpr_filled": filled[i],
            "filled_from": [f"{n.ward_name} ({n.lga})" for n in used],
        })  # fmt: skip
    return csv_text(COLUMNS, lines)
