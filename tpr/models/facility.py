"""Facilities and their reports, as read from one upload. Null is missing; it is never zero."""

from django.db import models
from django.db.models import Q

from tpr.models.upload import Upload

TEST_COLUMNS = tuple(
    f"{role}_{method}_{age}"
    for method in ("rdt", "microscopy")
    for age in ("u5", "o5", "pw")
    for role in ("tested", "positive")
)
OTHER_COLUMNS = (
    "opd", "attendance", "inpatient", "fever_u5", "fever_o5", "fever_pw", "llin_pw", "llin_u5",
)  # fmt: skip
COUNT_COLUMNS = TEST_COLUMNS + OTHER_COLUMNS


class Facility(models.Model):
    """A health facility of an upload: state, LGA, ward, name, level and ownership tell it apart."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="facilities")
    state = models.CharField(max_length=100)
    lga = models.CharField(max_length=200, blank=True)
    lga_key = models.CharField(max_length=200, blank=True)
    ward_raw = models.CharField(max_length=300, blank=True, help_text="As written in the file.")
    ward = models.CharField(max_length=300, blank=True, help_text="Cleaned; empty = unknown ward.")
    ward_key = models.CharField(max_length=300, blank=True)
    ward_code = models.CharField(
        max_length=60, blank=True, db_default="", help_text="As written, when the file has codes."
    )  # fmt: skip
    name = models.CharField(max_length=300)
    level = models.CharField(max_length=10, null=True, blank=True)
    level_source = models.CharField(max_length=10)
    ownership = models.CharField(max_length=60, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["upload", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="facility_once_per_upload",
                fields=["upload", "state", "lga", "ward", "name", "level", "ownership"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="facility_level_is_known",
                condition=Q(level__isnull=True) | Q(level__in=["primary", "secondary", "tertiary"]),
            ),
            models.CheckConstraint(
                name="facility_level_source_is_known",
                condition=Q(level_source__in=["given", "inferred", "missing"]),
            ),
        ]
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return f"{self.name}, {self.ward or 'unknown ward'}"


def _count() -> models.FloatField:
    return models.FloatField(null=True)


class FacilityReport(models.Model):
    """The counts of one facility in one period. Whole persons, unless the file had a fraction."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="reports")
    period_start = models.DateField(null=True, help_text="Null: the file has no period.")
    period_months = models.PositiveSmallIntegerField(default=1, help_text="1, 3 or 12; 0 undated.")
    tested_rdt_u5 = _count()
    positive_rdt_u5 = _count()
    tested_rdt_o5 = _count()
    positive_rdt_o5 = _count()
    tested_rdt_pw = _count()
    positive_rdt_pw = _count()
    tested_microscopy_u5 = _count()
    positive_microscopy_u5 = _count()
    tested_microscopy_o5 = _count()
    positive_microscopy_o5 = _count()
    tested_microscopy_pw = _count()
    positive_microscopy_pw = _count()
    opd = _count()
    attendance = _count()
    inpatient = _count()
    fever_u5 = _count()
    fever_o5 = _count()
    fever_pw = _count()
    llin_pw = _count()
    llin_u5 = _count()
    source_row = models.PositiveIntegerField(help_text="Row of the sheet, header = its own row.")
    source_file = models.PositiveSmallIntegerField(
        null=True, help_text="Position of the file in a joined data set; null: the file itself."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="facilityreport_once_per_period",
                fields=["facility", "period_start", "period_months"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="facilityreport_counts_are_not_negative",
                condition=Q(
                    *(Q(**{f"{c}__isnull": True}) | Q(**{f"{c}__gte": 0}) for c in COUNT_COLUMNS)
                ),
            ),
            models.CheckConstraint(
                name="facilityreport_months_is_known",
                condition=Q(period_months__in=[0, 1, 3, 12])
                & (Q(period_start__isnull=False) | Q(period_months=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"facility {self.facility_id}, {self.period_start}"
