"""What the database refuses about remembered ward decisions."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tpr.models import WardAlias
from tpr.tests.factories import WardFactory

pytestmark = pytest.mark.django_db


def alias(ward, **more):
    values = {
        "owner": "visitor:a", "list": ward.list, "state": "Kano", "lga": "Ajingi",
        "lga_key": "ajingi", "name": "Balari", "name_key": "balari", "kind": "same", "ward": ward,
        "decided_by": "visitor:a", **more,
    }  # fmt: skip
    if "ward_id" in values:
        del values["ward"]
    return WardAlias.objects.create(**values)


def refused(ward, name: str, **more) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        alias(ward, **more)


def test_one_live_decision_per_owner_list_lga_and_name() -> None:
    ward = WardFactory()
    first = alias(ward)
    refused(ward, "wardalias_one_live_decision_per_name", kind="not_on_list", ward_id=None)
    refused(ward, "wardalias_one_live_decision_per_name", kind="merge")
    alias(ward, owner="visitor:b")
    alias(WardFactory())
    alias(ward, lga_key="bichi", kind="merge")
    alias(ward, kind="different")
    first.withdrawn_at, first.withdrawn_by = timezone.now(), "visitor:a"
    first.save()
    alias(ward, kind="not_on_list", ward_id=None)


def test_one_live_name_per_ward_and_one_refusal_per_pair() -> None:
    ward = WardFactory()
    alias(ward)
    refused(ward, "wardalias_one_live_name_per_ward", name_key="balarai")
    alias(ward, name_key="balarai", kind="merge")
    alias(ward, kind="different")
    refused(ward, "wardalias_one_live_refusal_per_ward", kind="different")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("wardalias_kind_is_known", {"kind": "alike"}),
        ("wardalias_ward_unless_not_on_list", {"kind": "not_on_list"}),
        ("wardalias_ward_unless_not_on_list", {"ward_id": None}),
        ("wardalias_has_a_name", {"name_key": ""}),
        ("wardalias_withdrawn_by_somebody", {"withdrawn_by": "visitor:a"}),
    ],
)
def test_half_a_decision_is_refused(name: str, more) -> None:
    refused(WardFactory(), name, **more)
