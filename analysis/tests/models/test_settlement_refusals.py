"""What the database refuses of settlement checks and registry changes."""

import pytest
from django.db import IntegrityError, transaction

from analysis.models import RegistryChange, SettlementCheck
from analysis.tests.build import boundary_list, complete_workflow

pytestmark = pytest.mark.django_db

GOOD = {"finding": "formal", "decision": "leave_out", "reason": "walked", "signed_by": "A. B."}
BAD = (
    {"finding": "nice"},
    {"decision": "perhaps"},
    {"reason": ""},
    {"signed_by": ""},
    {"finding": "informal"},
    {"finding": "not_checked"},
    {"finding": "formal", "share_left_out": 40},
    {"finding": "mixed"},
    {"finding": "mixed", "share_left_out": 100},
    {"decision": "keep_in", "share_left_out": 40},
)


def refused(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_check_that_is_not_signed_or_leaves_out_what_is_not_formal_is_refused():
    wards = boundary_list()
    workflow = complete_workflow(ward_list=wards)
    place = {"workflow": workflow, "ward": wards.wards.first()}
    for change in BAD:
        refused(lambda change=change: SettlementCheck.objects.create(**place, **GOOD | change))
    first = SettlementCheck.objects.create(**place, **GOOD)
    refused(lambda: SettlementCheck.objects.create(**place, **GOOD))
    first.withdrawn_at = first.recorded_at
    refused(first.save)
    first.withdrawn_by = "A. B."
    first.save()
    SettlementCheck.objects.create(**place, **GOOD | {"finding": "mixed", "share_left_out": 40})


def test_a_change_of_the_registry_without_a_reason_or_without_a_change_is_refused():
    row = {"table": "variable", "key": "flood", "field": "direction", "changed_by": "root"}
    refused(lambda: RegistryChange.objects.create(**row, before="a", after="b", reason=""))
    refused(lambda: RegistryChange.objects.create(**row, before="a", after="a", reason="x"))
