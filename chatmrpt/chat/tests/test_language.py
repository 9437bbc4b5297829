"""One way to say a sentence, in the language of the request."""

import pytest
from django.test import Client
from django.utils.translation import override

from chatmrpt.chat.words import AGE_LABELS, count, percent, period, plural
from chatmrpt.common.language import Words, figure, mark, say


def test_a_sentence_takes_its_values_by_name_and_keeps_braces() -> None:
    assert say("{state} is {{here}}: {n}.", state="Kano", n=3) == "Kano is {here}: 3."


def test_a_template_without_a_translation_is_said_in_english() -> None:
    with override("fr"):
        assert say(mark("Nobody translated {this}."), this="it") == "Nobody translated it."


def test_terms_are_said_in_the_language_of_the_request_at_the_moment_of_asking() -> None:
    with override("fr"):
        assert AGE_LABELS["u5"] == "Moins de cinq ans"
        assert dict(AGE_LABELS)["pw"] == "Femmes enceintes"
    assert AGE_LABELS["u5"] == "Under five"


def test_labels_are_plain_text_that_json_can_hold() -> None:
    assert type(Words({"a": "Ward"})["a"]) is str


@pytest.mark.parametrize(
    ("number", "english", "french"),
    [(0, "0 wards", "0 aire de santé"), (1, "1 ward", "1 aire de santé"),
     (1584, "1,584 wards", "1\u202f584 aires de santé")],
)  # fmt: skip
def test_plurals_follow_the_rule_of_the_language(number: int, english: str, french: str) -> None:
    assert plural(number, "ward") == english
    with override("fr"):
        assert plural(number, "ward").replace("\xa0", "\u202f") == french


def test_numbers_and_periods_are_local() -> None:
    assert (figure(1584.25, 1), percent(61.13), count(1584)) == ("1,584.2", "61.1 %", "1,584")
    assert period("2024-01-01", "2024-12-01") == "Jan to Dec 2024"
    with override("fr"):
        assert percent(61.13) == "61,1 %"
        assert period("2024-01-01", "2024-12-01") == "janv. à déc. 2024"


@pytest.mark.django_db
def test_only_the_offered_languages_are_spoken(client: Client, settings: object) -> None:
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en-gb">' in page
    assert 'action="/language/"' not in page
    settings.LANGUAGES = [("en-gb", "English"), ("fr", "Français")]  # type: ignore[attr-defined]
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="fr">' in page
    client.post("/language/", {"language": "en-gb", "next": "/"})
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en-gb">' in page
