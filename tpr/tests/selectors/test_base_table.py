"""What the cache keeps of a reading changes no figure, and goes with the reading."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from chatmrpt.testing.uploads import read_csv, row
from tpr.aggregation import base_rows
from tpr.selectors.base_table import base_table
from tpr.services.compute_tpr import Choice, compute

pytestmark = pytest.mark.django_db

ROWS = [
    row("Kwara", "Moro", "Shao", f"Clinic {n}", month=m, u5=(10 + n, m), o5=("", ""), pw=(3, n))
    for n in range(3) for m in (1, 2)
]  # fmt: skip
CHOICE = Choice("Kwara", "all", "u5")


def test_the_table_from_the_cache_is_the_table_from_the_rows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    upload = read_csv(ROWS)
    first = base_table(upload, "Kwara").rows
    with django_assert_num_queries(0):
        again = base_table(upload, "Kwara").rows
    assert first == again == base_rows(upload_id=upload.pk, state="Kwara")
    assert base_table(upload, "Kwara", exceeding="keep").rows == base_rows(
        upload_id=upload.pk, state="Kwara", exceeding="keep"
    )


def test_a_result_is_the_same_from_the_cache_and_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = read_csv(ROWS)
    first = compute(upload, CHOICE)
    kept = compute(upload, CHOICE)
    for module in ("selectors.base_table", "services.compute_tpr"):
        monkeypatch.setattr(f"tpr.{module}.recomputable", lambda _key, work, **_: work())
    anew = compute(upload, CHOICE)
    assert first.totals == kept.totals == anew.totals
    assert first.wards == kept.wards == anew.wards


def test_another_reading_is_another_table() -> None:
    upload = read_csv(ROWS)
    before = compute(upload, CHOICE).totals["tested"]
    upload.facilities.get(name__icontains="clinic 2").reports.all().delete()
    assert upload.read_at is not None
    upload.read_at += timedelta(seconds=1)
    assert compute(upload, CHOICE).totals["tested"] == before - 24
