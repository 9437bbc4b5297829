"""A decision about a ward name is read when both names are said, and never out of a remark."""

import pytest

from chatmrpt.chat.understand import Context, understand

CONTEXT = Context(
    stage="complete", states=("Adamawa",), wards={"Girei 11": ("Girei",), "Bolki": ("Song",)},
    lgas={"Song": ("Adamawa",)}, listed=("Girei 2", "Bwalki"), selections={"state": "Adamawa"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("match Girei 11 to Girei 2", "Girei 11", "Girei 2"),
        ("please match ward Bolki with Bwalki", "Bolki", "Bwalki"),
        ("link “Bolki” to “Bwalki” please", "Bolki", "Bwalki"),
        ("Girei 11 is Girei 2", "Girei 11", "Girei 2"),
        ("Girei 11 is the same ward as Girei 2.", "Girei 11", "Girei 2"),
        ("Bolki = Bwalki", "Bolki", "Bwalki"),
        ("match Angel Hill to Some Where", "Angel Hill", "Some Where"),
    ],
)
def test_both_names_are_read(text: str, source: str, target: str) -> None:
    reading = understand(text, CONTEXT)
    assert (reading.command, dict(reading.slots)) == (
        "fix_match", {"source": source, "target": target}
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Girei 11 is high", "Bolki is the highest", "is Bolki Bwalki?", "Nowhere is Bwalki",
        "don't match Bolki to Bwalki", "map the tests to the wards", "match primary with under 5",
        "join the data with the list", "Adamawa is Kwara", "map tpr to the lga borders",
    ],
)  # fmt: skip
def test_a_remark_or_a_question_decides_nothing(text: str) -> None:
    assert understand(text, CONTEXT).command != "fix_match"
