"""From every ward figure back to rows and cells: what is counted adds up to the ward's row."""

import csv
import io

import pytest
from django.test import Client

from chatmrpt.chat.tests.views.visits import ANSWERS, complete, send, upload, url
from chatmrpt.testing.uploads import TWO_STATES, row
from tpr.exports_sources import letters

pytestmark = pytest.mark.django_db
ROWS = [
    *TWO_STATES,
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=2, u5=(25, 30), u5_microscopy=(9, 4)),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=3, u5=(30, 12), u5_microscopy=(20, 15)),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=4, u5=(40, "")),
]


def table(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_what_is_counted_adds_up_to_every_ward_and_says_by_which_rule(client: Client) -> None:
    workflow = complete(client, ROWS)
    sources = table(client, url(workflow, "sources.csv"))
    for ward in table(client, url(workflow, "ward_tpr.csv")):
        mine = [r for r in sources if (r["lga"], r["ward"]) == (ward["lga"], ward["ward"])]
        for column in ("tested", "positive"):
            total = sum(float(r[f"counted_{column}"]) for r in mine)
            assert total == float(ward[column] or 0), ward["ward"]
    girei = {r["period"]: r for r in sources if r["ward"] == "Girei I"}
    assert girei["2024-02"]["rule"] == (
        "RDT: positives above tests, left out; microscopy as reported"
    )
    assert girei["2024-03"]["rule"].startswith("larger of RDT and microscopy")
    assert (girei["2024-03"]["counted_tested"], girei["2024-03"]["counted_positive"]) == (
        "30", "15",
    )  # fmt: skip
    assert girei["2024-04"]["rule"] == "RDT: positive blank, not counted"


def test_rows_and_cells_are_those_of_the_file(client: Client) -> None:
    workflow = complete(client, ROWS)
    first = table(client, url(workflow, "sources.csv?lga=Fufore&ward=Bille"))[0]
    # Row 2 is the first below the header; tested by RDT under five is its eighth column.
    assert (first["row"], first["cells"]) == ("2", "H2;N2")
    assert (first["tested_rdt"], first["positive_rdt"]) == ("100", "40")


def test_there_are_no_sources_before_there_is_a_figure(client: Client) -> None:
    workflow = upload(client, ROWS)
    assert client.get(url(workflow, "sources.csv")).status_code == 409
    for choice in ANSWERS:
        send(client, workflow, "choices/", choice=choice)
    assert client.get(url(workflow, "sources.csv")).status_code == 200
    assert Client().get(url(workflow, "sources.csv")).status_code == 404


@pytest.mark.parametrize(("position", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")]
)  # fmt: skip
def test_columns_are_named_as_spreadsheets_do(position: int, name: str) -> None:
    assert letters(position) == name
