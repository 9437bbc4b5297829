"""The map: every ward once, unknown is a class of its own, nothing from a name can run."""

import re
from xml.etree import ElementTree

from tpr.maps.choropleth import LegendItem, Shape, draw

SVG = "{http://www.w3.org/2000/svg}"
BORDERS = [("Fufore & <Girei>", "M0 0l10 0 0 10z", 5, 5)]


def shapes() -> list[Shape]:
    return [
        Shape("M0 0l10 0 0 10z", "m1", "Bille: 20.0 %", href="?ward=A1"),
        Shape("M10 0l10 0 0 10z", "m5", "Ribadu: 80.0 %, fewer than 20 tests", few=True),
        Shape("M20 0l10 0 0 10z", "m0", 'Gurin "<script>": not in the file'),
    ]


def drawn(*, standalone: bool = False) -> str:
    legend = [LegendItem("m1", "up to 25 %", 1), LegendItem("m0", "not known", 1)]
    return draw(shapes(), width=100, height=50, borders=BORDERS, label='TPR "u5" & all',
                legend=legend, standalone=standalone)  # fmt: skip


def test_it_is_well_formed_and_every_ward_is_drawn_once_with_its_title() -> None:
    tree = ElementTree.fromstring(drawn())
    wards = [p for p in tree.iter(f"{SVG}path") if (p.get("class") or "").startswith("w ")]
    assert [p.get("class") for p in wards] == ["w m1", "w m5", "w m0"]
    assert [p.findtext(f"{SVG}title") for p in wards] == [s.title for s in shapes()]
    assert tree.get("aria-label") == 'TPR "u5" & all'


def test_what_is_not_known_has_a_class_of_its_own_and_few_tests_a_mark() -> None:
    text = drawn()
    assert text.count('class="few"') == 1
    assert 'class="w m0"' in text
    assert 'id="none"' in text


def test_a_page_gets_no_style_and_a_file_brings_its_own_with_its_legend() -> None:
    assert "<style" not in drawn()
    assert not re.search(r"\sstyle=", drawn())
    alone = drawn(standalone=True)
    assert alone.count("<style>") == 1
    for name in ("m0", "m1", "m2", "m3", "m4", "m5"):
        assert f".{name}{{" in alone
    assert "up to 25 %: 1" in alone
    assert "not known: 1" in alone


def test_names_are_text_and_never_markup() -> None:
    assert "<script>" not in drawn()
    assert "Fufore &amp; &lt;Girei&gt;" in drawn()


def test_a_ward_with_a_card_is_a_link_that_says_where_it_leads() -> None:
    tree = ElementTree.fromstring(drawn())
    (link,) = tree.iter(f"{SVG}a")
    assert (link.get("href"), link.get("aria-label")) == ("?ward=A1", "Bille: 20.0 %")
