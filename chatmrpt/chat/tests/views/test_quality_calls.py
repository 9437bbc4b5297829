"""Calls written down on the quality page; its period, its columns, its sections and files."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from chatmrpt.chat.tests.views.test_quality import PLACE, ROWS, table, text_of
from chatmrpt.chat.tests.views.visits import ANSWERS, JSON, send, upload, url
from chatmrpt.testing.uploads import row
from tpr.models import CallAnswer, Facility, Workflow, WorkflowEvent
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db


def wild(workflow: Workflow) -> str:
    """The call about December of the facility with the nought too many."""
    return f"{Facility.objects.get(upload=workflow.upload, ward='Bille').pk}.2024-12-01"


def answer(client: Client, workflow: Workflow, **fields: str) -> HttpResponse:
    given = {
        "call": wild(workflow), "called_on": "2026-03-02", "called_by": "A. Bello",
        "outcome": "wrong", "found": "register says 200", "state": "Adamawa",
        "idempotency_key": uuid4().hex, **fields,
    }  # fmt: skip
    return client.post(url(workflow, "calls/"), given)


def test_an_answer_is_written_down_shown_exported_and_in_the_ledger(client: Client) -> None:
    workflow = upload(client, ROWS)
    page = text_of(client, url(workflow, "quality/?state=Adamawa"))
    assert f"call={wild(workflow)}#answer" in page
    form = text_of(client, url(workflow, f"quality/?state=Adamawa&call={wild(workflow)}"))
    assert 'name="called_by"' in form and 'name="called_by"' not in page
    key = uuid4().hex
    for _ in range(2):  # pressed twice
        assert answer(client, workflow, idempotency_key=key).status_code == 303
    (stored,) = CallAnswer.objects.all()
    assert (stored.facility, stored.period_start.isoformat()) == (PLACE[3], "2024-12-01")
    page = text_of(client, url(workflow, "quality/?state=Adamawa"))
    assert "2 Mar 2026, A. Bello: the figure is wrong: register says 200" in page
    first = table(client.get(url(workflow, "call_list.csv?state=Adamawa")).content)[0]
    assert (first["outcome"], first["called_by"], first["answer"]) == (
        "wrong", "A. Bello", "register says 200",
    )  # fmt: skip
    (line,) = WorkflowEvent.objects.filter(workflow=workflow, command="answer_call")
    assert line.payload["slots"]["outcome"] == "wrong"
    assert replay(Workflow.objects.get(pk=workflow.pk))["differs"] == []


def test_the_latest_answer_stands_and_an_answer_outlives_its_flag(client: Client) -> None:
    workflow = upload(client, ROWS)
    answer(client, workflow, outcome="no_answer", found="")
    answer(client, workflow, called_on="2026-03-04")
    rows = table(client.get(url(workflow, "call_list.csv?state=Adamawa")).content)
    assert rows[0]["called_on"] == "2026-03-04"
    CallAnswer.objects.update(period_start="2024-05-01")  # a month that no check doubts
    last = table(client.get(url(workflow, "call_list.csv?state=Adamawa")).content)[-1]
    assert (last["order"], last["why"], last["outcome"]) == ("", "no flag any more", "wrong")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"outcome": "maybe"}, 400, "CALL_OUTCOME"),
        ({"called_by": " "}, 400, "CALL_INCOMPLETE"),
        ({"found": ""}, 400, "CALL_INCOMPLETE"),
        ({"called_on": "2999-01-01"}, 400, "CALL_DATE"),
        ({"called_on": "yesterday"}, 400, "CALL_DATE"),
        ({"call": "x.all"}, 400, "CALL_DATE"),
        ({"call": "999999999.all"}, 404, "NOT_FOUND"),
    ],
)
def test_an_answer_that_says_too_little_is_refused_in_words(
    client: Client, fields: dict[str, str], status: int, code: str
) -> None:
    workflow = upload(client, ROWS)
    given = {"call": wild(workflow), "called_on": "2026-03-02", "called_by": "A", "outcome": "wrong",
             "found": "12", **fields}  # fmt: skip
    refused = client.post(url(workflow, "calls/"), given, content_type="application/json", **JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert not CallAnswer.objects.exists()


def test_nobody_writes_into_another_persons_list_nor_about_another_file(client: Client) -> None:
    mine, theirs = upload(client, ROWS), upload(Client(), ROWS[:5])
    assert answer(Client(), mine).status_code == 404
    assert answer(client, mine, call=wild(theirs)).status_code == 404
    assert not CallAnswer.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"outcome": "maybe"}, {"called_by": ""}, {"outcome": "wrong", "found": ""}]
)
def test_the_database_refuses_an_answer_without_sense(
    client: Client, wrong: dict[str, str]
) -> None:
    workflow = upload(client, ROWS)
    answer(client, workflow)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallAnswer.objects.update(**wrong)


def test_the_period_of_the_result_narrows_the_report_and_can_be_widened(client: Client) -> None:
    workflow = upload(client, ROWS)
    for choice in ANSWERS:
        send(client, workflow, "choices/", choice=choice)
    send(client, workflow, "choices/", choice="set period:2024-01..2024-06")
    page = text_of(client, url(workflow, "quality/"))
    assert "Jan 2024 to Jun 2024" in page
    assert "8 of 12" in page  # Bille 6, Girei 2; 2 facilities × 6 months
    assert "2,000 where the median" not in page
    whole = text_of(client, url(workflow, "quality/?period=all"))
    assert "tested rdt u5: 2,000 where the median" in whole and "(limit 15)" in whole


def test_columns_by_month_year_level_and_lga_are_one_link_away(client: Client) -> None:
    workflow = upload(client, ROWS)
    page = text_of(client, url(workflow, "quality/?state=Adamawa&columns=lga"))
    found = re.search(r'<th scope="row">tested rdt u5</th>(.*?)</tr>', page)
    assert found and re.findall(r">(\d+)<", found[1]) == ["100", "17"]  # Fufore 12/12, Girei 2/12
    for group in ("month", "year", "level"):
        assert "of each column" in text_of(
            client, url(workflow, f"quality/?state=Adamawa&columns={group}")
        )


def test_every_difference_of_two_files_is_in_the_csv(client: Client) -> None:
    earlier = upload(client, ROWS)
    changed = [row(*PLACE, month=m, u5=(5 * m, m)) for m in range(1, 13)]
    later = upload(client, [*changed, *ROWS[12:]])
    query = f"revision.csv?state=Adamawa&against={earlier.pk}"
    rows = table(client.get(url(later, query)).content)
    assert {r["kind"] for r in rows} == {"changed"}
    december = [r for r in rows if r["period"] == "2024-12"]
    assert [(r["column"], r["before"], r["after"]) for r in december] == [
        ("tested_rdt_u5", "2000", "60"), ("positive_rdt_u5", "40", "12"),
    ]  # fmt: skip
    assert client.get(url(later, "revision.csv?state=Adamawa")).status_code == 404


def test_sections_are_folded_and_unfold_for_printing(client: Client) -> None:
    workflow = upload(client, ROWS)
    folded = text_of(client, url(workflow, "quality/?state=Adamawa"))
    open_all = text_of(client, url(workflow, "quality/?state=Adamawa&open=1"))
    assert folded.count("<details") > folded.count('<details class="gap-s" open')
    assert re.findall(r"<details(?![^>]* open)", open_all) == []
