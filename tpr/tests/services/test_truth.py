"""Ward TPR of generated workbooks equals the truth file, cell for cell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatmrpt.testing.nmep import MadeFile, expected, make_nmep
from tpr.aggregation import base_rows
from tpr.domain.positivity import chosen, figures_by
from tpr.exports import UNKNOWN_WARD, ward_tpr_rows
from tpr.models import Upload
from tpr.services.run_file import Request, intake, run_file

COLUMN_OF = {
    "facility_max": ("max_t", "max_p", "tpr_facility_max"),
    "rdt": ("rdt_t", "rdt_p", "tpr_rdt"),
    "microscopy": ("microscopy_t", "microscopy_p", "tpr_microscopy"),
    "pooled": (None, None, "tpr_pooled"),
}
LAYOUTS = [
    ("A", "a.xlsx", {"registry": "kano", "months": 4}),
    ("B", "b.xlsx", {"rows": 6000}),
    ("C", "c.csv", {"months": 4}),
    ("C", "c.xlsx", {"months": 4}),
]


def disagreements(made: MadeFile, upload: Upload, exceeding: str) -> Iterator[str]:
    columns = made.truth["cell_columns"]
    levels = (
        ("all", "primary", "secondary", "tertiary") if made.truth["level_in_file"] else ("all",)
    )
    truth = made.wards()
    for state in upload.counts["by_state"]:
        rows = base_rows(upload_id=upload.pk, state=state, exceeding=exceeding)
        for level in levels:
            for age in ("u5", "o5", "pw", "all"):
                picked = chosen(rows, level, age)
                for definition, (t_name, p_name, rate_name) in COLUMN_OF.items():
                    found = figures_by(
                        picked, lambda r: (r.lga, r.ward or UNKNOWN_WARD), definition
                    )
                    for (of_state, lga, ward), cells in truth.items():
                        if of_state != state:
                            continue
                        figure = found.get((lga, ward))
                        for name, value in (
                            (t_name, figure.tested if figure else None),
                            (p_name, figure.positive if figure else None),
                            (rate_name, figure.tpr if figure else None),
                        ):
                            if name is None:
                                continue
                            want = expected(
                                cells, columns, level, age, name, exclude=exceeding == "exclude"
                            )
                            if not same(want, value):
                                yield (f"{state}/{lga}/{ward} {level} {age} {definition} {name}: "
                                       f"truth {want}, ours {value}")  # fmt: skip


def same(want: float | None, value: float | None) -> bool:
    if want is None or value is None:
        return want is None and value is None
    return abs(want - value) <= 1e-6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("variant", "name", "options"), LAYOUTS)
def test_every_ward_level_age_and_definition_equals_the_truth(
    variant: str, name: str, options: dict[str, object], tmp_path: Path
) -> None:
    made = make_nmep(variant, tmp_path, name=name, **options)
    upload = intake(made.path)
    for exceeding in ("keep", "exclude"):
        wrong = list(disagreements(made, upload, exceeding))
        assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_the_exported_rows_are_the_same_figures(tmp_path: Path) -> None:
    made = make_nmep("A", tmp_path, name="a.xlsx", registry="kano", months=2)
    upload = intake(made.path)
    result = run_file(upload, Request(level="primary", age_group="u5", exceeding="keep"))
    rows = {(r["lga"], r["ward"]): r for r in ward_tpr_rows(result)}
    columns = made.truth["cell_columns"]
    assert len(rows) == len(made.truth["wards"])
    for (_state, lga, ward), cells in made.wards().items():
        want = expected(cells, columns, "primary", "u5", "tpr_facility_max", exclude=False)
        assert same(want, rows[lga, ward]["tpr"])
