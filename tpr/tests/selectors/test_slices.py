"""Sums of slices are those of the base table that makes the results, for every filter and rule."""

from dataclasses import fields

import pytest
from django.test import TestCase

from chatmrpt.chat.tests.answers import dataset
from tpr.aggregation import base_rows
from tpr.domain.positivity import Figure, chosen, figure
from tpr.domain.stages import DEFINITIONS
from tpr.domain.sums import add, figure_of
from tpr.models import Upload
from tpr.selectors.reporting import reporting_of
from tpr.selectors.slices import Filter, sums_by, total

ROUNDED = ("clusters", "deff", "n_eff", "wide_low", "wide_high")
"""Made from sums of squares here and facility by facility there: equal but for rounding."""


def same(found: Figure, twin: Figure) -> None:
    for field in fields(Figure):
        a, b = getattr(found, field.name), getattr(twin, field.name)
        if field.name == "clusters" and a is not None:
            assert (a.count, a.positive, a.tested) == (b.count, b.positive, b.tested)
            assert a.spread == pytest.approx(b.spread)
        elif field.name in ROUNDED and a is not None:
            assert a == pytest.approx(b), field.name
        else:
            assert a == b, field.name


class Slices(TestCase):
    upload: Upload

    @classmethod
    def setUpTestData(cls) -> None:
        cls.upload = dataset.read()

    def test_every_combination_definition_and_treatment_is_that_of_the_base_table(self) -> None:
        upload = self.upload
        for exceeding in ("exclude", "keep", "cap"):
            rows = base_rows(upload_id=upload.pk, state="Kwara", exceeding=exceeding)
            for age in ("u5", "o5", "pw", "all"):
                for level in ("primary", "secondary", "tertiary", "all"):
                    look = Filter(upload.pk, ("Kwara",), level=level, age=age, exceeding=exceeding)
                    sums = total(look)
                    for definition in DEFINITIONS:
                        twin = figure(chosen(rows, level, age), definition)
                        same(figure_of(sums, definition), twin)

    def test_parts_add_up_to_the_whole_whatever_the_key(self) -> None:
        upload = self.upload
        look = Filter(upload.pk, ("Kwara",), age="all")
        whole = total(look)
        for by in (("lga",), ("lga", "ward"), ("facility",), ("level",)):
            assert add(sums_by(look, *by).values()) == whole, by
        for by in (("month",), ("year",)):
            parts = add(sums_by(look, *by).values())
            for name in (
                "rows",
                "periods",
                "t_max",
                "p_max",
                "t_rdt",
                "p_mic",
                "excluded_rdt",
                "blank_tested",
            ):
                assert getattr(parts, name) == getattr(whole, name), (by, name)

    def test_nothing_that_fits_is_an_empty_sum_not_a_zero_rate(self) -> None:
        upload = self.upload
        sums = total(Filter(upload.pk, ("Kwara",), lga="nowhere"))
        assert (sums.rows, sums.facilities, sums.t_max, sums.squares["max"]) == (
            0,
            0,
            None,
            (0, 0, 0, 0),
        )
        assert figure_of(sums, "facility_max").reason == "no_level_match"

    def test_one_method_counts_its_own_reports_and_blanks(self) -> None:
        upload = self.upload
        kwara = [r for r in dataset.rows() if r.state == "Kwara"]
        slides = total(Filter(upload.pk, ("Kwara",), age="u5", method="microscopy"))
        having = [r for r in kwara if "tested_microscopy_u5" in r.counts]
        assert (slides.periods, slides.cells, slides.blank_tested) == (
            len(having), len(kwara), len(kwara) - len(having),
        )  # fmt: skip
        assert slides.t_rdt is None

    def test_a_silent_facility_is_listed_without_a_month(self) -> None:
        upload = self.upload
        found = {(f.ward, f.name): f for f in reporting_of(Filter(upload.pk, ("Kwara",)))}
        silent = found["Budo-Egba", "Budo-Egba Post 1"]
        assert len(silent.rows) == dataset.MONTHS and not silent.reported
        assert sum(len(f.rows) for f in found.values()) == sum(
            r.state == "Kwara" for r in dataset.rows()
        )
