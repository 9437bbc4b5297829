"""Downloads asked for in words: every link that an answer shows leads to a real file."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from chatmrpt.chat.replies.answers import answer
from chatmrpt.chat.replies.answers.exporting import FORMATS, OFFERS
from chatmrpt.chat.tests.views.visits import planned, upload
from chatmrpt.common.workbooks import xlsx_bytes

pytestmark = pytest.mark.django_db


def test_every_format_of_everything_is_a_file_or_names_the_ones_there_are(client: Client) -> None:
    workflow, _, _ = planned(client)
    seen = set()
    for of in OFFERS:
        for wanted in (*FORMATS, ""):
            reply = answer(workflow, "export", {"of": of, "format": wanted}, "")
            assert reply.links, (of, wanted)
            assert "What next?" in reply.text
            for link in reply.links:
                if link["href"] in seen:
                    continue
                seen.add(link["href"])
                got = client.get(link["href"])
                assert got.status_code == 200, link
                assert got.content, link
    assert (
        "is not made as GeoJSON"
        in answer(workflow, "export", {"of": "nets", "format": "geojson"}, "").text
    )
    assert len(seen) >= 17


def test_before_a_result_the_files_about_the_file_are_offered(client: Client) -> None:
    reply = answer(upload(client), "export", {"format": "csv"}, "")
    assert "after the open questions" in reply.text
    assert [client.get(link["href"]).status_code for link in reply.links] == [200] * len(
        reply.links
    )


def test_the_workbook_holds_the_table_the_method_and_what_was_left_out(client: Client) -> None:
    workflow, _, plan = planned(client)
    book = load_workbook(io.BytesIO(client.get(f"/workflows/{workflow.pk}/ward_tpr.xlsx").content))
    assert book.sheetnames == ["wards", "method", "left out or noticed", "ward names"]
    about = {r[0].value: r[1].value for r in book["method"].iter_rows()}
    assert about["definition"] == "facility_max" and about["tested"] == 360
    wards = list(book["wards"].iter_rows(values_only=True))
    assert sum(r[wards[0].index("tested")] or 0 for r in wards[1:]) == 360
    nets = load_workbook(io.BytesIO(
        client.get(f"/workflows/{workflow.pk}/plans/{plan.pk}/allocation.xlsx").content
    ))  # fmt: skip
    rows = list(nets["wards"].iter_rows(values_only=True))
    assert sum(r[rows[0].index("nets")] for r in rows[1:]) == plan.allocated


def test_chosen_columns_are_the_columns_of_the_file(client: Client) -> None:
    workflow, _, _ = planned(client)
    reply = answer(
        workflow, "export", {"format": "csv", "columns": ["tpr", "ward", "nonsense"]}, ""
    )
    (link,) = reply.links
    head = client.get(link["href"]).content.decode("utf-8-sig").splitlines()[0]
    assert head == "ward,tpr"


def test_a_cell_never_runs_as_a_formula_and_odd_characters_do_not_break_the_file() -> None:
    rows = [
        {"a": "=1+1", "b": 1.5},
        {"a": "x\x00y <&> ž", "b": None},
        {"a": ["p", "q"], "b": float("nan")},
    ]
    sheet = load_workbook(io.BytesIO(xlsx_bytes([("a/b", ("a", "b"), rows)])))["a b"]
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        ["a", "b"], ["'=1+1", 1.5], ["xy <&> ž", None], ["p;q", "nan"],
    ]  # fmt: skip


def test_a_map_that_is_asked_for_is_the_one_that_is_drawn(client: Client) -> None:
    workflow, _, _ = planned(client)
    for show, drawn in (("tpr", "tpr"), ("tests", "tested"), ("interval", "width")):
        (link,) = answer(workflow, "map", {"show": show}, "").links
        assert link["href"] == f"?tab=map&show={drawn}"
        page = client.get(f"/workflows/{workflow.pk}/{link['href']}").content.decode()
        assert (
            f'<option value="{drawn}" selected>' in page
            or "No ward" in page
            or "cannot be drawn" in page
        )
