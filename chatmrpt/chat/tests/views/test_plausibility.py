"""The page that checks a planning sheet of others."""

from io import BytesIO

import pytest
from django.test import Client

from itn.models import PlanCheck
from itn.services.check_sheet import check_sheet

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
SHEET = (
    b"state,population,nets,bales\nEdo,5444005,2436824,48736.48\nEkiti,4292768,2436824,48736.48\n"
)


def file(content: bytes = SHEET) -> BytesIO:
    made = BytesIO(content)
    made.name = "=plan.csv"
    return made


def test_a_sheet_is_sent_waited_for_and_shown_to_its_owner_only(client: Client) -> None:
    answer = client.post("/plausibility/", {"file": file()})
    made = PlanCheck.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/plausibility/{made.pk}/")
    waiting = client.get(answer["Location"])
    assert waiting.status_code == 202 and "read by a worker" in waiting.content.decode()
    assert check_sheet(made.pk)
    page = " ".join(client.get(answer["Location"]).content.decode().split())
    assert "as if copied" in page and "2.23" in page and "48,736.48" in page
    rows = client.get(f"/plausibility/{made.pk}/flags.csv").content.decode("utf-8-sig").splitlines()
    assert rows[1].endswith("persons_per_net_high;copied_figure;fractional_bales")
    assert "=plan.csv" in client.get("/plausibility/").content.decode()
    stranger = Client()
    for rest in ("", "flags.csv"):
        assert stranger.get(f"/plausibility/{made.pk}/{rest}").status_code == 404
    assert "=plan.csv" not in stranger.get("/plausibility/").content.decode()


def test_programs_get_json_and_people_words(client: Client) -> None:
    answer = client.post(
        "/plausibility/", {"file": file(), "bale": "50", "stock": "1 million"}, **JSON
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert check_sheet(answer.json()["uuid"])
    told = client.get(answer["Location"], **JSON).json()
    assert told["status"] == "done" and told["lines"][0]["flags"][1] == "copied_figure"
    assert any("above the stock of 1,000,000" in check["sentence"] for check in told["checks"])
    for fields, words in (({}, "Choose the planning sheet"), ({"file": file(b" ")}, "Choose"),
                          ({"file": file(), "bale": "many"}, "no number was recognised"),
                          ({"file": file(), "population": "x"}, "There is no population list")):  # fmt: skip
        refused = client.post("/plausibility/", fields)
        assert refused.status_code in (400, 404) and words in refused.content.decode()


def test_a_sheet_that_cannot_be_read_says_why(client: Client) -> None:
    address = client.post("/plausibility/", {"file": file(b"%PDF-1.7")})["Location"]
    check_sheet(PlanCheck.objects.get().pk)
    page = client.get(address).content.decode()
    assert "could not be checked" in page and "PDF document" in page


def test_with_accounts_only_people_with_one_send_sheets(client: Client, settings) -> None:
    settings.ACCESS = "login"
    assert client.post("/plausibility/", {"file": file()}, **JSON).status_code == 403
    assert not PlanCheck.objects.exists()
