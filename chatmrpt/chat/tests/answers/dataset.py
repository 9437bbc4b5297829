"""A small state over five years whose every cell is known, and a plain-Python count of it.

The oracle shares nothing with the product: it walks the cells that were written to the file.
"""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from chatmrpt.common.actors import Actor
from tpr.models import Upload
from tpr.services.accept_upload import accept_upload
from tpr.services.read_upload import read_upload

ACTOR = Actor(channel="chat", owner="visitor:answers")
AGES = {"u5": "<5yrs", "o5": "≥5yrs (excl PW)", "pw": "Preg Women (PW)"}
LEVELS = {"primary": "Primary Health Facility", "secondary": "Secondary Health Facility",
          "tertiary": "Tertiary Health Facility", None: ""}  # fmt: skip
COUNTS = {
    **{f"tested_rdt_{a}": f"Persons presenting with fever & tested by RDT {w}" for a, w in AGES.items()},
    **{f"tested_microscopy_{a}": f"Persons presenting with fever and tested by Microscopy {w}"
       for a, w in AGES.items()},
    **{f"positive_rdt_{a}": f"Persons tested positive for malaria by RDT {w}" for a, w in AGES.items()},
    **{f"positive_microscopy_{a}": f"Persons tested positive for malaria by Microscopy {w}"
       for a, w in AGES.items()},
    "opd": "Out-patient Attendance", "llin_pw": "PW who received LLIN",
    "llin_u5": "Children <5 yrs who received LLIN",
}  # fmt: skip
YEARS = (2020, 2021, 2022, 2023, 2024)
MONTHS = 59
PLACES = {
    "Asa": {"Ago-Oja": 3, "Budo-Egba": 2, "Efue": 2},
    "Moro": {"Ajanaku": 2, "Bode Saadu": 3, "Ejidongari": 2},
    "Oyun": {"Igbona": 3, "Erin-Ile": 2, "Unknown": 1},
}
RATE = {"Ago-Oja": 0.35, "Budo-Egba": 0.5, "Efue": 0.62, "Ajanaku": 0.7, "Bode Saadu": 0.45,
        "Ejidongari": 0.58, "Igbona": 0.8, "Erin-Ile": 0.41, "Unknown": 0.5}  # fmt: skip
DRIFT = {"Asa": 0.0, "Moro": 0.05, "Oyun": -0.08}
"""Change of the rate per year, so that one LGA gets worse and one gets better."""


@dataclass(frozen=True)
class Row:
    """One facility-month as written to the file; an absent count is a blank cell."""

    state: str
    lga: str
    ward: str
    facility: str
    level: str | None
    year: int
    month: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def known_ward(self) -> str:
        return "" if self.ward == "Unknown" else self.ward


@lru_cache
def rows() -> list[Row]:
    """Return the rows of Kwara, 2020 to 2024 by month, and a few of Adamawa."""
    random = Random(7)
    found: list[Row] = []
    number = 0
    for lga, wards in PLACES.items():
        for ward, facilities in wards.items():
            for n in range(facilities):
                number += 1
                level = None if number == 9 else "tertiary" if number == 5 else \
                    "secondary" if number % 7 == 0 else "primary"  # fmt: skip
                name = f"{ward.replace('Unknown', 'Oyun')} Post {n + 1}"
                silent = number == 4
                for year in YEARS:
                    for month in range(1, 13):
                        if (year, month) == (2023, 8):
                            continue  # a gap in the file
                        at = Row("Kwara", lga, ward, name, level, year, month)
                        if not silent and random.random() > 0.25:
                            _fill(at, random)
                        found.append(at)
    girei = Row("Adamawa", "Girei", "Girei I", "Girei PHC", "primary", 2024, 1)
    girei.counts.update(tested_rdt_u5=60, positive_rdt_u5=45)
    return [*found, girei]


def _fill(row: Row, random: Random) -> None:
    rate = RATE[row.ward] + DRIFT[row.lga] * (row.year - 2020)
    for age, size in (("u5", 60), ("o5", 90), ("pw", 12)):
        if age == "pw" and random.random() > 0.4:
            continue
        tested = 3 + int(random.random() * size)
        positive = sum(random.random() < rate for _ in range(tested))
        row.counts[f"tested_rdt_{age}"] = tested
        if random.random() > 0.03:
            row.counts[f"positive_rdt_{age}"] = positive
        if random.random() < 0.1:
            slides = 5 + int(random.random() * size)
            row.counts[f"tested_microscopy_{age}"] = slides
            row.counts[f"positive_microscopy_{age}"] = int(slides * rate)
    if random.random() < 0.02:
        row.counts["positive_rdt_u5"] = row.counts["tested_rdt_u5"] + 40
    row.counts["opd"] = 200 + int(random.random() * 300)
    if random.random() < 0.5:
        row.counts["llin_pw"] = int(random.random() * 20)
        row.counts["llin_u5"] = int(random.random() * 30)


def read(owner: str = ACTOR.owner) -> Upload:
    """Write the rows as a CSV, store and read it by the services of every door."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["State", "LGA", "WardName", "HealthFacility", "FacilityLevel", "periodname",
                     "periodcode", *COUNTS.values()])  # fmt: skip
    months = "January February March April May June July August September October November December"
    for r in rows():
        writer.writerow([
            r.state, r.lga, r.ward, r.facility, LEVELS[r.level], f"{months.split()[r.month - 1]} {r.year}",
            f"{r.year}{r.month:02}", *(r.counts.get(name, "") for name in COUNTS),
        ])  # fmt: skip
    content = buffer.getvalue().encode("utf-8-sig")
    upload = accept_upload(owner=owner, name="kwara.csv", chunks=[content], size=len(content))
    read_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.status == "ready", (upload.status, upload.error_message, upload.questions)
    return upload


@dataclass(frozen=True)
class Tally:
    """Tests and positives of complete pairs, the larger of the two methods per facility-month."""

    tested: int
    positive: int
    used: int
    rows: int
    facilities: int
    exceeding: int

    @property
    def tpr(self) -> float | None:
        return 100 * self.positive / self.tested if self.tested else None


def tally(
    keep: Callable[[Row], bool] = lambda r: True, *, ages: Iterable[str] = AGES, level: str = "all",
    methods: Iterable[str] = ("rdt", "microscopy"),
) -> Tally:  # fmt: skip
    """Count the rows of Kwara that fit, cell by cell; exceeding pairs are left out."""
    tested = positive = used = exceeding = 0
    chosen = [r for r in rows() if r.state == "Kwara" and keep(r)
              and (level == "all" or r.level == level)]  # fmt: skip
    for r in chosen:
        any_pair = False
        for age in ages:
            pairs = []
            for method in methods:
                t, p = (r.counts.get(f"{role}_{method}_{age}") for role in ("tested", "positive"))
                if t is None or p is None:
                    continue
                if p > t:
                    exceeding += 1
                    continue
                pairs.append((t, p))
            if pairs:
                any_pair = True
                tested += max(t for t, _ in pairs)
                positive += max(p for _, p in pairs)
        used += any_pair
    names = {(r.lga, r.ward, r.facility) for r in chosen}
    return Tally(tested, positive, used, len(chosen), len(names), exceeding)
