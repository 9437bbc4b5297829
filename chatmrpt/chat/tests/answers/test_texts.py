"""Texts that explain, comparisons, charts, maps, filters: each answered, with the pending question."""

import re

from django.test import Client, TestCase

from chatmrpt.chat.replies.answers import ANSWERERS, answer
from chatmrpt.chat.replies.answers.groups import UNITS
from chatmrpt.chat.replies.answers.measures import MEASURES
from chatmrpt.chat.replies.answers.showing import SHOWS
from chatmrpt.chat.replies.answers.topics import TOPICS, text_of
from chatmrpt.chat.selectors.plots import drawn
from chatmrpt.chat.tests.answers import dataset
from chatmrpt.chat.tests.answers.dataset import tally
from chatmrpt.chat.tests.answers.test_questions import FILTERED, STAGES, n, rate, workflow_at
from chatmrpt.chat.understand.vocabulary.rules import RULES
from tpr.models import Upload, Workflow

NO_NUMBER_OF_ITS_OWN = re.compile(r"(?<![{\w])\d+(?![}\w])")


class Texts(TestCase):
    upload: Upload
    done: Workflow

    @classmethod
    def setUpTestData(cls) -> None:
        cls.upload = dataset.read()
        cls.done = workflow_at(cls.upload, "complete")

    def test_every_topic_the_interpreter_knows_has_a_text(self) -> None:
        known = {str(r.slots["topic"]) for r in RULES if r.command == "explain"} - {"column"}
        assert known <= set(TOPICS)

    def test_a_text_is_two_to_six_sentences_with_a_note_and_no_number_of_its_own(self) -> None:
        for topic, found in TOPICS.items():
            with self.subTest(topic=topic):
                text = text_of(topic)
                assert len(re.findall(r"[.;:](?:\s|$)", text)) >= 2 and text.count(". ") < 6
                assert "{" not in text
                own = NO_NUMBER_OF_ITS_OWN.findall(re.sub(r"100|1,000|95 %", "", found.text))
                assert not own, own
                reply = answer(
                    workflow_at(self.upload, "state_selection"), "explain", {"topic": topic}, ""
                )
                assert text in reply.text and "Which state?" in reply.text

    def test_every_note_and_glossary_entry_that_is_linked_is_there(self) -> None:
        client = Client()
        note = client.get("/methods/").content.decode()
        glossary = client.get("/glossary/").content.decode()
        for topic, found in TOPICS.items():
            assert f'id="{found.note}"' in note, (topic, found.note)
            assert f'id="{topic}"' in glossary

    def test_a_header_is_explained_as_it_was_read_and_a_damaged_one_as_it_would_be(self) -> None:
        read = answer(
            self.done, "explain", {"topic": "column", "column": "out-patient attendance"}, ""
        )
        assert "was read as out-patient attendance (count)" in read.text
        other = answer(
            self.done, "explain", {"topic": "column", "column": "organisationunit0me"}, ""
        )
        assert "is not in this file" in other.text and "health facility" in other.text

    def test_a_value_is_read_in_its_band_beside_the_persons_own_state(self) -> None:
        text = answer(self.done, "explain", {"topic": "interpret_value", "value": 15}, "").text
        assert "15 % lies in the band" in text and rate(tally(**FILTERED).tpr) in text

    def test_every_command_has_words_at_every_stage(self) -> None:
        for stage in STAGES:
            workflow = workflow_at(self.upload, stage)
            for command in ANSWERERS:
                with self.subTest(stage=stage, command=command):
                    assert len(answer(workflow, command, {}, "something").text) > 30

    def test_charts_of_everything_by_everything_are_drawn_or_say_what_is_nearest(self) -> None:
        for show in SHOWS:
            for by in (*UNITS, None):
                slots = {"show": show, **({"by": by} if by else {})}
                with self.subTest(**slots):
                    reply = answer(self.done, "chart", slots, "")
                    assert "What next?" in reply.text
                    if not reply.figures:
                        assert any(w in reply.text for w in ("No population", "not by", "no finished",
                                                             "no net plan")), reply.text  # fmt: skip
                        continue
                    (figure,) = reply.figures
                    assert figure["kind"] in ("bars", "lines") and figure["rows"]
                    html = drawn(figure)
                    assert "<svg" in str(html.get("svg") or html["bars"])
                    assert "kwara.csv" in reply.text

    def test_maps_say_where_they_are_or_why_not(self) -> None:
        for stage in ("facility_selection", "complete"):
            for show in SHOWS:
                with self.subTest(stage=stage, show=show):
                    reply = answer(workflow_at(self.upload, stage), "map", {"show": show}, "")
                    assert reply.figures or "No population" in reply.text or "no " in reply.text
        assert (
            "No ward list is loaded for Kwara" in answer(self.done, "map", {"show": "tpr"}, "").text
        )

    def test_two_places_are_compared_with_the_difference_and_its_interval(self) -> None:
        reply = answer(self.done, "compare", {"lga": ["Moro", "Oyun"]}, "")
        a, b = (tally(lambda r, g=g: r.lga == g, **FILTERED) for g in ("Moro", "Oyun"))
        first, second = reply.figures[0]["rows"]
        assert first[1:4] == [n(a.tested), n(a.positive), rate(a.tpr)]
        assert second[1:4] == [n(b.tested), n(b.positive), rate(b.tpr)]
        assert second[5] == f"{(b.tpr or 0) - (a.tpr or 0):+.1f} points"
        low, high = (float(x) for x in second[6].split(" to "))
        assert low < (b.tpr or 0) - (a.tpr or 0) < high

    def test_everything_that_can_be_compared_is(self) -> None:
        for slots, rows in (
            ({"of": "combinations"}, 16), ({"of": "levels"}, 3), ({"of": "ages"}, 3), ({"of": "methods"}, 5),
            ({"age": ["u5", "pw"]}, 2), ({"level": ["primary", "secondary"]}, 2),
            ({"level": ["primary", "secondary"], "age": ["u5", "o5"]}, 4),
            ({"age": ["u5", "o5"], "level": ["primary"]}, 2), ({"method": ["rdt", "microscopy"]}, 2),
            ({"ward": ["Ajanaku", "Igbona"]}, 2), ({"state": ["Kwara", "Adamawa"]}, 2),
            ({"period": "2022..2024"}, 2), ({"period": ["2022", "2023", "2024"]}, 3),
        ):  # fmt: skip
            with self.subTest(**slots):
                reply = answer(self.done, "compare", slots, "")
                assert len(reply.figures[0]["rows"]) == rows
                assert "Newcombe" in reply.text and "What next?" in reply.text
        assert (
            "do not find 'Nowhere'"
            in answer(self.done, "compare", {"ward": ["Nowhere", "Igbona"]}, "").text
        )

    def test_two_years_are_compared_with_the_counts_of_each(self) -> None:
        rows = answer(self.done, "compare", {"period": "2022..2024"}, "").figures[0]["rows"]
        for row, year in zip(rows, (2022, 2024), strict=True):
            truth = tally(lambda r, y=year: r.year == y, **FILTERED)
            assert row[:4] == [
                f"Jan to Dec {year}",
                n(truth.tested),
                n(truth.positive),
                rate(truth.tpr),
            ]

    def test_a_filter_shows_a_part_and_leaves_the_whole(self) -> None:
        reply = answer(self.done, "filter", {"lga": "Moro"}, "")
        part, whole = tally(lambda r: r.lga == "Moro", **FILTERED), tally(**FILTERED)
        assert f"{n(part.positive)} positive of {n(part.tested)}" in reply.text
        assert rate(whole.tpr) in reply.text and reply.links[0]["href"] == "?tab=table&lga=Moro"
        assert reply.figures[0]["total"][2] == n(part.tested)
        secondary = answer(self.done, "filter", {"level": "secondary"}, "").text
        assert "switch to secondary" in secondary
        self.done.refresh_from_db()
        assert self.done.level == "primary"

    def test_all_measures_are_named(self) -> None:
        assert {"tpr", "burden", "tests", "positives", "facilities", "missing"} <= set(MEASURES)
