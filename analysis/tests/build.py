"""Rows for tests: a complete workflow with a result, a ward list and covariates."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from shapely import Polygon, to_wkb

from analysis.domain.variables import bind
from analysis.models import Covariate, CovariateValue
from chatmrpt.common.actors import Actor
from tpr.models import BoundaryList, TprResult, Upload, Ward, WardTpr, Workflow

PERSON = Actor(channel="form", owner="visitor:1", name="a planner")

# ward, LGA, tested, positive
WARDS: tuple[tuple[str, str, float | None, float | None], ...] = (
    ("Ajingi", "North", 900, 450),
    ("Balare", "North", 1200, 300),
    ("Chula", "North", 400, 60),
    ("Dundun", "South", 800, 560),
    ("Gurduba", "South", None, None),
    ("Toranke", "South", 600, 90),
)


def boundary_list(
    wards: Sequence[tuple[str, str, float | None, float | None]] = WARDS,
    *,
    state: str = "Kano",
    name: str = "wards 2024",
) -> BoundaryList:
    """Make a list whose wards are unit squares in a row, each touching the next."""
    rows = BoundaryList.objects.create(name=name, year=2024, file_hash="f" * 64)
    Ward.objects.bulk_create(
        Ward(
            list=rows, code=f"K{i:03}", name=ward, ward_key=ward.lower(), lga=lga,
            lga_key=lga.lower(), state=state,
            geometry=to_wkb(Polygon([(i, 0), (i + 1, 0), (i + 1, 1), (i, 1)])),
        )
        for i, (ward, lga, _, _) in enumerate(wards)
    )  # fmt: skip
    return rows


def complete_workflow(
    wards: Sequence[tuple[str, str, float | None, float | None]] = WARDS,
    *,
    state: str = "Kano",
    ward_list: BoundaryList | None = None,
    definition: str = "facility_max",
    owner: str = "visitor:1",
) -> Workflow:
    """Make a workflow at stage `complete` with its result, as the services would leave it."""
    digest = uuid.uuid4().hex * 2
    upload = Upload.objects.create(
        owner=owner, original_name="counts.xlsx", size=1, sha256=digest, status="ready", counts={}
    )
    workflow = Workflow.objects.create(
        owner=owner, upload=upload, stage="complete", state=state, state_confirmed=True,
        level="primary", age_group="u5", definition=definition, resume_hash=digest,
    )  # fmt: skip
    add_result(workflow, wards, ward_list)
    return workflow


def add_result(
    workflow: Workflow,
    wards: Sequence[tuple[str, str, float | None, float | None]] = WARDS,
    ward_list: BoundaryList | None = None,
) -> TprResult:
    """Store a result of the workflow's present choices."""
    result = TprResult.objects.create(
        workflow=workflow, number=workflow.results.count() + 1, state=workflow.state,
        level=workflow.level, age_group=workflow.age_group, definition=workflow.definition,
        exceeding=workflow.exceeding, ward_list=ward_list, fingerprint=uuid.uuid4().hex * 2,
        totals={},
    )  # fmt: skip
    on_list = {w.name: w for w in ward_list.wards.all()} if ward_list else {}
    WardTpr.objects.bulk_create(
        WardTpr(
            result=result, ward=on_list.get(ward), state=workflow.state, lga=lga, ward_name=ward,
            match_method="exact", facilities=3, facility_periods=6, tested=tested,
            positive=positive, tpr=100 * positive / tested if tested else None,
            status="ok" if tested else "no_tests",
            may_exceed=workflow.definition in ("opd", "fever"),
        )
        for ward, lga, tested, positive in wards
    )  # fmt: skip
    return result


def covariate(
    ward_list: BoundaryList, name: str, values: Sequence[float | None], **fields: Any
) -> Covariate:
    """Load a covariate for the list's wards in code order, bound as the loader would."""
    spec = bind(name)
    row = Covariate.objects.create(
        ward_list=ward_list,
        name=name,
        code=spec.code if spec else "",
        label=spec.label if spec else name,
        unit=spec.unit if spec else "",
        direction=fields.pop("direction", spec.direction if spec else "undecided"),
        file_hash=fields.pop("file_hash", "0" * 64),
        **fields,
    )
    wards = list(ward_list.wards.order_by("code"))
    CovariateValue.objects.bulk_create(
        CovariateValue(covariate=row, ward=ward, value=value)
        for ward, value in zip(wards, values, strict=True)
        if value is not None
    )
    return row
