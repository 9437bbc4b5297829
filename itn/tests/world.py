"""A small finished workflow for planning: a ward list, a result, a done run, a population list."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from analysis.models import AnalysisRun, WardScore
from chatmrpt.common.actors import Actor
from itn.models import PopulationSource, WardPopulation
from tpr.models import BoundaryList, TprResult, Upload, Ward, Workflow

STATE = "Kwara"
ACTOR = Actor(channel="form", owner="visitor:test", name="tester")
# name, LGA, rank, population, urban percentage: the four wards of nets.md section 4
A_TO_D = (
    ("A", "L1", 1, 18000, 10.0),
    ("B", "L1", 2, 9001, 80.0),
    ("C", "L2", 3, 5400, 0.0),
    ("D", "L2", 4, 12600, 40.0),
)
Spec = tuple[str, str, int | None, int | str | None, float | None]


@dataclass(frozen=True, slots=True)
class World:
    workflow: Workflow
    result: TprResult
    run: AnalysisRun
    ward_list: BoundaryList
    source: PopulationSource


def ward_list_of(specs: Sequence[Spec], name: str = "Kwara list") -> BoundaryList:
    ward_list = BoundaryList.objects.create(name=name, year=2024)
    Ward.objects.bulk_create(
        Ward(list=ward_list, code=f"KW{n}", name=n, ward_key=n.lower(), lga=g, state=STATE)
        for n, g, *_ in specs
    )
    return ward_list


def population_of(
    ward_list: BoundaryList, specs: Sequence[Spec], name: str = "census", year: int = 2024
) -> PopulationSource:
    source = PopulationSource.objects.create(name=name, year=year, list=ward_list)
    wards = dict(Ward.objects.filter(list=ward_list).values_list("name", "pk"))
    WardPopulation.objects.bulk_create(
        WardPopulation(source=source, ward_id=wards[n], persons=Decimal(people))
        for n, _, _, people, _ in specs
        if people is not None
    )
    return source


def run_of(
    result: TprResult, specs: Sequence[Spec], status: str = "done", seed: int = 1
) -> AnalysisRun:
    ranked = [spec for spec in specs if spec[2] is not None]
    done = status == "done"
    run = AnalysisRun.objects.create(
        workflow=result.workflow, result=result, ward_list=result.ward_list,
        owner=result.workflow.owner, profile="sound", normalisation="winsor", seed=seed,
        draws=10, fingerprint=uuid.uuid4().hex, algorithm="test", registry_version="test",
        status=status, n_wards=len(ranked) if done else None,
        finished_at=timezone.now() if done else None,
    )  # fmt: skip
    if done:
        wards = dict(Ward.objects.filter(list=result.ward_list).values_list("name", "pk"))
        WardScore.objects.bulk_create(
            WardScore(
                run=run, ward_id=wards[n], ward_key=f"KW{n}", ward_code=f"KW{n}", state=STATE,
                lga=g, ward_name=n, score=1 / rank, rank=rank, rank_shared=rank, category="High",
                tpr=50.0 - rank, tpr_shrunk=50.0 - rank, urban_percentage=urban,
            )
            for n, g, rank, _, urban in ranked
        )  # fmt: skip
    return run


def workflow_of(ward_list: BoundaryList, owner: str = ACTOR.owner) -> TprResult:
    upload = Upload.objects.create(
        owner=owner, original_name="file.xlsx", size=1, sha256=uuid.uuid4().hex, status="ready",
        counts={},
    )  # fmt: skip
    workflow = Workflow.objects.create(
        owner=owner, upload=upload, stage="complete", state=STATE, state_confirmed=True,
        level="primary", age_group="u5", resume_hash=uuid.uuid4().hex,
    )  # fmt: skip
    return TprResult.objects.create(
        workflow=workflow, number=1, state=STATE, level="primary", age_group="u5",
        definition=workflow.definition, exceeding=workflow.exceeding, ward_list=ward_list,
        fingerprint=uuid.uuid4().hex, totals={},
    )  # fmt: skip


@transaction.atomic
def finished_world(specs: Sequence[Spec] = A_TO_D) -> World:
    ward_list = ward_list_of(specs)
    result = workflow_of(ward_list)
    run = run_of(result, specs)
    source = population_of(ward_list, specs)
    return World(result.workflow, result, run, ward_list, source)


def at_commit() -> None:
    """Make the deferred checks bite now, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
