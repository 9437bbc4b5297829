"""Every row that a person's job left, without what must differ between two runs of it."""

import hashlib
import json
import re
from typing import Any

from django.apps import apps
from django.db import models

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:\d\d)?")
VOLATILE = {
    "owner", "actor", "requested_by", "made_by", "created_by", "request_id", "served_by", "worker",
    "attempts", "claim_token", "lease_until", "error_reference", "timings", "fingerprint",
    "resume_hash", "code_hash", "sequence_key", "hinted_at",
}  # fmt: skip
"""Who, where, when and how often: not what."""
REFERENCES = {"ward": "code", "ward_list": "name", "population_source": "name", "covariate": "name"}

TABLES: tuple[tuple[str, str], ...] = (
    ("tpr.Upload", "pk"), ("tpr.UploadPart", "upload"), ("tpr.UploadReading", "upload"),
    ("tpr.UploadIssue", "upload"), ("tpr.Facility", "upload"),
    ("tpr.FacilityReport", "facility__upload"), ("tpr.Workflow", "=pk"),
    ("tpr.WorkflowEvent", "=workflow"), ("tpr.TprResult", "=workflow"),
    ("tpr.WardTpr", "=result__workflow"), ("chat.Message", "=workflow"),
    ("analysis.AnalysisRun", "=workflow"), ("analysis.WardScore", "=run__workflow"),
    ("analysis.VariableUse", "=run__workflow"), ("itn.ItnPlan", "=workflow"),
    ("itn.WardAllocation", "=plan__workflow"),
)  # fmt: skip
"""model, path to the upload, or with `=` to the workflow."""


def plain(value: Any) -> Any:
    """A value without identifiers and moments, at any depth."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in sorted(value.items()) if key not in VOLATILE}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(bytes(value)).hexdigest()
    if isinstance(value, str):
        return MOMENT.sub("<moment>", UUID.sub("<id>", value))
    return value if isinstance(value, int | float | bool | None) else str(value)


def of_row(row: models.Model) -> dict[str, Any]:
    """The row's facts by field; references to lists of the country by their names."""
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        name = field.name
        moment = isinstance(field, models.DateTimeField)
        if field.primary_key or name in VOLATILE or isinstance(field, models.UUIDField):
            continue
        value = getattr(row, field.attname)
        if isinstance(field, models.ForeignKey):
            if name in REFERENCES and value is not None:
                found[name] = getattr(getattr(row, name), REFERENCES[name])
            else:
                found[name] = value is not None
        elif moment:
            found[name] = value is not None
        else:
            found[name] = plain(value)
    return found


def left_by(workflow: str, upload: str) -> dict[str, list[str]]:
    """Table → its rows as sorted text."""
    found = {}
    for label, path in TABLES:
        model = apps.get_model(label)
        key = {path.removeprefix("="): workflow if path.startswith("=") else upload}
        known = {field.name for field in model._meta.concrete_fields if field.is_relation}
        rows = model._default_manager.filter(**key).select_related(
            *[name for name in REFERENCES if name in known]
        )
        found[label] = sorted(
            json.dumps(of_row(row), sort_keys=True, default=str) for row in rows.iterator()
        )
    return found


def differences(calm: dict[str, list[str]], storm: dict[str, list[str]]) -> list[str]:
    """What is only in one of the two, table by table; empty when every row is the same."""
    said = []
    for label in calm:
        before, after = list(calm[label]), list(storm[label])
        for row in calm[label]:
            if row in after:
                after.remove(row)
                before.remove(row)
        for row, other in zip(before, after, strict=False):
            said.append(f"{label} differs: {_unlike(json.loads(row), json.loads(other))}")
        said += [f"{label} lost: {row[:300]}" for row in before[len(after) :]]
        said += [f"{label} more: {row[:300]}" for row in after[len(before) :]]
    return said


def _unlike(old: dict[str, Any], new: dict[str, Any]) -> str:
    fields = [name for name in old if old[name] != new.get(name)]
    return "; ".join(f"{name}: {str(old[name])[:200]} | {str(new[name])[:200]}" for name in fields)
