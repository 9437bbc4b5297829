"""Every `q` of workflow.md section 7 is answered with its figures, checked against a plain count."""

from collections import defaultdict
from typing import Any

from django.test import TestCase

from chatmrpt.chat.replies.answers import answer
from chatmrpt.chat.replies.answers.asking import ANSWERS
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.tests.answers import dataset
from chatmrpt.chat.tests.answers.dataset import Row, tally
from tpr import locks
from tpr.models import Upload, Workflow
from tpr.services.workflow import apply_command, start_workflow

STAGES: dict[str, dict[str, str]] = {
    "state_selection": {},
    "state_confirmation": {"state": "Kwara"},
    "facility_selection": {"state": "Kwara"},
    "age_group_selection": {"state": "Kwara", "level": "primary"},
    "complete": {"state": "Kwara", "level": "primary", "age": "u5"},
}
FILTERED = {"ages": ("u5",), "level": "primary"}
"""What is chosen at `complete`."""
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "count": [{"of": of} for of in ("states", "lgas", "wards", "facilities", "rows", "periods", "tests",
                                    "positives", "llin_pw", "llin_u5", "unknown_wards")],
    "list": [{"of": of} for of in ("states", "lgas", "wards", "facilities")],
    "missing": [{}, *({"by": by} for by in ("year", "month", "lga", "level", "column"))],
    "rank": [
        *({"unit": u} for u in ("state", "lga", "ward", "facility", "level", "age", "method", "month",
                                "combination")),
        *({"by": by} for by in ("tpr", "burden", "tests", "positives", "facilities", "completeness",
                                "risk")),
        {"n": 2}, {"order": "lowest"},
    ],
    "breakdown": [
        *({"by": by} for by in ("level", "age", "method", "lga", "ward", "month", "year")),
        *({"measure": m} for m in ("burden", "tests", "positives", "facilities", "missing")),
    ],
    "coverage": [{}, {"of": "llin_pw"}, {"of": "llin_u5"}],
    "low_volume": [{}, {"below": 500}],
    "why_rank": [{}, {"ward": "Ajanaku"}, {"lga": "Moro"}],
    "presence": [{"state": "Kwara"}, {"lga": "Moro"}, {"ward": "Ajanaku"}, {"level": "tertiary"},
                 {"method": "microscopy"}, {"age": "pw"}, {"ward": "Nowhere"}],
    "tpr": [{}, {"lga": "Moro"}, {"ward": "Ajanaku"}, {"method": "rdt"}, {"period": "2023"}],
}  # fmt: skip


def workflow_at(upload: Upload, stage: str) -> Workflow:
    """Return a workflow brought to a stage."""
    workflow = locks.workflow(start_workflow(upload=upload, actor=dataset.ACTOR).pk)
    if STAGES[stage]:
        apply_command(workflow, command="select", slots=STAGES[stage], actor=dataset.ACTOR)
    if stage == "facility_selection":
        apply_command(workflow, command="confirm", slots={}, actor=dataset.ACTOR)
    assert workflow.stage == stage, workflow.stage
    return workflow


def n(value: float) -> str:
    return f"{value:,.0f}"


def rate(value: float | None) -> str:
    assert value is not None
    return f"{value:.1f} %"


