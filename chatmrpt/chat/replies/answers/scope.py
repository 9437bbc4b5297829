"""What a question is about: state, level, age group and LGA, said or chosen so far."""

from typing import Any

from chatmrpt.chat.words import AGE_LABELS, LEVEL_LABELS
from tpr.aggregation import base_rows
from tpr.domain.positivity import BaseRow
from tpr.models import Workflow


def state_of_question(workflow: Workflow, slots: dict[str, Any]) -> str | None:
    named = slots.get("state")
    return named if isinstance(named, str) else workflow.state


def selection(workflow: Workflow, slots: dict[str, Any]) -> tuple[str, str, str]:
    level = slots.get("level") or workflow.level or "all"
    age = slots.get("age") or workflow.age_group or "all"
    level = level if isinstance(level, str) else "all"
    age = age if isinstance(age, str) else "all"
    said = f"{LEVEL_LABELS.get(level, level)}, {AGE_LABELS.get(age, age).lower()}"
    return level, age, said


def rows_of_state(workflow: Workflow, state: str) -> list[BaseRow]:
    assert workflow.upload is not None
    return base_rows(upload_id=workflow.upload.pk, state=state, exceeding=workflow.exceeding)


def state_counts(workflow: Workflow) -> dict[str, dict[str, Any]]:
    assert workflow.upload is not None
    counts: dict[str, dict[str, Any]] = workflow.upload.counts["by_state"]
    return counts


def in_lga(row: BaseRow, slots: dict[str, Any]) -> bool:
    lga = slots.get("lga")
    return not isinstance(lga, str) or row.lga.casefold() == lga.casefold()
