"""General rules that hold for any text."""

from __future__ import annotations

import string

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chatmrpt.chat.understand import ACTING, Command, Vocabulary
from chatmrpt.chat.understand.numbers import numbers_of
from chatmrpt.chat.understand.spelling import distance
from chatmrpt.common.states import STATES, canonical_state

from .reading_lines import STAGES, read

MENUS = {
    "state_selection": ("state", ["Kano", "Osun", "Cross River", "Plateau"]),
    "facility_selection": ("level", ["primary", "secondary", "tertiary", "teaching hospitals"]),
    "age_group_selection": ("age", ["under 5", "over 5", "pregnant women"]),
}
POLITE = [
    "{} please",
    "please {}",
    "abeg {}",
    "{} sir",
    "kindly {}",
    "{} pls",
    "{} abeg o",
    "pls {} ma",
]
WORD = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=12)
STAGE = st.sampled_from(STAGES)


def meaningful(word: str) -> bool:
    """Whether a word is a number, one the tables know, or at most two letters from an option."""
    vocabulary = Vocabulary.default()
    if numbers_of((word,)):
        return True
    if word in vocabulary.known or canonical_state(word) or (word,) in vocabulary.cities:
        return True
    near = [s.name.casefold() for s in STATES] + [
        w for words in vocabulary.spelling.values() for w in words
    ]
    squeezed = "".join(a for a, b in zip(word, " " + word, strict=False) if a != b)
    return (
        any(distance(word, other, 2) <= 2 for other in near)
        or squeezed in vocabulary.squeezed
        or any(len(word) == len(w) and distance(word, w, 1) == 1 for w in vocabulary.known)
    )


@settings(max_examples=300, deadline=None)
@given(stage=STAGE, words=st.lists(WORD, min_size=1, max_size=4))
def test_random_letters_never_act(stage, words):
    assume(not any(meaningful(word) for word in words))
    assert not read(stage, " ".join(words)).acting


@settings(max_examples=200, deadline=None)
@given(
    menu=st.sampled_from(sorted(MENUS)),
    option=st.integers(0, 3),
    before=st.text(alphabet=string.ascii_lowercase, min_size=3, max_size=6),
    after=st.text(alphabet=string.ascii_lowercase, min_size=3, max_size=6),
)
def test_an_option_inside_a_longer_word_never_selects(menu, option, before, after):
    _, options = MENUS[menu]
    word = options[option % len(options)].replace(" ", "").casefold()
    assert not read(menu, f"{before}{word}{after}").acting


@settings(max_examples=200, deadline=None)
@given(stage=STAGE, text=st.text(max_size=60))
def test_any_text_gets_exactly_one_command_of_the_closed_list_twice_the_same(stage, text):
    first, second = read(stage, text), read(stage, text)
    assert first == second
    assert first.command in Command
    assert first.clarify == (first.command is Command.CLARIFY)
    assert 0 <= first.margin <= 1
    assert first.command not in ACTING or first.margin >= 0.15


@settings(max_examples=150, deadline=None)
@given(
    menu=st.sampled_from(sorted(MENUS)), option=st.integers(0, 3), polite=st.sampled_from(POLITE)
)
def test_politeness_does_not_change_the_reading(menu, option, polite):
    _, options = MENUS[menu]
    text = options[option % len(options)]
    plain, kind = read(menu, text), read(menu, polite.format(text))
    assert (plain.command, plain.slots) == (kind.command, kind.slots)


@settings(max_examples=200, deadline=None)
@given(
    menu=st.sampled_from(sorted(MENUS)),
    option=st.integers(0, 3),
    form=st.sampled_from(
        ["not {}", "don't use {}", "anything but {}", "without {}", "except {}", "I do not want {}",
         "never {}",
         "everything except {}", "no {}", "other than {}", "please exclude {}", "abeg no use {}"]
    ),
)  # fmt: skip
def test_a_negated_option_is_never_selected(menu, option, form):
    slot, options = MENUS[menu]
    text = options[option % len(options)]
    wanted = read(menu, text).slots[slot]
    reading = read(menu, form.format(text))
    assert not reading.acting
    assert wanted not in reading.slots.get("candidates", ())


@settings(max_examples=150, deadline=None)
@given(menu=st.sampled_from(sorted(MENUS)), first=st.integers(0, 2), second=st.integers(0, 2))
def test_not_a_but_b_selects_b(menu, first, second):
    _, options = MENUS[menu]
    assume(first != second)
    wanted = read(menu, options[second]).slots
    for form in ("not {}, use {}", "not {} but {}", "{} no wait {}", "{}, sorry I meant {}"):
        reading = read(menu, form.format(options[first], options[second]))
        assert (reading.command, reading.slots) == ("select", wanted), form


@settings(max_examples=150, deadline=None)
@given(menu=st.sampled_from(sorted(MENUS)), first=st.integers(0, 2), second=st.integers(0, 2))
def test_two_options_at_once_are_asked_back(menu, first, second):
    slot, options = MENUS[menu]
    assume(first != second)
    for form in ("{} and {}", "{} or {}", "both {} and {}", "{} + {}", "{}, {}"):
        reading = read(menu, form.format(options[first], options[second]))
        assert reading.command == "clarify"
        wanted = {read(menu, options[i]).slots[slot] for i in (first, second)}
        assert wanted <= set(reading.slots["candidates"])


def test_all_spellings_of_all_states_are_selected():
    for state in STATES:
        forms = (
            state.name,
            f"{state.name} State",
            f"{state.prefixes[0]} {state.name} State",
            *state.aliases,
        )
        for text in forms:
            reading = read("state_selection", text)
            assert (reading.command, dict(reading.slots)) == ("select", {"state": state.name}), text


def test_doubled_or_swapped_letters_still_find_a_long_state_name():
    for state in STATES:
        name = state.name
        if len(name) < 6 or " " in name:
            continue
        for i in range(1, len(name) - 1):
            typed = name[:i] + name[i] + name[i:]
            reading = read("state_selection", typed)
            assert reading.slots in ({"state": name},) or not reading.acting, typed
