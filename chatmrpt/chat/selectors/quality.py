"""Points found while reading, grouped by kind."""

from typing import Any

from django.db.models import Max, Sum

from tpr.domain.issues import ISSUE_CODES
from tpr.models import Upload

ORDER = {"error": 0, "warning": 1, "info": 2}


def issue_groups(upload: Upload | None) -> list[dict[str, Any]]:
    """Return one entry per code: sentence, severity and how often.

    A code with more cells than are listed one by one has a summary row without a place whose
    count is the full number; it is then the larger one.
    """
    if upload is None:
        return []
    rows = (
        upload.issues.values("code", "severity")
        .annotate(total=Sum("count"), largest=Max("count"))
        .order_by("code")
    )
    groups = [
        {
            "code": row["code"],
            "severity": row["severity"],
            "sentence": ISSUE_CODES[row["code"]].sentence,
            "count": row["largest"] if row["largest"] > 1 else row["total"],
        }
        for row in rows
    ]
    return sorted(groups, key=lambda g: (ORDER[g["severity"]], -g["count"], g["code"]))
