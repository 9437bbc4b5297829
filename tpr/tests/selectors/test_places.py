"""Which ward list serves when nobody names one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tpr.models import BoundaryList
from tpr.selectors.places import newest_list_covering
from tpr.tests.factories import BoundaryListFactory, WardFactory

pytestmark = pytest.mark.django_db


def a_list(name: str, *, wards: int, lga: str = "Nassarawa", days_ago: int = 0) -> BoundaryList:
    made = BoundaryListFactory(name=name)
    for number in range(wards):
        WardFactory(
            list=made, code=f"{name}-{number}", name=f"Ward {number}", lga=lga, state="Kano"
        )
    at = timezone.now() - timedelta(days=days_ago)
    BoundaryList.objects.filter(pk=made.pk).update(loaded_at=at)
    return made


def test_the_newest_list_of_the_whole_state_serves() -> None:
    a_list("old", wards=10, days_ago=9)
    new = a_list("new", wards=9)
    assert newest_list_covering("Kano") == new
    assert newest_list_covering("Kwara") is None


@pytest.mark.parametrize(("wards", "lga"), [(4, "Nassarawa"), (10, "NG020031"), (10, "")])
def test_a_list_of_one_city_or_without_names_of_lgas_serves_only_by_name(
    wards: int, lga: str
) -> None:
    whole = a_list("whole", wards=10, days_ago=9)
    part = a_list("part", wards=wards, lga=lga)
    assert newest_list_covering("Kano") == whole
    BoundaryList.objects.filter(pk=whole.pk).update(superseded_at=timezone.now())
    assert newest_list_covering("Kano") == part, "the only list there is"
