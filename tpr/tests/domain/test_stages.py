"""The table of moves: every stage, every command, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpr.domain.stages import (
    AGE_GROUPS,
    LEVELS,
    TABLE,
    Facts,
    Move,
    Position,
    Refusal,
    Stage,
    advance,
)

FACTS = Facts(states=("Adamawa", "Kwara"), levels=("primary", "secondary"))
START = Position(stage=Stage.AWAITING_UPLOAD)


def walk(*commands: tuple[str, dict[str, Any]], facts: Facts = FACTS) -> Position:
    position = START
    for command, slots in commands:
        outcome = advance(position, command, slots, facts)
        assert isinstance(outcome, Move), (position.stage, command, outcome)
        position = outcome.position
    return position


READ = [("receive_file", {}), ("file_read", {})]


def test_the_straight_way_visits_the_stages_in_the_order_of_the_document() -> None:
    seen, position = [], START
    for command, slots in [
        *READ, ("select", {"state": "Kwara"}), ("confirm", {}), ("select", {"level": "primary"}),
        ("select", {"age": "u5"}),
    ]:  # fmt: skip
        outcome = advance(position, command, slots, FACTS)
        assert isinstance(outcome, Move)
        position = outcome.position
        seen.append(position.stage.value)
    assert seen == [
        "reading_upload", "state_selection", "state_confirmation", "facility_selection",
        "age_group_selection", "complete",
    ]  # fmt: skip


def test_a_file_with_one_state_selects_it_by_itself() -> None:
    position = walk(*READ, facts=Facts(states=("Kwara",)))
    assert (position.stage, position.state) == (Stage.STATE_CONFIRMATION, "Kwara")


def test_later_answers_given_with_the_state_confirm_it() -> None:
    position = walk(*READ, ("select", {"state": "Kwara", "level": "all", "age": "u5"}))
    assert position.stage is Stage.COMPLETE


def test_a_new_state_clears_what_was_chosen_for_the_old_one() -> None:
    position = walk(*READ, ("select", {"state": "Kwara", "level": "all", "age": "u5"}))
    outcome = advance(position, "select", {"state": "Adamawa"}, FACTS)
    assert isinstance(outcome, Move)
    assert outcome.cleared == {"level": "all", "age_group": "u5"}
    assert outcome.position.stage is Stage.STATE_CONFIRMATION


def test_the_threshold_question_is_asked_only_when_the_data_call_for_it() -> None:
    urban = Facts(states=("Kwara",), levels=("primary",), offer_threshold=True)
    position = walk(*READ, ("select", {"level": "primary", "age": "u5"}), facts=urban)
    assert position.stage is Stage.THRESHOLD_CHECK
    outcome = advance(position, "reject", {}, urban)
    assert isinstance(outcome, Move)
    assert outcome.position.stage is Stage.COMPLETE


@pytest.mark.parametrize(
    ("stage_commands", "command", "slots", "code"),
    [
        ([], "select", {"state": "Lagos"}, "unknown_state"),
        ([], "select", {"level": "primary"}, "state_first"),
        ([], "skip", {}, "cannot_skip"),
        ([], "back", {}, "first_question"),
        ([("select", {"state": "Kwara"})], "select", {"level": "tertiary"}, "level_not_in_state"),
        ([], "confirm", {}, "not_here"),
        ([], "select", {}, "nothing_selected"),
        ([], "back", {"target": "age"}, "not_there_yet"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name_and_changes_nothing(
    stage_commands: list[tuple[str, dict[str, Any]]], command: str, slots: dict[str, Any], code: str
) -> None:
    position = walk(*READ, *stage_commands)
    outcome = advance(position, command, slots, FACTS)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_nothing_moves_a_cancelled_workflow() -> None:
    position = walk(*READ, ("exit", {}))
    for command in {name for rules in TABLE.values() for name in rules}:
        assert isinstance(advance(position, command, {}, FACTS), Refusal)


COMMANDS = st.one_of(
    st.tuples(st.just("select"), st.fixed_dictionaries({}, optional={
        "state": st.sampled_from(["Adamawa", "Kwara", "Lagos"]),
        "level": st.sampled_from(LEVELS), "age": st.sampled_from(AGE_GROUPS),
    })),
    st.tuples(st.sampled_from(["confirm", "reject", "skip", "ask", "status"]), st.just({})),
    st.tuples(st.just("back"), st.fixed_dictionaries({}, optional={
        "target": st.sampled_from(["state", "level", "age"])})),
    st.tuples(st.just("set"), st.sampled_from([{"method": "rdt"}, {"exceeding": "keep"}])),
)  # fmt: skip


@given(st.lists(COMMANDS, max_size=25), st.booleans())
def test_no_sequence_of_commands_leaves_a_stage_without_its_facts(
    commands: list[tuple[str, dict[str, Any]]],
    urban: bool,
) -> None:
    facts = Facts(FACTS.states, FACTS.levels, urban)
    position = walk(*READ, facts=facts)
    for command, slots in commands:
        outcome = advance(position, command, slots, facts)
        if isinstance(outcome, Refusal):
            continue
        position = outcome.position
        order = list(Stage)
        index = order.index(position.stage)
        assert (position.state is not None) or index <= order.index(Stage.STATE_SELECTION)
        assert position.state_confirmed == (index > order.index(Stage.STATE_CONFIRMATION))
        assert (position.level is not None) or index <= order.index(Stage.FACILITY_SELECTION)
        assert (position.age_group is not None) or index <= order.index(Stage.AGE_GROUP_SELECTION)
        if position.stage is Stage.COMPLETE and urban:
            assert position.threshold_answer is not None
