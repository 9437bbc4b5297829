import json

import pytest

from analysis.domain.directions import legacy_direction
from analysis.domain.variables import DIRECTIONS, REGISTRY, bind, suggestions
from analysis.domain.zones import ZONES, zone_of
from chatmrpt.common.states import STATES
from chatmrpt.testing.shared import shared_path


@pytest.fixture(scope="module")
def cases():
    path = shared_path("cases/legacy_directions.json")
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


def test_word_rule_equals_the_table(cases):
    assert {c["name"]: legacy_direction(c["name"]) for c in cases} == {
        c["name"]: c["legacy"] for c in cases
    }


def test_registry_directions_equal_the_table(cases):
    for c in cases:
        spec = bind(c["name"])
        assert spec is not None, c["name"]
        assert spec.direction == (c["sound"] or "undecided"), c["name"]


def test_codes_and_aliases_name_one_variable_each():
    seen: dict[str, str] = {}
    for spec in REGISTRY:
        assert spec.direction in DIRECTIONS
        for name in {spec.code.casefold(), *(a.casefold() for a in spec.aliases)}:
            assert seen.setdefault(name, spec.code) == spec.code
    assert len({s.code for s in REGISTRY}) == len(REGISTRY)


def test_a_similar_name_is_a_suggestion_and_never_a_binding():
    assert bind("mean_rainfal") is None
    assert "rainfall" in suggestions("mean_rainfall_mm")


def test_all_37_states_have_exactly_one_zone():
    names = {s.name for s in STATES}
    listed = [state for zone in ZONES for state in zone.states]
    assert len(listed) == len(set(listed)) == 37
    assert set(listed) == names
    assert zone_of("Lagos").name == "South_West"
    assert zone_of("Kano metro") is None


def test_zone_variables_are_registered():
    for zone in ZONES:
        assert zone.variables[0] == "tpr"
        for code in zone.variables:
            assert bind(code).code == code
