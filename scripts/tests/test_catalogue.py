"""The catalogue of words holds every sentence, and every translation keeps its values."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from house import catalogue

ROOT = Path(__file__).resolve().parents[2]


def test_the_catalogue_is_up_to_date() -> None:
    assert [path.name for path, content in catalogue.files().items()
            if path.read_bytes() != content] == [], "run scripts/catalogue"  # fmt: skip


def test_sentences_of_code_are_found() -> None:
    source = """
HEADS = Words({"a": "Ward", "b": "LGA"})
LATE = mark("Said " "later")
def f(n): return say("{n} of {m}", n=n, m=2), plural(n, "test"), plural(n, "facility", "facilities")
def g(): return say(LATE)
"""
    assert set(catalogue.of_python(source)) - {""} == {
        "Ward", "LGA", "Said later", "{n} of {m}", ("test", "tests"), ("facility", "facilities"),
    }  # fmt: skip


def test_sentences_of_templates_are_found() -> None:
    source = (
        '{% translate "95 % interval" %}<a title="{% translate \'Open it\' %}">'
        "{% blocktranslate with n=x.n %}<b>{{ n }}</b> of \"all\"{% endblocktranslate %}</a>"
        "{% blocktranslate count n=c %}{{ n }} ward{% plural %}{{ n }} wards{% endblocktranslate %}"
    )  # fmt: skip
    assert list(catalogue.of_template(source)) == [
        "95 %% interval", "Open it", '<b>%(n)s</b> of "all"', ("%(n)s ward", "%(n)s wards"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", catalogue.languages(), ids=lambda path: path.parts[-3])
def test_every_translation_keeps_the_values_and_the_marks_of_its_sentence(path: Path) -> None:
    def parts(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+[^}]*\}|%\(\w+\)s|</?[a-z][^>]*>", text))

    with path.open("rb") as file:
        found = read_po(file, locale=path.parts[-3])
    wrong = []
    for message in found:
        singular = message.id[0] if isinstance(message.id, tuple) else message.id
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wrong += [text for text in texts if singular and text and parts(text) != parts(singular)]
    assert wrong == []


def test_the_terms_and_the_steps_are_there_in_french() -> None:
    with (ROOT / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        found = read_po(file, locale="fr")
    terms = ["Ward", "LGA", "State", "Facility level", "Age group", "Tested", "Positive", "TPR",
             "Test Positivity Rate (TPR)", "Nets", "Bales", "Rank"]  # fmt: skip
    assert [term for term in terms if not found.get(term) or not found.get(term).string] == []
