"""A realistic file with known anomalies: each is flagged, and the calls stand on the same sums
as the ward TPR, which one SQL statement computes by another way."""

from itertools import product
from pathlib import Path

import pytest

from chatmrpt.testing.nmep import MadeFile, make_nmep
from chatmrpt.testing.uploads import VISITOR
from tpr.aggregation import base_rows
from tpr.domain.positivity import pair
from tpr.domain.quality.influence import Basis, Counted
from tpr.domain.stages import DEFINITIONS
from tpr.models import Upload
from tpr.selectors.quality_report import quality_report, state_data
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload

pytestmark = pytest.mark.django_db


def read(made: MadeFile) -> Upload:
    content = made.path.read_bytes()
    upload = accept_upload(
        owner=VISITOR.owner, name=made.path.name, chunks=[content], size=len(content),
        reading={"unattended": True},
    )  # fmt: skip
    read_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.status == "ready"
    return upload


def test_every_injected_anomaly_is_flagged_and_sums_are_those_of_the_tpr(tmp_path: Path) -> None:
    made = make_nmep("A", tmp_path, name="a.xlsx", rows=3000, months=12, seed=3)
    upload = read(made)
    states = sorted(upload.counts["by_state"])
    reports = {state: quality_report(upload, state) for state in states}
    found = {
        (f.check, f.start and f.start.year * 100 + f.start.month, f.threshold, f.value)
        for report in reports.values()
        for f in report.flags
    }
    wanted = {
        ("positive_without_tested", a["period"], 0, a["positive"])
        if a["tested"] is None
        else ("positive_above_tested", a["period"], a["tested"], a["positive"])
        for a in made.truth["anomalies"]
        if (a.get("positive") or 0) > (a.get("tested") or 0)
    }
    assert {check for check, *_ in wanted} == {"positive_above_tested", "positive_without_tested"}
    assert wanted - found == set()
    for state, exceeding in product(states[:1], ("exclude", "keep", "cap")):
        data = state_data(upload, state)
        rows = base_rows(upload_id=upload.pk, state=state, exceeding=exceeding)
        for definition in DEFINITIONS:
            ours = Counted(data.reports, Basis(definition=definition, exceeding=exceeding))
            theirs = pair([r for r in rows if r.age == "all"], definition)
            assert ours.total(data.reports) == pytest.approx([x or 0 for x in theirs])


def test_a_yearly_file_is_judged_by_facilities_per_year(tmp_path: Path) -> None:
    upload = read(make_nmep("D", tmp_path, name="kwara.xls", seed=2))
    (state,) = upload.counts["by_state"]
    report = quality_report(upload, state)
    assert report.denominator == "year"
    assert "month" not in report.by
    assert report.activity == {}
    years = {start.year for start in report.data.periods}
    assert [s.group for s in report.by["year"]] == [("", str(year)) for year in sorted(years)]
    assert {f.check for f in report.flags} >= {"positive_above_tested"}
