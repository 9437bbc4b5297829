"""Kano: 1,723 real facilities against 484 polygons. Nobody's tests are lost by matching."""

from collections import defaultdict
from pathlib import Path

import pytest

from chatmrpt.testing.nmep import expected, make_nmep
from chatmrpt.testing.shared import shared_path
from tpr import locks
from tpr.models import Workflow
from tpr.services.decide_match import accept_likely, report_of
from tpr.services.revise_match import recalculate
from tpr.services.run_file import OWNER, Request, command_actor, intake, run_file
from tpr.tests.commands.running import run

pytestmark = pytest.mark.django_db


def test_lga_and_state_totals_equal_the_truth_before_and_after_names_are_decided(
    tmp_path: Path,
) -> None:
    loaded = run("load_wards", shared_path("data/wards/kano_wards.geojson"), "--name", "Kano")
    assert "484 wards in 44 LGAs" in loaded.out, loaded.err
    made = make_nmep("A", tmp_path, name="kano.xlsx", registry="kano", months=1)
    columns = made.truth["cell_columns"]
    tests: dict[str, float] = defaultdict(float)
    for (_state, lga, _ward), cells in made.wards().items():
        tests[lga] += expected(cells, columns, "all", "u5", "max_t", exclude=True) or 0
    result = run_file(intake(made.path), Request(state="Kano", level="all", age_group="u5"))
    workflow = result.workflow
    likely = [n for n in report_of(workflow).of("open") if n.band == "likely"]
    assert likely, "the register's spellings differ from the polygons'"
    before = result.totals
    workflow = locks.workflow(workflow.pk)
    pairs = [(n.place, n.suggestions[0].ward.id) for n in likely]
    accept_likely(workflow, pairs, actor=command_actor("test"))
    after = recalculate(workflow, actor=command_actor("test")).totals
    assert Workflow.objects.get(pk=workflow.pk).owner == OWNER
    for totals in (before, after):
        assert totals["tested"] == pytest.approx(sum(tests.values()))
        assert {x["lga"]: x["tested"] or 0 for x in totals["lgas"]} == pytest.approx(dict(tests))
        assert sum(p["tested"] for p in totals["parts"].values()) == totals["tested"]
    moved = before["parts"]["unmatched"]["wards"] - after["parts"]["unmatched"]["wards"]
    assert moved == len(likely)
    report = report_of(Workflow.objects.get(pk=workflow.pk))
    joined = len({n.outcome.ward.id for n in report.of("joined")})
    listed = joined + sum(why == "no_facility" for _ward, why in report.without_tests)
    assert listed == 484
