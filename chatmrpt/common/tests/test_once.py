"""Readers that answer twice from one look, and only inside a block."""

import threading

import pytest

from chatmrpt.common.once import once, reading_once


class Counting:
    def __init__(self) -> None:
        self.looks = 0

    @property
    def reader(self):  # type: ignore[no-untyped-def]
        @once
        def look(name: str, *, deep: bool = False) -> tuple[str, bool, int]:
            self.looks += 1
            return name, deep, self.looks

        return look


def test_a_reader_looks_once_in_a_block_for_the_same_arguments_and_always_outside() -> None:
    counting = Counting()
    look = counting.reader
    assert [look("a")[2], look("a")[2]] == [1, 2]
    with reading_once():
        assert [look("a")[2], look("a")[2], look("b")[2], look("a", deep=True)[2]] == [3, 3, 4, 5]
        with reading_once():
            assert look("a")[2] == 3, "an inner block is part of the outer one"
        assert look("a")[2] == 3
    assert look("a")[2] == 6
    with reading_once():
        assert look("a")[2] == 7, "nothing is left of the block before"


def test_a_block_that_fails_leaves_nothing_and_another_thread_sees_nothing() -> None:
    look = Counting().reader
    with pytest.raises(ZeroDivisionError), reading_once():
        look("a")
        raise ZeroDivisionError
    assert look("a")[2] == 2
    with reading_once():
        assert look("a")[2] == 3
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(look("a")[2]))
        thread.start()
        thread.join()
        assert seen == [4]
