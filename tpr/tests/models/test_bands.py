"""Bands are rows: there from the start, kept once changed, never out of order."""

import pytest
from django.db import IntegrityError, transaction

from tpr.models import Band, BandSet
from tpr.selectors.bands import band_sets, bands_named
from tpr.services.seed_bands import seed_bands

pytestmark = pytest.mark.django_db


def test_a_new_database_has_the_sets_of_the_document() -> None:
    limits = {bands.code: bands.limits for bands in band_sets()}
    assert limits == {
        "default": (10, 25, 50), "tens": (10, 20, 30, 40), "five_ten": (5, 10),
        "small_area": (5, 15, 30),
    }  # fmt: skip
    assert band_sets()[0].code == "default"


def test_bands_written_in_any_order_are_read_in_the_order_of_their_limits() -> None:
    made = BandSet.objects.create(code="own", label="Own", below="calm", source="a meeting")
    for lower, name in ((60, "worst"), (20, "some"), (40, "much")):
        Band.objects.create(band_set=made, lower=lower, name=name)
    found = bands_named("own")
    assert found is not None
    assert (found.limits, found.names) == ((20, 40, 60), ("calm", "some", "much", "worst"))
    sure = found.of(4000.0, 6000.0)  # 40 %, half of it on each side of the limit
    assert found.words(sure) == "between some and much"
    assert found.words(found.of(1.0, 1.0)) == "not classified"
    assert found.words(found.of(900.0, 100.0)) == "worst"


@pytest.mark.parametrize("lower", [0, 100, -5, 10])
def test_a_limit_that_makes_no_band_is_refused(lower: float) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Band.objects.create(band_set_id="default", lower=lower, name="again")


@pytest.mark.parametrize("change", [{"sure": 50}, {"sure": 100}, {"source": ""}])
def test_a_set_without_sense_or_source_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BandSet.objects.filter(code="tens").update(**change)


def test_without_any_set_there_is_no_class_and_seeding_brings_them_back() -> None:
    BandSet.objects.all().delete()
    assert bands_named("default") is None
    seed_bands()
    assert len(band_sets()) == 4
    BandSet.objects.filter(code="tens").update(label="Changed")
    seed_bands()
    assert BandSet.objects.get(code="tens").label == "Changed"
