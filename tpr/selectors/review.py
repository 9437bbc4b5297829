"""What the reader asks about an upload, with what was answered for the same header before."""

from typing import Any

from chatmrpt.common.fingerprints import fingerprint
from tpr.models import ConfirmedAnswer, Upload


def header_hash(upload: Upload) -> str:
    """Return the fingerprint of the header row as written."""
    return fingerprint([column.get("header", "") for column in upload.columns])


def review_questions(upload: Upload) -> list[dict[str, Any]]:
    """Return the open questions; `recommended` is the earlier answer where there is one.

    `remembered` is the date of that answer, so that the page can say where it comes from.
    """
    earlier = {
        row.code: row
        for row in ConfirmedAnswer.objects.filter(
            owner=upload.owner, header_hash=header_hash(upload)
        )
    }
    questions = []
    for question in upload.questions:
        known = earlier.get(question["code"])
        offered = [str(choice["value"]) for choice in question["choices"]]
        remembered = known is not None and known.answer in offered
        questions.append({
            **question,
            "recommended": known.answer if known and remembered else question.get("recommended"),
            "remembered": known.decided_at if known and remembered else None,
        })  # fmt: skip
    return questions