class Answers(TestCase):
    upload: Upload
    done: Workflow

    @classmethod
    def setUpTestData(cls) -> None:
        cls.upload = dataset.read()
        cls.done = workflow_at(cls.upload, "complete")

    def ask(self, q: str, **slots: Any) -> Reply:
        return answer(self.done, "ask", {"q": q, **slots}, "")

    def table(self, reply: Reply, at: int = 0) -> list[list[str]]:
        rows: list[list[str]] = reply.figures[at]["rows"]
        return rows

    def test_every_question_is_answered_at_every_stage_and_the_pending_one_comes_back(self) -> None:
        pending = {"state_selection": "Which state?", "state_confirmation": "Shall I use Kwara?",
                   "facility_selection": "Which facilities?", "age_group_selection": "Which age group?",
                   "complete": "What next?"}  # fmt: skip
        for stage in STAGES:
            workflow = workflow_at(self.upload, stage)
            for q in ANSWERS:
                for slots in VARIANTS.get(q, [{}]):
                    with self.subTest(stage=stage, q=q, **slots):
                        reply = answer(workflow, "ask", {"q": q, **slots}, "")
                        assert reply.text.rstrip().endswith((".", "”", "?")), reply.text
                        assert pending[stage] in reply.text
                        assert (
                            "not computed" not in reply.text and "understand you" not in reply.text
                        )
                        body = reply.text.split(pending[stage])[0]
                        assert len(body) > 40, reply.text
                        for figure in reply.figures:
                            assert figure["rows"], figure
        assert Workflow.objects.get(pk=self.done.pk).version == self.done.version

    def test_before_a_file_says_what_is_missing(self) -> None:
        empty = Workflow(stage="awaiting_upload")
        assert "no file" in answer(empty, "ask", {"q": "tpr"}, "").text

    def test_positivity_says_tests_positives_interval_facilities_and_completeness(self) -> None:
        cases: list[tuple[dict[str, Any], dataset.Tally]] = [
            ({}, tally(**FILTERED)),
            ({"lga": "Moro"}, tally(lambda r: r.lga == "Moro", **FILTERED)),
            ({"ward": "Bode Saadu"}, tally(lambda r: r.ward == "Bode Saadu", **FILTERED)),
            ({"period": "2023"}, tally(lambda r: r.year == 2023, **FILTERED)),
            (
                {"period": "2024-01..2024-06"},
                tally(lambda r: r.year == 2024 and r.month < 7, **FILTERED),
            ),
            ({"age": "pw", "level": "all"}, tally(ages=("pw",))),
            ({"age": "all", "level": "all"}, tally()),
            ({"method": "rdt"}, tally(methods=("rdt",), **FILTERED)),
            ({"method": "microscopy"}, tally(methods=("microscopy",), **FILTERED)),
        ]
        for slots, truth in cases:
            with self.subTest(**slots):
                text = self.ask("tpr", **slots).text
                assert f"{n(truth.positive)} positive of {n(truth.tested)} tested" in text, text
                assert f"is {rate(truth.tpr)}" in text
                assert f"{n(truth.used)} of {n(truth.rows)} facility-periods" in text
                assert "kwara.csv" in text and "95 % interval" in text

    def test_counts_are_distinct_and_sums_name_their_blanks(self) -> None:
        kwara = [r for r in dataset.rows() if r.state == "Kwara"]
        facilities = {(r.lga, r.ward, r.facility, r.level) for r in kwara}
        wards = {(r.lga, r.ward) for r in kwara if r.known_ward}
        truth = tally(**FILTERED)
        blank = sum(
            r.counts.get(f"tested_{m}_u5") is None
            for r in kwara if r.level == "primary" for m in ("rdt", "microscopy")
        )  # fmt: skip
        llin = sum(r.counts.get("llin_pw", 0) for r in kwara)
        unknown = sum(r.ward == "Unknown" for r in kwara)
        for of, words in {
            "states": "2 states", "lgas": "3 LGAs", "wards": f"{len(wards)} wards",
            "facilities": f"{len(facilities)} facilities", "rows": f"{n(len(kwara))} rows",
            "tests": f"{n(truth.tested)} tests", "positives": f"{n(truth.positive)} positives",
            "llin_pw": f"{n(llin)} nets", "periods": "59 months",
            "unknown_wards": f"({n(unknown)} of {n(len(kwara))})",
        }.items():  # fmt: skip
            with self.subTest(of=of):
                assert words in self.ask("count", of=of).text, self.ask("count", of=of).text
        assert f"({n(blank)} of" in self.ask("count", of="tests").text
        secondary = {f for f in facilities if f[3] == "secondary"}
        assert (
            f"{len(secondary)} facilities"
            in self.ask("count", of="facilities", level="secondary").text
        )

    def test_the_period_names_its_gap_and_the_months_of_each_year(self) -> None:
        reply = self.ask("period")
        assert (
            "Jan 2020 to Dec 2024" in reply.text and "Missing between them: Aug 2023" in reply.text
        )
        assert self.table(reply) == [[str(y), "11" if y == 2023 else "12"] for y in dataset.YEARS]

    def test_missing_has_numerator_and_both_denominators(self) -> None:
        kwara = [r for r in dataset.rows() if r.state == "Kwara"]

        def has_test(r: Row) -> bool:
            return any(k.startswith("tested") for k in r.counts)

        present = sum(map(has_test, kwara))
        ever = {r.facility + r.ward for r in kwara if has_test(r)}
        text = self.ask("missing").text
        assert f"({n(present)} of {n(len(kwara))})" in text
        assert f"({n(present)} of {n(len(ever) * dataset.MONTHS)})" in text
        by_year = self.ask("missing", by="year").figures[0]["rows"]
        for row, year in zip(by_year, dataset.YEARS, strict=True):
            got = sum(has_test(r) for r in kwara if r.year == year)
            months = 11 if year == 2023 else 12
            assert row["text"].endswith(f"({n(got)} of {n(len(ever) * months)})"), row
        filled = sum("opd" in r.counts for r in kwara)
        columns = {
            r["label"]: r["text"] for r in self.ask("missing", by="column").figures[0]["rows"]
        }
        assert columns["Out-patient attendance"].endswith(f"({n(filled)})")

    def test_exceeding_counts_pairs_tests_positives_facilities_and_wards(self) -> None:
        pairs = [
            (r, r.counts["tested_rdt_u5"], r.counts["positive_rdt_u5"]) for r in dataset.rows()
            if r.level == "primary" and r.counts.get("positive_rdt_u5", 0) > r.counts.get("tested_rdt_u5", 0)
            and r.state == "Kwara"
        ]  # fmt: skip
        assert pairs, "the data set must hold some"
        text = self.ask("exceeding").text
        assert f"{len(pairs)} pair" in text
        assert (
            f"{n(sum(t for _, t, _ in pairs))} tests, {n(sum(p for _, _, p in pairs))} positives"
            in text
        )
        assert f"in {len({r.facility + r.ward for r, _, _ in pairs})} facilit" in text
        assert "left out" in text and "cap at 100" in text

    def test_ranks_hold_value_tests_lga_and_interval_in_the_right_order(self) -> None:
        by_ward = {
            (ward, lga): tally(lambda r, w=ward, g=lga: (r.ward, r.lga) == (w, g), **FILTERED)
            for lga, wards in dataset.PLACES.items() for ward in wards if ward != "Unknown"
        }  # fmt: skip
        order = sorted(
            (k for k, t in by_ward.items() if t.tested), key=lambda k: -(by_ward[k].tpr or 0)
        )
        reply = self.ask("rank", unit="ward", n=20)
        shown = [(row[1], row[2]) for row in self.table(reply)]
        assert shown == order
        for row in self.table(reply):
            truth = by_ward[row[1], row[2]]
            assert row[3:6] == [n(truth.tested), n(truth.positive), rate(truth.tpr)]
            assert "to" in row[6]
        lowest = self.table(self.ask("rank", unit="ward", order="lowest", n=1))
        assert (lowest[0][1], lowest[0][2]) == order[-1]
        by_month = {(y, m): tally(lambda r, y=y, m=m: (r.year, r.month) == (y, m), **FILTERED).tpr
                    for y in dataset.YEARS for m in range(1, 13) if (y, m) != (2023, 8)}  # fmt: skip
        top = max(by_month, key=lambda k: by_month[k] or 0)
        first = self.table(self.ask("rank", unit="month", n=1))[0]
        assert first[1].endswith(str(top[0])) and rate(by_month[top]) in first

    def test_breakdowns_add_up_to_the_whole(self) -> None:
        for by in ("level", "age", "lga", "ward", "month", "year"):
            with self.subTest(by=by):
                reply = self.ask("breakdown", by=by)
                figure = reply.figures[0]
                at = next(i for i, c in enumerate(figure["columns"]) if c["label"] == "Tested")
                whole = int(figure["total"][at].replace(",", ""))
                shown = sum(int(row[at].replace(",", "")) for row in figure["rows"])
                if not figure["note"]:
                    assert shown == whole
                assert f"{n(whole)} of {n(whole)} tests" in reply.text
        truth = tally(ages=("u5",))
        assert (
            int(self.ask("breakdown", by="level").figures[0]["total"][1].replace(",", ""))
            == truth.tested
        )
        methods = self.ask("breakdown", by="method")
        for row, method in zip(self.table(methods), ("rdt", "microscopy"), strict=True):
            found = tally(methods=(method,), **FILTERED)
            assert row[1:3] == [n(found.tested), n(found.positive)]
        assert "do not add up" in methods.text

    def test_all_sixteen_combinations_are_those_of_a_plain_count(self) -> None:
        rows = {row[1].removesuffix(" (few tests)"): row for row in
                self.table(self.ask("rank", unit="combination", n=16))}  # fmt: skip
        labels = {
            "u5": "under five",
            "o5": "five and over",
            "pw": "pregnant women",
            "all": "all ages",
        }
        names = {"primary": "Primary", "secondary": "Secondary", "tertiary": "Tertiary",
                 "all": "All facilities"}  # fmt: skip
        seen = 0
        for level, name in names.items():
            for age, label in labels.items():
                truth = tally(ages=dataset.AGES if age == "all" else (age,), level=level)
                if not truth.tested:
                    continue
                seen += 1
                assert rows[f"{name}, {label}"][2:5] == [n(truth.tested), n(truth.positive),
                                                         rate(truth.tpr)]  # fmt: skip
        assert seen == len(rows) >= 12

    def test_drivers_are_shares_that_add_up(self) -> None:
        rows = self.table(self.ask("drivers"))
        whole = tally(**FILTERED)
        first = rows[0]
        truth = tally(lambda r: (r.ward, r.lga) == (first[0], first[1]), **FILTERED)
        assert first[2:5] == [n(truth.positive), rate(100 * truth.positive / whole.positive),
                              rate(100 * truth.tested / whole.tested)]  # fmt: skip
        assert rows[-1][5] == "100.0 %"

    def test_low_volume_lists_the_wards_below_the_number_said(self) -> None:
        wards = defaultdict(int)
        for lga, inside in dataset.PLACES.items():
            for ward in inside:
                if ward != "Unknown":
                    wards[ward] += tally(
                        lambda r, w=ward, g=lga: (r.ward, r.lga) == (w, g), **FILTERED
                    ).tested
        for below in (20, 2500, 4000):
            few = [w for w, tested in wards.items() if tested < below and tested]
            reply = self.ask("low_volume", below=below)
            listed = [r[0].removesuffix(" (few tests)") for f in reply.figures for r in f["rows"]]
            assert sorted(x for x in listed if wards[x]) == sorted(few)

    def test_non_reporting_names_the_silent_facility_and_counts_missing_months(self) -> None:
        reply = self.ask("non_reporting", level="all")
        assert any(row[0] == "Budo-Egba Post 1" and row[3] == "59 of 59" and row[4] == "all"
                   for row in self.table(reply, 1)), self.table(reply, 1)  # fmt: skip
        classes = {row[0]: row[2] for row in self.table(reply)}
        assert classes["never"] == "1"

    def test_intervals_are_both_there_and_the_wider_one_is_named(self) -> None:
        reply = self.ask("interval")
        totals = defaultdict(lambda: [0, 0])
        for lga, wards in dataset.PLACES.items():
            for ward in wards:
                for facility in {
                    r.facility for r in dataset.rows() if (r.lga, r.ward) == (lga, ward)
                }:
                    truth = tally(
                        lambda r, f=facility, w=ward: (r.facility, r.ward) == (f, w), **FILTERED
                    )
                    totals[ward, facility] = [truth.positive, truth.tested]
        pairs = [(p, t) for p, t in totals.values() if t]
        tested, positive = sum(t for _, t in pairs), sum(p for p, _ in pairs)
        k, p = len(pairs), positive / tested
        deff = (k / (k - 1) * sum((x - p * t) ** 2 for x, t in pairs) / tested**2) / (
            p * (1 - p) / tested
        )
        assert f"design effect {deff:.1f}" in reply.text
        assert f"worth {n(round(tested / deff))} independent tests" in reply.text

    def test_the_summary_has_range_extremes_and_bands(self) -> None:
        reply = self.ask("summary")
        whole = tally(**FILTERED)
        assert rate(whole.tpr) in reply.text and "LGAs range from" in reply.text
        assert [f["caption"] for f in reply.figures][-1] == "Wards by band"
        wards = {ward for inside in dataset.PLACES.values() for ward in inside} - {"Unknown"}
        with_rate = [w for w in wards if tally(lambda r, w=w: r.ward == w, **FILTERED).tested]
        assert sum(r["value"] for r in reply.figures[-1]["rows"]) == len(with_rate) == 7

    def test_verification_compares_with_a_fresh_count(self) -> None:
        text = self.ask("verify").text
        assert "Yes, it is the same number" in text and rate(tally(**FILTERED).tpr) in text

    def test_source_columns_and_lists_are_those_of_the_file(self) -> None:
        text = self.ask("source").text
        assert self.upload.sha256 in text and "header in row 1" in text
        columns = self.ask("columns")
        assert "22 columns" in columns.text
        assert len(columns.figures[0]["rows"]) == 10 and len(columns.figures[0]["more"]) == 12
        assert "Asa, Moro and Oyun" in self.ask("list", of="lgas").text
        assert "Igbona" in self.ask("list", of="wards", lga="Oyun").text
        assert "Ajanaku" not in self.ask("list", of="wards", lga="Oyun").text

    def test_what_is_not_there_says_what_is_nearest(self) -> None:
        for slots, words in (
            ({"q": "tpr", "state": "Lagos"}, "It has: Adamawa and Kwara"),
            ({"q": "tpr", "ward": "Ajanako"}, "Near it: Ajanaku"),
            ({"q": "tpr", "period": "2018"}, "It covers Jan 2020 to Dec 2024"),
            ({"q": "tpr", "state": "Adamawa", "level": "tertiary"}, "Available: primary or all facilities"),
            ({"q": "rank", "by": "burden"}, "No population list is loaded"),
            ({"q": "rank", "by": "risk"}, "Nearest, ranked by TPR alone"),
            ({"q": "autocorrelation"}, "Nearest: positivity by LGA"),
            ({"q": "nets_needed"}, "Nearest: the need is population"),
            ({"q": "unmatched"}, "No ward list is loaded"),
        ):  # fmt: skip
            with self.subTest(**slots):
                assert words in answer(self.done, "ask", slots, "").text, answer(
                    self.done, "ask", slots, ""
                ).text

    def test_a_place_of_another_state_is_found_by_its_name(self) -> None:
        text = self.ask("tpr", lga="Girei").text
        assert "Girei, Adamawa is 75.0 %" in text and "45 positive of 60 tested" in text
