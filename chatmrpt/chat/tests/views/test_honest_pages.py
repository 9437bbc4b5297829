"""The pages on certainty, definitions and trend, and their files."""

import csv
import io
from xml.etree import ElementTree

import pytest
from django.test import Client

from chatmrpt.chat.tests.views.visits import adamawa_list, complete, upload, url
from chatmrpt.testing.uploads import row

pytestmark = pytest.mark.django_db

WARDS = ("Bille", "Ribadu", "Gurin", "Malabu")
YEARS = [
    row("Adamawa", "Fufore" if n < 2 else "Girei", ward, f"{ward} {kind}", year=year, month=month,
        u5=(40 + 10 * n, 8 + 4 * (year - 2021) + 3 * n + (6 if kind == "PHC" else 0)), opd=200)
    for year in (2021, 2022, 2023)
    for month in (range(1, 13) if year < 2023 else range(1, 7))
    for n, ward in enumerate(WARDS)
    for kind in ("PHC", "Clinic")
]  # fmt: skip


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_how_sure_shows_raw_and_shrunk_side_by_side_with_both_plots(client: Client) -> None:
    workflow = complete(client, YEARS)
    page = text_of(client, url(workflow, "how-sure/"))
    assert "Positivity, larger of RDT and microscopy" in page  # the chosen definition, printed
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2
    assert "Raw and shrunk, side by side" in page
    assert "Above 25 %" in page
    assert "Above 30 %" in text_of(client, url(workflow, "how-sure/?bands=small_area"))
    assert "style=" not in page  # strict CSP
    link = page.split('href="?ward=')[1].split("&")[0]
    ward = text_of(client, url(workflow, f"how-sure/?ward={link}"))
    assert "Tests taken in one facility resemble each other." in ward
    assert "positives ÷" in ward
    assert "We are" in ward
    assert "If the missing reports looked like" not in ward  # none is missing here
    silent = [r for r in YEARS if (r[3], str(r[6])[:4]) != ("Bille Clinic", "2022")]
    gappy = complete(client, silent)
    page = text_of(client, url(gappy, "how-sure/"))
    links = {part.split("&")[0] for part in page.split('href="?ward=')[1:]}
    shown = [text_of(client, url(gappy, f"how-sure/?ward={pk}")) for pk in links]
    assert any("If the missing reports looked like the lowest facilities" in one for one in shown)


def test_definitions_stand_side_by_side_for_the_state_an_lga_and_a_ward(client: Client) -> None:
    workflow = complete(client, YEARS)
    state = text_of(client, url(workflow, "definitions/"))
    assert "a ratio, not positivity" in state
    assert "biased upward" in state
    assert "of 96 combinations" in state
    assert "Bille, Fufore LGA by every definition" in text_of(
        client, url(workflow, "definitions/?place=Fufore|Bille&k=2")
    )
    assert client.get(url(workflow, "definitions/?place=Fufore|Nowhere")).status_code == 404
    assert client.get(url(workflow, "definitions/?k=many")).status_code == 200


def test_the_trend_names_its_first_and_last_year_and_the_partial_one(client: Client) -> None:
    workflow = complete(client, YEARS)
    page = text_of(client, url(workflow, "trend/?place=Fufore|Bille"))
    assert "Bille, Fufore LGA: 27.5 % in 2021, 47.5 % in 2023, +20.00 points. Worsening" in page
    assert "Fewer than nine months were reported in 2023" in page
    assert "Wards that worsen (slope of at least 1 point per year" in page
    assert "cannot be significant" in page
    rows = list(csv.DictReader(io.StringIO(
        client.get(url(workflow, "ward_trends.csv")).content.decode("utf-8-sig"))))  # fmt: skip
    assert len(rows) == 4 * 3
    assert {r["definition"] for r in rows} == {"facility_max"}
    assert float(rows[0]["slope_points_per_year"]) == pytest.approx(10)


def test_one_year_says_that_a_trend_needs_more(client: Client) -> None:
    page = text_of(client, url(complete(client), "trend/"))
    assert "a trend needs more" in page


def test_the_files_carry_both_intervals_the_definition_and_the_chances(client: Client) -> None:
    workflow = complete(client, YEARS)
    rows = list(csv.DictReader(io.StringIO(
        client.get(url(workflow, "ward_intervals.csv")).content.decode("utf-8-sig"))))  # fmt: skip
    assert [r["ward"] for r in rows] == ["Bille", "Ribadu", "Gurin", "Malabu"]
    for r in rows:
        assert float(r["shown_low"]) <= float(r["plain_low"]) < float(r["plain_high"])
        assert r["definition"] == "facility_max"
        chances = [float(r[f"p_above_{limit}"]) for limit in (10, 25, 50)]
        assert chances == sorted(chances, reverse=True)
    for name in ("caterpillar.svg", "funnel.svg"):
        answer = client.get(url(workflow, name))
        assert answer["Content-Type"].startswith("image/svg+xml")
        ElementTree.fromstring(answer.content.decode())
        assert "larger of RDT" in answer.content.decode()


def test_burden_names_its_population_and_does_not_guess_children(client: Client) -> None:
    nothing = complete(client)
    assert "No population list is loaded" in text_of(client, url(nothing, "burden/"))
    assert client.get(url(nothing, "ward_burden.csv")).status_code == 409
    adamawa_list()
    workflow = complete(client)
    page = text_of(client, url(workflow, "burden/"))
    assert "Children are not guessed from a total" in page
    assert "no population for this group" in page
    group = text_of(client, url(workflow, "burden/?counts=group"))
    assert "× 1,000 × 12 ÷" in group
    rows = list(csv.DictReader(io.StringIO(client.get(
        url(workflow, "ward_burden.csv?counts=group")).content.decode("utf-8-sig"))))  # fmt: skip
    bille = next(r for r in rows if r["ward"] == "Bille")
    assert (bille["positive"], bille["months"]) == ("100", "2")  # 40 + 60 in January and February
    assert float(bille["per_1000_per_year"]) == pytest.approx(
        100 / float(bille["population"]) * 1000 * 12 / 2
    )
    assert bille["population_source"]
    assert bille["population_year"]


def test_before_the_result_and_for_others_there_is_nothing(client: Client) -> None:
    early = upload(client)
    for name in ("how-sure/", "definitions/", "trend/", "ward_intervals.csv", "funnel.svg"):
        assert client.get(url(early, name)).status_code == 409
    mine = complete(client, YEARS)
    stranger = Client()
    for name in ("how-sure/", "definitions/", "trend/", "ward_trends.csv"):
        assert stranger.get(url(mine, name)).status_code == 404
