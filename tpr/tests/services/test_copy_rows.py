"""The rows of a long file go into the database with pauses; those of a state at once."""

import pytest

from tpr.services import copy_rows


@pytest.mark.parametrize(("lines", "blocks", "paused"), [(40_000, 21, 0.0), (100_500, 51, 15.0)])
def test_only_beyond_two_state_workbooks_each_block_is_followed_by_a_pause_as_long_as_it_took(
    lines: int, blocks: int, paused: float
) -> None:
    now, pauses, written = [0.0], [], []

    def write(block: bytes) -> None:
        now[0] += 0.5
        written.append(block)

    def sleep(seconds: float) -> None:
        now[0] += seconds
        pauses.append(seconds)

    given = [b"%d\n" % number for number in range(lines)]
    copy_rows.paced(iter(given), write, clock=lambda: now[0], sleep=sleep)
    assert b"".join(written) == b"".join(given)
    assert (len(written), sum(pauses)) == (blocks, paused)
