"""Rows for tests that are about the rows themselves; states are reached by calling services."""

import factory

from tpr.domain.resume_codes import hash_of
from tpr.models import (
    BoundaryList,
    Facility,
    FacilityReport,
    TprResult,
    Upload,
    Ward,
    WardTpr,
    Workflow,
    WorkflowEvent,
)


class UploadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Upload

    owner = "visitor:a"
    original_name = "kano.xlsx"
    size = 10
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    status = "queued"


class FacilityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Facility

    upload = factory.SubFactory(UploadFactory)
    state, lga, lga_key, ward, ward_key, ward_raw = (
        "Kano",
        "Ajingi",
        "ajingi",
        "Balare",
        "balare",
        "",
    )
    name = factory.Sequence(lambda n: f"Clinic {n}")
    level, level_source = "primary", "given"


class FacilityReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FacilityReport

    facility = factory.SubFactory(FacilityFactory)
    period_start, period_months, source_row = "2024-01-01", 1, 2


class WorkflowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workflow

    owner = "visitor:a"
    upload = factory.SubFactory(UploadFactory)
    resume_hash = factory.Sequence(lambda n: hash_of(f"code {n}"))


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkflowEvent

    workflow = factory.SubFactory(WorkflowFactory)
    sequence = factory.Sequence(lambda n: n + 1)
    command, channel, actor, version = "select", "form", "visitor:a", 1
    stage_from = stage_to = "awaiting_upload"


class BoundaryListFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BoundaryList

    name = factory.Sequence(lambda n: f"List {n}")


class WardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Ward

    list = factory.SubFactory(BoundaryListFactory)
    code = factory.Sequence(lambda n: f"W{n}")
    name, ward_key, lga, lga_key, state = "Balare", "balare", "Ajingi", "ajingi", "Kano"


class ResultFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TprResult

    workflow = factory.SubFactory(WorkflowFactory)
    number = factory.Sequence(lambda n: n + 1)
    state, level, age_group = "Kano", "all", "all"
    definition, exceeding, totals = "facility_max", "exclude", {}
    fingerprint = factory.Sequence(lambda n: f"{n:064x}")


class WardTprFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WardTpr

    result = factory.SubFactory(ResultFactory)
    state, lga, ward_name, status = "Kano", "Ajingi", "Balare", "ok"
    tested, positive, tpr = 10, 5, 50.0
