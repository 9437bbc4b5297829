"""The 37 states of Nigeria: canonical name, DHIS2 prefixes, zone, codes and known spellings.

A closed list (domain/wards.md section 7, domain/inputs.md sections 5.1 and 5.2). A spelling is
looked up, never guessed: nothing here measures similarity. A prefix of a DHIS2 name (``de Delta
State``) and the state code of a boundary file (``DT``) are two different sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NORTH_CENTRAL: Final = "North Central"
NORTH_EAST: Final = "North East"
NORTH_WEST: Final = "North West"
SOUTH_EAST: Final = "South East"
SOUTH_SOUTH: Final = "South South"
SOUTH_WEST: Final = "South West"
ZONES: Final = (NORTH_CENTRAL, NORTH_EAST, NORTH_WEST, SOUTH_EAST, SOUTH_SOUTH, SOUTH_WEST)


@dataclass(frozen=True, slots=True)
class State:
    """One state as the programme knows it.

    Parameters
    ----------
    name
        Canonical name, as every row of the database carries it.
    prefixes
        Two-letter DHIS2 prefixes in lower case; the first is the usual one.
    zone
        Geopolitical zone.
    codes
        Codes of boundary files in upper case; the first is the usual one.
    aliases
        Further spellings seen in real files; case, blanks and punctuation do not count.
    """

    name: str
    prefixes: tuple[str, ...]
    zone: str
    codes: tuple[str, ...]
    aliases: tuple[str, ...] = ()


STATES: Final[tuple[State, ...]] = (
    State("Abia", ("ab",), SOUTH_EAST, ("AB",)),
    State("Adamawa", ("ad",), NORTH_EAST, ("AD",)),
    State("Akwa Ibom", ("ak",), SOUTH_SOUTH, ("AK",), ("Akwa-Ibom", "Akwa lbom")),
    State("Anambra", ("an",), SOUTH_EAST, ("AN",)),
    State("Bauchi", ("ba",), NORTH_EAST, ("BC",)),
    State("Bayelsa", ("by",), SOUTH_SOUTH, ("BY",)),
    State("Benue", ("be",), NORTH_CENTRAL, ("BN",)),
    State("Borno", ("bo",), NORTH_EAST, ("BO",)),
    State("Cross River", ("cr",), SOUTH_SOUTH, ("CR",), ("Cross-River", "Cross Rivers")),
    State("Delta", ("de",), SOUTH_SOUTH, ("DT",)),
    State("Ebonyi", ("eb",), SOUTH_EAST, ("EB",)),
    State("Edo", ("ed",), SOUTH_SOUTH, ("ED",)),
    State("Ekiti", ("ek",), SOUTH_WEST, ("EK",)),
    State("Enugu", ("en",), SOUTH_EAST, ("EN",)),
    State(
        "Federal Capital Territory",
        ("fc",),
        NORTH_CENTRAL,
        ("FCT", "FC"),
        (
            "FCT",
            "F.C.T",
            "Abuja",
            "Abuja FCT",
            "FCT-Abuja",
            "FCT (Abuja)",
            "Federal Capital Territory Abuja",
            "Abuja Federal Capital Territory",
            "Federal Capital Territory (FCT)",
            "Federal Capital",
        ),
    ),
    State("Gombe", ("go",), NORTH_EAST, ("GM",)),
    State("Imo", ("im",), SOUTH_EAST, ("IM",)),
    State("Jigawa", ("ji", "jg"), NORTH_WEST, ("JG",)),
    State("Kaduna", ("kd",), NORTH_WEST, ("KD",)),
    State("Kano", ("kn",), NORTH_WEST, ("KN",)),
    State("Katsina", ("kt",), NORTH_WEST, ("KT",)),
    State("Kebbi", ("ke",), NORTH_WEST, ("KB",)),
    State("Kogi", ("ko",), NORTH_CENTRAL, ("KG",)),
    State("Kwara", ("kw",), NORTH_CENTRAL, ("KW",)),
    State("Lagos", ("la",), SOUTH_WEST, ("LG", "LA")),
    State("Nasarawa", ("na",), NORTH_CENTRAL, ("NS",), ("Nassarawa",)),
    State("Niger", ("ni",), NORTH_CENTRAL, ("NG", "NI")),
    State("Ogun", ("og",), SOUTH_WEST, ("OG",)),
    State("Ondo", ("on",), SOUTH_WEST, ("ON",)),
    State("Osun", ("os",), SOUTH_WEST, ("OS",)),
    State("Oyo", ("oy",), SOUTH_WEST, ("OY",)),
    State("Plateau", ("pl",), NORTH_CENTRAL, ("PL",)),
    State("Rivers", ("ri",), SOUTH_SOUTH, ("RV",)),
    State("Sokoto", ("so",), NORTH_WEST, ("SK",)),
    State("Taraba", ("ta",), NORTH_EAST, ("TR",)),
    State("Yobe", ("yo",), NORTH_EAST, ("YB",)),
    State("Zamfara", ("za",), NORTH_WEST, ("ZF",)),
)

# The invented state of `make_sample`: recognised wherever a state is recognised, never one of
# the 37. It borrows the zone whose default variables the sample covariates carry.
SAMPLE_STATE: Final = State("Sample State", ("sp",), NORTH_WEST, ("SAMPLE",), ("Sample",))


def _key(text: str) -> str:
    """Letters and digits only, case folded: the form in which spellings are compared."""
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def _spellings(state: State) -> set[str]:
    keys = {_key(text) for text in (state.name, *state.aliases)}
    # A global replacement of NA by 0 leaves `0sarawa`, `Kadu0`, `Katsi0` (inputs.md 6.3).
    return keys | {key.replace("na", "0") for key in keys}


_BY_KEY: Final = {key: state for state in (*STATES, SAMPLE_STATE) for key in _spellings(state)}
_BY_NAME: Final = {state.name: state for state in (*STATES, SAMPLE_STATE)}
_BY_PREFIX: Final = {p: state for state in (*STATES, SAMPLE_STATE) for p in state.prefixes}
_BY_CODE: Final = {code: state for state in (*STATES, SAMPLE_STATE) for code in state.codes}


def _look_up(key: str) -> State | None:
    return _BY_KEY.get(key) or _BY_KEY.get(key.removesuffix("state"))


def canonical_state(text: str) -> str | None:
    """Return the canonical state name for one known spelling, or None.

    Parameters
    ----------
    text
        A state as written: ``KANO STATE``, ``kw Kwara State``, ``jiJigawaState``, ``F.C.T``,
        ``Akwa lbom``, ``nasar awa``. Bare prefixes and codes (``on``, ``NG``) are not spellings;
        see `state_by_prefix` and `state_by_code`.

    Returns
    -------
    str or None
        One of the 37 names (or "Sample State"); None when the spelling is not in the table.
        domain/inputs.md section 5.2.
    """
    key = _key(text)
    state = _look_up(key)
    if state is not None:
        return state.name
    prefix = _BY_PREFIX.get(key[:2])
    if prefix is not None and _look_up(key[2:]) is prefix:
        return prefix.name
    return None


def state_by_name(name: str) -> State | None:
    """Return the state with exactly this canonical name, or None."""
    return _BY_NAME.get(name)


def state_by_prefix(prefix: str) -> State | None:
    """Return the state of a two-letter DHIS2 prefix in any case, or None."""
    return _BY_PREFIX.get(prefix.casefold())


def state_by_code(code: str) -> State | None:
    """Return the state of a boundary-file code (``KW``, ``NG``, ``FC``), or None.

    Looked up in the table of domain/wards.md section 7; never computed from a ward code.
    """
    return _BY_CODE.get(code.strip().upper())


def zone_of(name: str) -> str | None:
    """Return the zone of a canonical state name, or None when the name is not in the table."""
    state = _BY_NAME.get(name)
    return state.zone if state else None
