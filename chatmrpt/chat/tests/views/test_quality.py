"""The quality page and its files: there once the file is read, before any positivity."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from chatmrpt.chat.tests.views.visits import adamawa_list, complete, send, upload, url
from chatmrpt.testing.uploads import row
from tpr.models import QualityThreshold, Workflow
from tpr.services.workflow import resume_code

pytestmark = pytest.mark.django_db
PLACE = ("Adamawa", "Fufore", "Bille", "=Bille Health Post")
WILD = [100, 101, 99, 100, 102, 98, 100, 101, 99, 100, 103, 2000]
ROWS = [
    *(row(*PLACE, month=m, u5=(tested, 40)) for m, tested in enumerate(WILD, 1)),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=1, u5=(25, 30)),
    row("Adamawa", "Girei", "Girei I", "Girei PHC", month=2, u5=(40, 10)),
    row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(30, 9)),
]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_file_of_two_states_asks_for_the_state_and_then_reports_it(client: Client) -> None:
    workflow = upload(client, ROWS)
    assert "Choose the state" in text_of(client, url(workflow, "quality/"))
    page = text_of(client, url(workflow, "quality/?state=Adamawa"))
    assert "facilities that ever reported × periods in the file" in page
    assert "58.3 %" in page  # 14 of 2 facilities × 12 months
    assert "Far from the facility&#x27;s median" in page
    assert '<td class="q4">100</td>' in page
    assert "Ajanaku" not in page


def test_the_chosen_state_is_reported_and_the_tab_leads_there(client: Client) -> None:
    workflow = upload(client, ROWS)
    send(client, workflow, "choices/", choice="select Adamawa")
    page = text_of(client, url(workflow, "?tab=quality"))
    assert url(workflow, "quality/") in page
    assert "Data quality, Adamawa" in text_of(client, url(workflow, "quality/"))


def test_another_denominator_is_named_and_changes_the_share(client: Client) -> None:
    workflow = upload(client, ROWS)
    page = text_of(client, url(workflow, "quality/?state=Adamawa&denominator=rows"))
    assert "Denominator: <b>rows present in the file</b>" in page
    assert "100.0 %" in page


def test_flags_lead_back_to_sheet_row_and_header_with_value_and_threshold(client: Client) -> None:
    workflow = upload(client, ROWS)
    answer = client.get(url(workflow, "quality.csv?state=Adamawa"))
    (above,) = [r for r in table(answer.content) if r["check"] == "positive_above_tested"]
    assert (above["row"], above["value"], above["threshold"]) == ("14", "30", "25")
    assert above["header"] == "Persons tested positive for malaria by RDT <5yrs"
    assert above["facility"] == "Girei PHC"
    assert above["ask"].endswith("?")


def test_calls_come_most_influential_first_and_no_name_runs_as_a_formula(client: Client) -> None:
    workflow = upload(client, ROWS)
    rows = table(client.get(url(workflow, "call_list.csv?state=Adamawa")).content)
    influence = [float(r["influence"]) for r in rows]
    assert influence == sorted(influence, reverse=True)
    # Bille: 480 of 3103 = 15.47 %; without December 440 of 1103 = 39.89 %; 24.42 points × 3103.
    assert rows[0]["facility"] == "'=Bille Health Post"
    assert rows[0]["period"] == "2024-12"
    assert float(rows[0]["points"]) == pytest.approx(100 * (440 / 1103 - 480 / 3103))
    # Girei I: 40 of 65 as reported, 10 of 40 without: 36.54 points × 65.
    (girei,) = [r for r in rows if r["facility"] == "Girei PHC" and r["period"] == "2024-01"]
    assert float(girei["influence"]) == pytest.approx((100 * 40 / 65 - 25) * 65 / 100)


def test_the_workbook_holds_the_same_rows(client: Client) -> None:
    workflow = upload(client, ROWS)
    answer = client.get(url(workflow, "quality.xlsx?state=Adamawa"))
    book = load_workbook(io.BytesIO(answer.content))
    flags = table(client.get(url(workflow, "quality.csv?state=Adamawa")).content)
    assert book.sheetnames == ["calls", "flags", "completeness", "limits"]
    assert book["flags"].max_row == len(flags) + 1
    assert book["limits"].max_row == QualityThreshold.objects.count() + 1
    assert book["calls"]["E2"].value == "'=Bille Health Post"


def test_wards_of_the_list_are_drawn_with_what_is_missing(client: Client) -> None:
    wards = adamawa_list()
    wards.display = {"Adamawa": {"width": 10, "height": 10, "lgas": []}}
    wards.save()
    wards.wards.update(display={"d": "M0 0h1v1z"})
    workflow = upload(client, ROWS)
    page = text_of(client, url(workflow, "quality/?state=Adamawa"))
    assert "Bille, Fufore: 12 of 12" in page
    assert "Girei I, Girei: 2 of 12" in page
    assert "Ribadu, Fufore: not in the file" in page


def test_before_the_file_is_read_and_for_another_visitor_there_is_no_report(
    client: Client,
) -> None:
    workflow = complete(client, ROWS)
    assert Client().get(url(workflow, "quality/")).status_code == 404
    assert client.get(url(workflow, "quality.csv?state=Kano")).status_code == 400
    workflow.upload.status = "reading"  # type: ignore[union-attr]
    workflow.upload.save()  # type: ignore[union-attr]
    assert client.get(url(workflow, "quality/")).status_code == 409


def test_300_facilities_cost_the_queries_of_three(client: Client) -> None:
    costs = []
    for many in (3, 300):
        rows = [row("Kwara", "Moro", f"Ward {n % 20}", f"PHC {n}", u5=(50, 9)) for n in range(many)]
        workflow = upload(client, rows)
        text_of(client, url(workflow, "quality/"))
        with CaptureQueriesContext(connection) as caught:
            text_of(client, url(workflow, "quality/"))
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 15


def test_a_later_file_is_compared_with_the_earlier_one_of_the_same_person(client: Client) -> None:
    earlier = upload(client, ROWS)
    changed = [*ROWS[:11], row(*PLACE, month=12, u5=(200, 80)), *ROWS[13:]]
    later = upload(client, changed)
    offered = text_of(client, url(later, "quality/?state=Adamawa"))
    assert f"against={earlier.pk}" in offered
    page = text_of(client, url(later, f"quality/?state=Adamawa&against={earlier.pk}"))
    assert "tested rdt u5: 2000 → 200" in page
    assert "vanished" in page  # Girei PHC, January
    assert "Bille" in page.split("<caption>Wards whose TPR leaves its interval")[1]


def test_a_strange_or_foreign_workflow_cannot_be_compared_with(client: Client) -> None:
    mine = upload(client, ROWS)
    other = upload(Client(), ROWS)
    for wrong in (str(other.pk), "x", "0" * 32):
        assert client.get(url(mine, f"quality/?state=Adamawa&against={wrong}")).status_code == 404
    kwara = upload(client, [ROWS[-1]])
    answer = client.get(url(mine, f"quality/?state=Adamawa&against={kwara.pk}"))
    assert answer.status_code == 400


def test_who_came_by_a_resume_code_is_not_offered_the_owners_other_files(client: Client) -> None:
    earlier, later = upload(client, ROWS), upload(client, ROWS[:11])
    guest = Client()
    own = upload(guest, [*ROWS[:5], *ROWS[7:]])
    later_again = upload(client, [*ROWS[:3], *ROWS[8:]])
    guest.post("/resume/", {"code": resume_code(later_again)})
    page = text_of(guest, url(later_again, "quality/?state=Adamawa"))
    assert f"against={own.pk}" in page
    assert str(earlier.pk) not in page and str(later.pk) not in page


def test_who_came_by_a_resume_code_may_open_the_restarted_workflow(client: Client) -> None:
    workflow = upload(client, ROWS)
    guest = Client()
    guest.post("/resume/", {"code": resume_code(workflow)})
    answer = send(guest, workflow, "choices/", choice="restart ")
    assert answer.status_code == 303
    new = Workflow.objects.get(parent=workflow)
    assert new.owner == workflow.owner
    for visitor in (guest, client):
        assert visitor.get(url(new)).status_code == 200


def test_remarks_of_the_reader_say_what_hangs_on_them(client: Client) -> None:
    rows = [
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", u5=(75, 9)),
        row("Kwara", "Moro", "Unknown", "Lost PHC", u5=(25, 9)),
        row("Kwara", "Moro", "Ajanaku", "Ajanaku PHC", month=2, u5=(40, "")),
    ]
    page = text_of(client, url(upload(client, rows), "quality/"))
    assert "25 tests (25.0 %) count for no ward" in page
    assert "40 tests not counted" in page
    assert "By ward, the least complete first" in page
