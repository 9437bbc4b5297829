from django.db.models import Max, Sum

from tpr.domain.issues import ISSUE_CODES
from tpr.models import Upload


def warnings_of(upload: Upload) -> list[tuple[str, int, str]]:
    """Return (code, count, sentence) of every warning and error kind found while reading."""
    rows = (
        upload.issues.filter(severity__in=["warning", "error"])
        .values("code")
        .annotate(total=Sum("count"), largest=Max("count"))
        .order_by("code")
    )
    return [
        (
            row["code"],
            row["largest"] if row["largest"] > 1 else row["total"],
            ISSUE_CODES[row["code"]].sentence,
        )
        for row in rows
    ]
