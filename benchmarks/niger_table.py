"""Facility table of the whole of Niger State with the real TPR of its wards, for the plans below.

`python benchmarks/niger_table.py FOLDER` reads ../shared/data/tpr/Niger_plus.csv in place and writes
niger.csv (two facilities a ward, tests invented, positives by the ward's published under-five TPR;
the one ward without a TPR gets no line) and lga.csv (code and name of every LGA).
"""

import csv
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "shared/data/tpr/Niger_plus.csv"
HEADER = ("State", "LGA", "WardName", "HealthFacility", "FacilityLevel", "periodcode",
          "Persons presenting with fever & tested by RDT <5yrs",
          "Persons tested positive for malaria by RDT <5yrs")  # fmt: skip


def main(folder: Path) -> None:
    with SOURCE.open(encoding="utf-8-sig", newline="") as file:
        wards = list(csv.DictReader(file))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "niger.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number, ward in enumerate(wards):
            if ward["u5_tpr_rdt"] in ("", "NA"):
                continue
            for facility in (1, 2):
                tested = 180 + (37 * number + 53 * facility) % 160
                name = f"{ward['WardName']} PHC {facility} {ward['WardCode']}"
                positive = round(tested * float(ward["u5_tpr_rdt"]) / 100)
                out.writerow(["Niger", ward["lga_name"], ward["WardName"], name,
                              "Primary Health Facility", "202405", tested, positive])  # fmt: skip
    with (folder / "lga.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "name"])
        out.writerows(sorted({(ward["lga_code"], ward["lga_name"]) for ward in wards}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
