"""What the remarks of the reader do to the result of one state, in numbers where there are any."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.selectors.quality import issue_groups
from chatmrpt.chat.words import count, percent
from chatmrpt.common.language import mark, say
from tpr.domain.quality.records import Facility
from tpr.models import Upload
from tpr.selectors.quality_report import QualityReport

NONE = mark("no figure depends on it")
LISTED = mark("see the issues file")


def issues_with_effect(upload: Upload, report: QualityReport) -> list[dict[str, Any]]:
    """Return the remarks grouped by kind, each with `effect`."""
    known = _effects(report)
    return [
        {**group, "effect": known.get(group["code"], say(NONE if group["severity"] == "info" else LISTED))}
        for group in issue_groups(upload)
    ]  # fmt: skip


def _effects(report: QualityReport) -> dict[str, str]:
    moves = {effect.check: effect.move.points for effect in report.effects}

    def value_of(check: str) -> float:
        return sum(flag.value for flag in report.flags if flag.check == check)

    no_level = _share_of_tests(
        report, lambda f: f.level is None, say("count only under all facilities")
    )
    return {
        "UNKNOWN_WARD": _share_of_tests(report, lambda f: not f.place[1], say("count for no ward")),
        "LEVEL_UNKNOWN": no_level,
        "LEVEL_MISSING": no_level,
        "POSITIVE_ABOVE_TESTED": say(
            "the state TPR differs by {positive_above_tested:.1f} points with and without them",
            positive_above_tested=moves.get("positive_above_tested", 0),
        ),
        "TESTED_WITHOUT_RESULT": say(
            "{value_of} tests not counted", value_of=count(value_of("tested_without_result"))
        ),
        "POSITIVE_WITHOUT_TESTED": say(
            "{value_of} positives not counted", value_of=count(value_of("positive_without_tested"))
        ),
    }


def _share_of_tests(report: QualityReport, of: Callable[[Facility], bool], words: str) -> str:
    sums = report.counted
    whole = sums.tests(report.data.reports)
    part = sums.tests(r for r in report.data.reports if of(report.data.facilities[r.facility_id]))
    if not whole:
        return say(NONE)
    return say(
        "{part} tests ({part_2}) {words}",
        part=count(part),
        part_2=percent(100 * part / whole),
        words=words,
    )
