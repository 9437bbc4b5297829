"""The limits of the checks are rows: there from the start, kept once changed, never nonsense."""

import pytest
from django.db import IntegrityError, transaction

from tpr.domain.quality.thresholds import DEFAULT_LIMITS, DEFAULTS, OPTIONAL
from tpr.models import QualityThreshold
from tpr.services.seed_thresholds import seed_thresholds

pytestmark = pytest.mark.django_db


def test_a_new_database_has_the_limits_of_the_document() -> None:
    stored = dict(QualityThreshold.objects.filter(in_use=True).values_list("code", "value"))
    assert stored == DEFAULT_LIMITS
    off = QualityThreshold.objects.filter(in_use=False).values_list("code", flat=True)
    assert tuple(off) == OPTIONAL


def test_seeding_again_keeps_what_was_changed_and_refills_what_was_emptied() -> None:
    QualityThreshold.objects.filter(code="outlier_sd").update(value=5)
    seed_thresholds()
    assert QualityThreshold.objects.get(code="outlier_sd").value == 5
    QualityThreshold.objects.all().delete()
    seed_thresholds()
    assert QualityThreshold.objects.count() == len(DEFAULTS)


@pytest.mark.parametrize("change", [{"value": 0}, {"value": -3}, {"source": ""}, {"in_use": False}])
def test_a_limit_without_sense_or_source_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        QualityThreshold.objects.filter(code="zero_run").update(**change)
