"""Writing the files of a run into a folder (commands only; the web streams the same texts)."""

import json
from pathlib import Path

from tpr.exports import issues_csv, summary, ward_tpr_csv
from tpr.geojson import ward_tpr_geojson
from tpr.models import TprResult


def write_files(result: TprResult, folder: Path) -> None:
    """Write ward_tpr.csv, issues.csv, summary.json and, with a ward list, ward_tpr.geojson."""
    folder.mkdir(parents=True, exist_ok=True)
    upload = result.workflow.upload
    assert upload is not None
    texts = {
        "ward_tpr.csv": ward_tpr_csv(result),
        "issues.csv": issues_csv(upload),
        "summary.json": json.dumps(summary(result), ensure_ascii=False, indent=1),
    }
    if result.ward_list is not None:
        texts["ward_tpr.geojson"] = json.dumps(ward_tpr_geojson(result), ensure_ascii=False)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
