"""Settings and switches make further results or change what is shown; nothing is overwritten."""

import pytest
from django.db import IntegrityError, transaction

from chatmrpt.chat.api import Answer
from chatmrpt.chat.tests.services.talks import at_end, now, press, tell
from tpr.models import Workflow
from tpr.services.replay import replay

pytestmark = pytest.mark.django_db

BACK = "Back to the result before this one"


def labels(answer: Answer) -> list[str]:
    return [o["label"] for o in answer.reply["options"]]


@pytest.mark.parametrize(
    ("said", "field", "value", "further"),
    [
        ("use RDT only", "definition", "rdt", True),
        ("cap at 100", "exceeding", "cap", True),
        ("recalculate with 2024 only", "period_start", "2024-01-01", True),
        ("switch to all ages", "age_group", "all", True),
        ("switch to all facilities, pregnant women", "level", "all", True),
        ("switch to rdt only", "definition", "rdt", True),
        (
            "Use WHO thresholds: <5% low, 5-10% moderate, >10% high transmission",
            "bands",
            "5,10",
            False,
        ),
        ("use outpatient as denominator in urban wards", "threshold_answer", "add", False),
        ("turn off the urban rule", "threshold_answer", "without", False),
        ("no map, table only", "output", "table", False),
    ],
)
def test_what_is_typed_is_set_and_the_result_before_it_is_one_press_away(
    said: str, field: str, value: str, further: bool
) -> None:
    workflow = at_end()
    first = workflow.results.get()
    before = str(getattr(workflow, field))
    answer = tell(workflow, said)
    workflow = now(workflow)
    assert str(getattr(workflow, field)) == value, answer.reply["text"]
    assert workflow.results.count() == (2 if further else 1)
    assert workflow.results.filter(pk=first.pk).exists()
    assert replay(workflow)["identical"], replay(workflow)["differs"]
    if before != value:
        assert BACK in labels(answer)
        press(workflow, "undo")
        workflow = now(workflow)
        assert str(getattr(workflow, field)) == before
        assert replay(workflow)["identical"]


def test_bands_count_the_wards_and_change_no_figure() -> None:
    workflow = at_end()
    tpr = workflow.results.get().totals["tpr"]
    answer = tell(workflow, "set the bands to 30 and 60")
    workflow = now(workflow)
    assert workflow.bands == "30,60", answer.reply["text"]
    assert workflow.results.get().totals["tpr"] == tpr
    (figure,) = answer.reply["figures"]
    assert [(r["label"], r["value"]) for r in figure["rows"]] == [
        ("under 30 %", 1.0), ("30 to 60 %", 1.0), ("60 % and over", 1.0),
    ]  # fmt: skip
    assert "Bands change no figure" in answer.reply["text"]
    assert "“under 30 %”" in tell(workflow, "is 15% TPR good or bad?").reply["text"]


def test_limits_that_are_none_are_refused_with_an_example() -> None:
    workflow = at_end()
    for value in ("bands:0,140", "bands:many", "opd:perhaps", "output:poem"):
        answer = press(workflow, "set", value)
        assert now(workflow).version == workflow.version, value
        assert answer.reply["text"]


@pytest.mark.parametrize(
    ("field", "value"), [("output", "poem"), ("bands", "5;10"), ("bands", "5,")]
)
def test_the_database_refuses_what_is_no_setting(field: str, value: str) -> None:
    workflow = at_end()
    with pytest.raises(IntegrityError), transaction.atomic():
        Workflow.objects.filter(pk=workflow.pk).update(**{field: value})
