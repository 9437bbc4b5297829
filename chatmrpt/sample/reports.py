"""Facilities and their monthly counts, with the gaps and faults of real files."""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from chatmrpt.sample.geography import CENTRE, SampleWard
from chatmrpt.sample.names import KINDS, facility_name

YEAR = 2024
SEASON = (0.75, 0.65, 0.6, 0.6, 0.7, 0.95, 1.25, 1.45, 1.5, 1.4, 1.15, 0.9)
AGES = ("u5", "o5", "pw")
WITHOUT_FACILITY = (5, 41, 77)  # wards of the list that the file never names
LEVELS = {
    "primary": "Primary Health Facility",
    "secondary": "Secondary Health Facility",
    "tertiary": "Tertiary Health Facility",
}


@dataclass
class Report:
    ward: SampleWard
    facility: str
    level: str
    ownership: str
    month: int
    counts: dict[str, int | None] = field(default_factory=dict)
    ward_text: str = ""


def positivity(ward: SampleWard, lga_effect: float, rng: Generator) -> float:
    """Return the ward's latent positivity: low in town, rising to the south-west."""
    slope = 0.9 * (CENTRE[0] - ward.x) + 1.1 * (CENTRE[1] - ward.y)
    logit = 0.35 + slope + lga_effect - 0.016 * ward.urban + rng.normal(0, 0.35)
    return float(1 / (1 + np.exp(-logit)))


def make_reports(wards: list[SampleWard], rng: Generator) -> list[Report]:
    lga_effect = {lga: rng.normal(0, 0.45) for lga in sorted({w.lga for w in wards})}
    reports: list[Report] = []
    for number, ward in enumerate(wards):
        rate = positivity(ward, lga_effect[ward.lga], rng)
        if number in WITHOUT_FACILITY:
            continue
        facilities = max(1, int(rng.poisson(3.4)) + 1)
        for index in range(facilities):
            reports += _facility(ward, rate, index, silent=number == 30, rng=rng)
    _faults(reports, rng)
    return reports


def _facility(
    ward: SampleWard, rate: float, index: int, *, silent: bool, rng: Generator
) -> list[Report]:
    draw = rng.random()
    level = "tertiary" if draw < 0.004 else "secondary" if draw < 0.08 else "primary"
    kind = {"primary": str(rng.choice(KINDS)), "secondary": "General Hospital",
            "tertiary": "Teaching Hospital"}[level]  # fmt: skip
    name = facility_name(ward.name.split()[0], kind, index + 1)
    ownership = "Public" if rng.random() < 0.88 else "Private"
    reporting = float(rng.beta(0.9, 0.8))
    size = float(rng.lognormal(4.1 if level == "primary" else 5.0, 0.8))
    own_rate = float(np.clip(rate + rng.normal(0, 0.05), 0.03, 0.96))
    microscopy = level != "primary" or rng.random() < 0.02
    reports = []
    for month in range(12):
        if rng.random() > 0.97:
            continue  # a facility-month without a row
        report = Report(ward, name, LEVELS[level], ownership, month + 1)
        report.counts = _counts(
            size * SEASON[month], own_rate, reports=not silent and rng.random() < reporting,
            microscopy=microscopy, rng=rng,
        )  # fmt: skip
        reports.append(report)
    return reports


def _counts(
    size: float, rate: float, *, reports: bool, microscopy: bool, rng: Generator
) -> dict[str, int | None]:
    counts: dict[str, int | None] = {}
    tested_all = 0
    for age, share in zip(AGES, (0.40, 0.52, 0.08), strict=True):
        there = reports and (age != "pw" or rng.random() < 0.5)
        tested = int(rng.poisson(size * share)) if there else None
        positive = int(rng.binomial(tested, rate)) if tested is not None else None
        counts[f"rdt_t_{age}"], counts[f"rdt_p_{age}"] = tested, positive
        slides = int(rng.poisson(size * share * 0.25)) if there and microscopy else None
        counts[f"mic_t_{age}"] = slides
        counts[f"mic_p_{age}"] = int(rng.binomial(slides, rate)) if slides is not None else None
        counts[f"fever_{age}"] = None if tested is None else int(tested * rng.uniform(1.0, 1.2))
        tested_all += tested or 0
    attends = reports and rng.random() < 0.85
    counts["opd"] = int(tested_all * rng.uniform(1.6, 3.0)) + 5 if attends else None
    counts["general"] = int((counts["opd"] or 0) * 1.2) + 3 if attends else None
    counts["inpatient"] = int(tested_all * 0.04) if attends else None
    return counts


def _faults(reports: list[Report], rng: Generator) -> None:
    """Plant what real files hold: exceeding pairs, lone cells, repeats, a facility without ward."""
    filled = [r for r in reports if r.counts["rdt_t_u5"]]
    for report in rng.choice(np.array(filled, dtype=object), 9, replace=False):
        report.counts["rdt_p_u5"] = int(report.counts["rdt_t_u5"] * 1.3) + 2
    for report in rng.choice(np.array(filled, dtype=object), 12, replace=False):
        report.counts["rdt_p_o5"] = None
    for report in rng.choice(np.array(filled, dtype=object), 5, replace=False):
        report.counts["rdt_t_pw"], report.counts["rdt_p_pw"] = None, 3
    lost = filled[len(filled) // 2]
    for report in reports:
        if report.facility == lost.facility and report.ward is lost.ward:
            report.ward_text = "Unknown"
    twin = filled[17]
    reports.append(Report(twin.ward, twin.facility, twin.level, twin.ownership, twin.month,
                          dict(twin.counts), twin.ward_text))  # fmt: skip
    other = filled[-9]
    lesser = {**other.counts, "mic_t_u5": None, "mic_p_u5": None, "rdt_t_pw": None,
              "rdt_p_pw": None}  # fmt: skip
    reports.append(Report(other.ward, other.facility, other.level, other.ownership, other.month,
                          lesser, other.ward_text))  # fmt: skip
