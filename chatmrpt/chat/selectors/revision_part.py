"""The part of the quality page that compares with an earlier file."""

from typing import Any

from chatmrpt.chat.words import percent
from tpr.domain.quality.revision import KINDS, Difference
from tpr.models import Workflow
from tpr.selectors.quality_report import QualityReport
from tpr.selectors.revision import earlier_files, revision

SHOWN = 100


def offers(workflow: Workflow, state: str, viewer: str) -> list[dict[str, Any]]:
    """Return the earlier files of the state that this person may compare with."""
    return [
        {"uuid": other.uuid, "name": other.upload.original_name, "at": other.upload.created_at}
        for other in earlier_files(workflow, state, viewer)
        if other.upload
    ]


def revision_part(earlier: Workflow, report: QualityReport) -> dict[str, Any]:
    """Return counts, the first differences, and the wards that left their interval."""
    found = revision(earlier.upload, report.data, report.state, report.basis, report.period)
    return {
        "against": earlier.upload.original_name if earlier.upload else "", "uuid": earlier.uuid,
        "counts": [{"words": KINDS[kind], "kind": kind, "count": n}
                   for kind, n in found.counts.items()],
        "unchanged": found.unchanged,
        "differences": [_row(d) for d in found.differences[:SHOWN]],
        "of": len(found.differences),
        "moved": [
            {"ward": m.ward, "lga": m.lga, "earlier": percent(m.earlier),
             "interval": f"{m.low:.1f} to {m.high:.1f}", "later": percent(m.later),
             "tested": m.tested_earlier, "tested_later": m.tested_later}
            for m in found.moved
        ],
    }  # fmt: skip


def _row(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind, "facility": difference.facility.name,
        "ward": difference.facility.ward, "lga": difference.facility.lga,
        "period": f"{difference.start:%Y-%m}" if difference.start else "",
        "cells": [f"{column.replace('_', ' ')}: {_word(before)} → {_word(after)}"
                  for column, before, after in difference.cells],
    }  # fmt: skip


def _word(value: float | None) -> str:
    return "blank" if value is None else f"{value:g}"
