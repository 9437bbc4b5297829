"""Every kind of trend is answered from all years, with the slope and the interval of a plain fit."""

from typing import Any

from django.test import TestCase

from chatmrpt.chat.replies.answers import answer
from chatmrpt.chat.replies.answers.trending import KINDS
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.tests.answers import dataset
from chatmrpt.chat.tests.answers.dataset import tally
from chatmrpt.chat.tests.answers.test_questions import FILTERED, STAGES, rate, workflow_at
from chatmrpt.testing.uploads import TWO_STATES, read_csv
from tpr.models import Upload, Workflow

T_95 = {3: 3.182446}
"""Student's t, two-sided 95 %, by degrees of freedom (printed table)."""


def plain_slope(values: list[tuple[int, float]]) -> tuple[float, float, float]:
    """Least squares by the textbook: slope and its interval."""
    n = len(values)
    mx, my = sum(x for x, _ in values) / n, sum(y for _, y in values) / n
    sxx = sum((x - mx) ** 2 for x, _ in values)
    slope = sum((x - mx) * (y - my) for x, y in values) / sxx
    rest = sum((y - my - slope * (x - mx)) ** 2 for x, y in values)
    half = T_95[n - 2] * (rest / (n - 2) / sxx) ** 0.5
    return slope, slope - half, slope + half


def by_year(**where: Any) -> list[tuple[int, float]]:
    def inside(row: dataset.Row, year: int) -> bool:
        return row.year == year and all(getattr(row, k) == v for k, v in where.items())

    found = [(y, tally(lambda r, y=y: inside(r, y), **FILTERED).tpr) for y in dataset.YEARS]
    return [(y, v) for y, v in found if v is not None]


class Trends(TestCase):
    upload: Upload
    done: Workflow

    @classmethod
    def setUpTestData(cls) -> None:
        cls.upload = dataset.read()
        cls.done = workflow_at(cls.upload, "complete")

    def trend(self, kind: str, **slots: Any) -> Reply:
        return answer(self.done, "trend", {"kind": kind, **slots}, "")

    def test_every_kind_at_every_stage_and_unit_comes_back_to_the_question(self) -> None:
        for stage in STAGES:
            workflow = workflow_at(self.upload, stage)
            for kind in (*KINDS, "by_month"):
                units = ("", "lga", "ward", "state", "facility") if stage == "complete" else ("",)
                for unit in units:
                    with self.subTest(stage=stage, kind=kind, unit=unit):
                        slots = {"kind": kind, **({"unit": unit} if unit else {})}
                        reply = answer(workflow, "trend", slots, "")
                        assert "kwara.csv" in reply.text and "?" in reply.text
                        assert all(f["rows"] for f in reply.figures)

    def test_the_state_has_its_years_its_slope_and_tau(self) -> None:
        reply = self.trend("overall")
        years = by_year()
        slope, low, high = plain_slope(years)
        text = reply.text.replace("−", "-")
        assert f"{slope:+.2f} points per year (95 % interval {low:+.2f} to {high:+.2f})" in text
        assert "Kendall's tau" in text and rate(years[0][1]) in text and rate(years[-1][1]) in text
        values = {row[0]: row[4] for row in reply.figures[1]["rows"]}
        assert values == {str(y): rate(v) for y, v in years}
        assert [r["value"] for r in reply.figures[0]["rows"]] == [v for _, v in years]

    def test_the_lgas_that_drift_are_named_with_their_slopes(self) -> None:
        worse = self.trend("worsening", unit="lga")
        (row,) = worse.figures[0]["rows"]
        slope, low, high = plain_slope(by_year(lga="Moro"))
        assert row[0].startswith("Moro") and row[4] == f"{slope:+.2f}"
        assert row[5] == f"{low:+.2f} to {high:+.2f}"
        better = self.trend("improving", unit="lga")
        assert [r[0].split(" (")[0] for r in better.figures[0]["rows"]] == ["Oyun"]
        assert "Of 3 LGAs 1 worsening, 1 improving and 1 with no clear trend" in better.text

    def test_year_on_year_differences_are_those_of_the_counts(self) -> None:
        rows = self.trend("change").figures[0]["rows"]
        years = by_year()
        assert [r[0] for r in rows] == [str(y) for y, _ in years]
        for (_, before), (_, after), row in zip(years, years[1:], rows[1:], strict=False):
            assert row[4] == f"{after - before:+.1f} points"

    def test_persistent_and_crossing_are_counted_against_the_line_said(self) -> None:
        lgas = {lga: by_year(lga=lga) for lga in dataset.PLACES}
        for value in (45, 55, 60):
            up = sum(v[0][1] <= value < v[-1][1] for v in lgas.values())
            always = sum(all(r > value for _, r in v) for v in lgas.values())
            text = self.trend("threshold", unit="lga", value=value).text
            assert f"Line {value} % TPR: {always} of 3 LGAs are above" in text, text
            assert f"{up} crossed it upward" in text
            assert self.trend("persistent", unit="lga", value=value).text.startswith(
                f"Line {value}"
            )

    def test_a_line_above_a_hundred_is_a_burden_and_says_when_there_is_no_population(self) -> None:
        text = self.trend("threshold", unit="ward", value=500).text
        assert "can only be a burden" in text and "Nearest: a line for the TPR" in text

    def test_priorities_print_their_criteria_and_take_the_number_said(self) -> None:
        reply = self.trend("priority", unit="lga", n=2)
        assert "1 of 2 places asked for" in reply.text and "at least 50 tests" in reply.text
        assert reply.figures[0]["rows"][0][0].startswith("Moro")

    def test_months_stand_beside_the_same_month_of_the_year_before(self) -> None:
        reply = self.trend("by_month", period="2024-01..2024-06")
        rows = reply.figures[1]["rows"]
        assert [r[0] for r in rows] == [
            f"{m} 2024" for m in ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
        ]
        now = tally(lambda r: (r.year, r.month) == (2024, 3), **FILTERED)
        before = tally(lambda r: (r.year, r.month) == (2023, 3), **FILTERED)
        assert rows[2][3] == rate(now.tpr)
        assert rows[2][5] == f"{(now.tpr or 0) - (before.tpr or 0):+.1f} points"
        assert "No slope over months on fewer than 24" in reply.text

    def test_one_year_is_no_trend_and_shows_its_months(self) -> None:
        upload = read_csv(TWO_STATES, owner=dataset.ACTOR.owner)
        workflow = workflow_at_of(upload)
        reply = answer(workflow, "trend", {"kind": "worsening", "unit": "lga"}, "")
        assert "One year only (2024), no trend" in reply.text
        assert [r["label"] for r in reply.figures[0]["rows"]] == ["Jan 2024", "Feb 2024"]


def workflow_at_of(upload: Upload) -> Workflow:
    from tpr import locks
    from tpr.services.workflow import apply_command, start_workflow

    workflow = locks.workflow(start_workflow(upload=upload, actor=dataset.ACTOR).pk)
    slots = {"state": "Adamawa", "level": "all", "age": "u5"}
    apply_command(workflow, command="select", slots=slots, actor=dataset.ACTOR)
    return workflow
