"""What stays behind is exactly what the unique constraints would refuse."""

from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.accounts.domain.claims import Remembered, in_the_way

NAMES = st.sampled_from(["bille", "ribadu"])
KINDS = st.sampled_from(["same", "different", "not_on_list"])


@st.composite
def decisions(draw: st.DrawFn) -> list[Remembered]:
    rows: list[Remembered] = []
    for number in range(draw(st.integers(0, 5))):
        kind = draw(KINDS)
        ward = None if kind == "not_on_list" else draw(st.integers(1, 3))
        rows.append(Remembered(number, draw(st.integers(1, 2)), "Adamawa", "fufore", draw(NAMES),
                               kind, ward))  # fmt: skip
    return [row for n, row in enumerate(rows) if not any(clash(row, r) for r in rows[:n])]


def clash(one: Remembered, two: Remembered) -> bool:
    """The three constraints of WardAlias, one by one."""
    name = (one.listed, one.state, one.lga, one.name) == (two.listed, two.state, two.lga, two.name)
    refusals = one.kind == two.kind == "different"
    decided = "different" not in (one.kind, two.kind)
    ward = one.listed == two.listed and one.ward == two.ward
    return (
        (name and decided) or (name and refusals and ward)
        or (one.kind == two.kind == "same" and ward)
    )  # fmt: skip


@given(decisions(), decisions())
def test_the_accounts_word_stays_and_the_rest_moves(
    visitors: list[Remembered], accounts: list[Remembered]
) -> None:
    stay = in_the_way(visitors, accounts)
    assert stay == [row for row in visitors if any(clash(row, other) for other in accounts)]
