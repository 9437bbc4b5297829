"""Writing the five files of the sample."""

import csv
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely
from numpy.random import Generator, default_rng
from openpyxl import Workbook

from chatmrpt.sample.geography import SampleWard, make_wards
from chatmrpt.sample.reports import AGES, YEAR, Report, make_reports

MADE = datetime(2024, 12, 31)  # noqa: DTZ001 - the time that the file claims, the same always
STATE, PREFIX = "Sample State", "sp"
MARK = "SAMPLE DATA: generated, no real place, facility or person"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
GROUPS = {"u5": " <5yrs", "o5": "  ≥5yrs (excl PW)", "pw": " Preg Women (PW)"}
TESTS = {
    "rdt_t": "Persons presenting with fever & tested by RDT",
    "rdt_p": "Persons tested positive for malaria by RDT",
    "mic_t": "Persons presenting with fever and tested by Microscopy",
    "mic_p": "Persons tested positive for malaria by Microscopy",
}
HEADER = [
    "National", "State", "LGA", "Ward", "Health Faccility", "level", "ownership", "periodname",
    "periodcode", "General Attendance", "Out-patient Attendance", "Inpatient Admissions",
    *[f"Persons with fever{GROUPS[age]}" for age in AGES],
    *[f"{TESTS[f'{method}_{role}']}{GROUPS[age]}"
      for method in ("rdt", "mic") for role in ("t", "p") for age in AGES],
]  # fmt: skip
COUNTS = [
    "general", "opd", "inpatient", *[f"fever_{age}" for age in AGES],
    *[f"{method}_{role}_{age}" for method in ("rdt", "mic") for role in ("t", "p") for age in AGES],
]  # fmt: skip


def make_sample(folder: Path, *, seed: int = 1) -> dict[str, int]:
    """Write nmep_workbook.xlsx, wards.geojson, population.csv, covariates.csv and README.txt.

    Returns counts of what was made. The same seed gives the same figures.
    """
    rng = default_rng(seed)
    wards = make_wards(rng)
    reports = make_reports(wards, rng)
    folder.mkdir(parents=True, exist_ok=True)
    _workbook(folder / "nmep_workbook.xlsx", reports)
    _geojson(folder / "wards.geojson", wards)
    _population(folder / "population.csv", wards, rng)
    _covariates(folder / "covariates.csv", wards, rng)
    (folder / "README.txt").write_text(_readme(seed), encoding="utf-8")
    return {
        "wards": len(wards), "lgas": len({w.lga for w in wards}), "rows": len(reports),
        "facilities": len({(r.ward.code, r.facility) for r in reports}),
    }  # fmt: skip


def _row(report: Report) -> list[object]:
    ward = report.ward_text or report.ward.name_in_file
    return [
        "ng Federal Government", f"{PREFIX} {STATE}", f"{PREFIX} {report.ward.lga} Local Government Area",
        f"{PREFIX} {ward} Ward", f"{PREFIX} {report.facility}", report.level, report.ownership,
        f"{MONTHS[report.month - 1]} {YEAR}", int(f"{YEAR}{report.month:02}"),
        *[report.counts[name] for name in COUNTS],
    ]  # fmt: skip


def _workbook(path: Path, reports: list[Report]) -> None:
    """Write the three sheets of the programme's workbook; the data are in the second one."""
    book = Workbook(write_only=True)
    pivot = book.create_sheet("pivot")
    pivot.append([MARK])
    pivot.append(["Sum of tested", "Sum of positive"])
    raw = book.create_sheet("raw")
    raw.append(HEADER)
    for report in reports:
        raw.append(_row(report))
    tpr = book.create_sheet("tpr")
    tpr.append([MARK])
    tpr.append(["LGA", "TPR"])
    book.properties.created = book.properties.modified = MADE
    book.save(path)
    _without_clock(path)


def _without_clock(path: Path) -> None:
    """Write the archive again with one fixed time, so that the same seed gives the same bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2024-12-31T00:00:00Z", content
                )
            archive.writestr(
                zipfile.ZipInfo(name, (2024, 12, 31, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )


def _geojson(path: Path, wards: list[SampleWard]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {
                "StateName": STATE, "LGAName": ward.lga, "WardName": ward.name,
                "WardCode": ward.code, "Urban": "Yes" if ward.urban > 50 else "No",
                "source": MARK,
            },
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(ward.shape, 1e-6))),
        }
        for ward in wards
    ]  # fmt: skip
    collection = {"type": "FeatureCollection", "name": MARK, "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")


def _population(path: Path, wards: list[SampleWard], rng: Generator) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["ward_code", "state", "lga", "ward", "population", "source"])
        for number, ward in enumerate(wards):
            people = int(rng.lognormal(9.4, 0.45) * (1 + ward.urban / 60))
            out.writerow([ward.code, STATE, ward.lga, ward.name,
                          "" if number == 60 else people, MARK])  # fmt: skip


def _covariates(path: Path, wards: list[SampleWard], rng: Generator) -> None:
    """Write smooth layers over the state; some cells are missing, as in real tables."""
    columns = ["rainfall", "ndwi", "housing_quality", "elevation", "distance_to_water",
               "soil_wetness", "urban_percentage"]  # fmt: skip
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["ward_code", "state", "lga", "ward", *columns, "source"])
        for ward in wards:
            u, v = ward.x - 9.2, ward.y - 10.6
            noise = rng.normal(0, 1, 6)
            values: list[float | str] = [
                round(float(150 - 45 * v + 8 * noise[0]), 1),
                round(float(np.clip(-0.1 - 0.15 * v - 0.1 * u + 0.04 * noise[1], -1, 1)), 4),
                round(float(np.clip(0.25 + 0.005 * ward.urban + 0.05 * noise[2], 0.02, 0.95)), 4),
                round(float(max(20, 420 + 260 * v + 120 * u + 30 * noise[3])), 1),
                round(float(max(0, 2500 + 1800 * np.sin(6 * u) + 700 * noise[4])), 0),
                round(float(np.clip(0.55 - 0.18 * v + 0.04 * noise[5], 0, 1)), 4),
                round(ward.urban, 2),
            ]
            if rng.random() < 0.06:
                values[2] = ""
            out.writerow([ward.code, STATE, ward.lga, ward.name, *values, MARK])


def _readme(seed: int) -> str:
    return (
        f"{MARK}.\nMade by 'manage.py make_sample' with seed {seed}.\n\n"
        "nmep_workbook.xlsx  layout A: sheets pivot, raw, tpr; twelve months of 2024\n"
        "wards.geojson       the ward list, EPSG:4326, shared borders\n"
        "population.csv      persons per ward code; one ward has none on purpose\n"
        "covariates.csv      seven variables per ward code; some cells are blank on purpose\n\n"
        "On purpose: blanks, rows with more positives than tests, lone positives, one repeated and\n"
        "one conflicting facility-month, one facility without a ward, Roman numerals and hyphens\n"
        "that differ from the list, names that match no ward, wards without facilities.\n"
    )
