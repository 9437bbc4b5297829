"""``chat_interpret``: one line in, one line out, and no database."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command


def run(path) -> list[dict[str, object]]:
    out = StringIO()
    call_command("chat_interpret", str(path), "--shipped", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_prints_one_reading_per_line_without_a_database(tmp_path):
    path = tmp_path / "lines.jsonl"
    lines = [
        {"stage": "facility_selection", "text": "PHCs abeg"},
        {"stage": "any", "text": "stop"},
        {"stage": "state_selection", "text": "2", "context": {"states": ["Kano", "Oyo"]}},
        {"stage": "age_group_selection", "text": "not u5"},
        {"stage": "state_selection", "text": "default"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    found = run(path)
    assert [(f["command"], f["slots"]) for f in found[:3]] == [
        ("select", {"level": "primary"}),
        ("exit", {}),
        ("select", {"state": "Oyo"}),
    ]
    assert found[3]["clarify"] is True and found[3]["slots"]["exclude"] == ["u5"]
    assert found[4]["slots"] == {"recommended": True}
    assert all(set(f) == {"command", "slots", "clarify", "margin"} for f in found)
    assert all(0 <= f["margin"] <= 1 for f in found)


@pytest.mark.parametrize("content", ["{", '{"stage": "complete"}', "[1]", '"text"'])
def test_a_line_that_is_no_object_is_named(tmp_path, content, capsys):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"stage": "complete", "text": "x"}\n' + content, encoding="utf-8")
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("chat_interpret", str(path), "--shipped", stdout=StringIO(), stderr=err)
    assert stopped.value.code == 2
    assert "error[BAD_LINE]: line 2" in err.getvalue()


def test_a_missing_file_is_named(tmp_path):
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("chat_interpret", str(tmp_path / "none.jsonl"), stderr=err)
    assert stopped.value.code == 2
    assert "error[FILE_UNREADABLE]" in err.getvalue()
