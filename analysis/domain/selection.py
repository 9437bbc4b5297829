"""Which variables a run uses, from what is loaded, what the zone proposes and what is asked for.

Source: `domain/risk.md` sections 2 and 3. Plain Python: the web process imports this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.domain.variables import MALARIA_CODE, VariableSpec, bind
from chatmrpt.common.errors import DomainError

_SIGNS = {"+": "direct", "-": "inverse"}


@dataclass(frozen=True, slots=True)
class Wish:
    """A variable somebody asked for. `direction` empty: the registry, or the word rule, decides."""

    name: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A loaded variable. `key` is the caller's handle, e.g. a row id."""

    key: int
    name: str
    code: str
    direction: str
    loaded: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered variable and what becomes of it."""

    key: int
    name: str
    code: str
    direction: str
    chosen: bool
    explicit: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome: choices in list order, zone variables nobody loaded, the indicator's place.

    `indicator_position` is None when an explicit selection leaves the malaria indicator out.
    """

    choices: tuple[Choice, ...]
    not_available: tuple[str, ...]
    indicator_position: int | None
    from_zone: bool


def parse_wishes(variables: object) -> tuple[Wish, ...] | None:
    """Read ``a:+,b:-,c``, a list of such words, or a mapping name to sign; None stays None.

    Raises
    ------
    DomainError
        ``INVALID_VARIABLES``.
    """
    if variables is None or variables == "" or variables == []:
        return None
    if isinstance(variables, Mapping):
        words = [f"{name}:{sign}" if sign else str(name) for name, sign in variables.items()]
    elif isinstance(variables, str):
        words = variables.split(",")
    elif isinstance(variables, Iterable):
        words = [str(word) for word in variables]
    else:
        raise DomainError("INVALID_VARIABLES", "Variables are names separated by commas.", {})
    wishes: list[Wish] = []
    for word in (w.strip() for w in words):
        if not word:
            continue
        name, colon, sign = word.rpartition(":")
        if not colon:
            wishes.append(Wish(word))
            continue
        direction = _SIGNS.get(sign.strip(), sign.strip())
        if direction not in ("direct", "inverse") or not name.strip():
            raise DomainError(
                "INVALID_VARIABLES",
                f"'{word}' cannot be read. Write {name.strip() or 'name'}:+ when a higher value "
                f"means higher risk, {name.strip() or 'name'}:- when it means lower risk.",
                {"word": word},
            )
        wishes.append(Wish(name.strip(), direction))
    names = [w.name.casefold() for w in wishes]
    if len(set(names)) != len(names):
        raise DomainError("INVALID_VARIABLES", "A variable is named twice.", {"names": names})
    return tuple(wishes) or None


def parse_weights(weights: object) -> dict[str, float] | str | None:
    """Read ``a=2,b=1``, the word ``groups``, or a mapping; None and empty mean equal weights.

    Raises
    ------
    DomainError
        ``INVALID_WEIGHTS``.
    """
    if weights is None or weights in ("", {}, "equal"):
        return None
    if isinstance(weights, str):
        if weights.strip().casefold() == "groups":
            return "groups"
        pairs: list[tuple[str, object]] = []
        for word in weights.split(","):
            name, equals, number_text = word.partition("=")
            if not equals or not name.strip():
                raise DomainError(
                    "INVALID_WEIGHTS", f"'{word.strip()}' cannot be read. Write name=2.", {}
                )
            pairs.append((name.strip(), number_text))
    elif isinstance(weights, Mapping):
        pairs = [(str(name).strip(), value) for name, value in weights.items()]
    else:
        raise DomainError("INVALID_WEIGHTS", "Weights are name=number, separated by commas.", {})
    out: dict[str, float] = {}
    for name, value in pairs:
        try:
            number = float(str(value).strip())
        except ValueError:
            number = float("nan")
        if not 0 <= number < float("inf"):
            raise DomainError(
                "INVALID_WEIGHTS",
                f"The weight of {name} is '{value}'. A weight is a number of 0 or more.",
                {"variable": name, "weight": str(value)},
            )
        out[name] = number
    return out


def select(
    offers: Sequence[Offer],
    wishes: Sequence[Wish] | None,
    zone_codes: Sequence[str],
    registry: Sequence[VariableSpec],
    *,
    all_by_default: bool = False,
) -> Selection:
    """Decide which offers are chosen.

    Without wishes the zone's variables are chosen in the zone's order; where none of them is
    loaded, or with `all_by_default`, everything loaded that has a direction.

    Raises
    ------
    DomainError
        ``UNKNOWN_VARIABLE`` for a wish that is neither loaded nor the malaria indicator.
    """
    if wishes is not None:
        return _as_wished(offers, wishes, registry)
    if not all_by_default:
        proposed = [code for code in zone_codes if code != MALARIA_CODE]
        newest = {code: _newest(offers, code) for code in proposed}
        found = [offer for offer in newest.values() if offer is not None]
        if found:
            missing = tuple(code for code, offer in newest.items() if offer is None)
            return Selection(_choices(offers, found, {}), missing, 0, from_zone=True)
    usable = [o for o in offers if o.direction in ("direct", "inverse") and o.code != MALARIA_CODE]
    missing = () if all_by_default else tuple(c for c in zone_codes if c != MALARIA_CODE)
    chosen = list(offers) if all_by_default else usable
    return Selection(_choices(offers, chosen, {}), missing, 0, from_zone=False)


def _as_wished(
    offers: Sequence[Offer], wishes: Sequence[Wish], registry: Sequence[VariableSpec]
) -> Selection:
    chosen: list[Offer] = []
    directions: dict[int, str] = {}
    position: int | None = None
    for wish in wishes:
        offer = _find(offers, wish.name, registry)
        if offer is None:
            spec = bind(wish.name, registry)
            if spec is not None and spec.code == MALARIA_CODE:
                position = len(chosen)
                continue
            names = [o.name for o in offers]
            raise DomainError(
                "UNKNOWN_VARIABLE",
                f"There is no variable '{wish.name}' for these wards. "
                + (f"There are: {', '.join(names)}." if names else "None is loaded yet."),
                {"name": wish.name, "variables": names},
            )
        if offer not in chosen:
            chosen.append(offer)
        if wish.direction:
            directions[offer.key] = wish.direction
    return Selection(_choices(offers, chosen, directions), (), position, from_zone=False)


def _find(offers: Sequence[Offer], name: str, registry: Sequence[VariableSpec]) -> Offer | None:
    wanted = name.casefold()
    for offer in offers:
        if offer.name.casefold() == wanted:
            return offer
    spec = bind(name, registry)
    return _newest(offers, spec.code) if spec else None


def _newest(offers: Sequence[Offer], code: str) -> Offer | None:
    found = [o for o in offers if o.code == code]
    return max(found, key=lambda o: (o.loaded, o.key)) if found else None


def _choices(
    offers: Sequence[Offer], chosen: Sequence[Offer], directions: Mapping[int, str]
) -> tuple[Choice, ...]:
    rest = [o for o in offers if o not in chosen]
    return tuple(
        Choice(
            key=o.key,
            name=o.name,
            code=o.code,
            direction=directions.get(o.key, o.direction),
            chosen=o in chosen,
            explicit=o.key in directions,
        )
        for o in (*chosen, *rest)
    )


def resolve_weights(
    weights: Mapping[str, float] | str | None,
    selection: Selection,
    indicator: str | None,
    registry: Sequence[VariableSpec],
) -> dict[str, float] | str | None:
    """Translate names, codes and aliases in typed weights to the names of this run.

    Raises
    ------
    DomainError
        ``INVALID_WEIGHTS`` for a name that is not chosen in this run, or named twice.
    """
    if weights is None or isinstance(weights, str):
        return weights
    by_name = {c.name.casefold(): c.name for c in selection.choices if c.chosen}
    by_code = {c.code: c.name for c in selection.choices if c.chosen and c.code}
    if indicator:
        by_name[indicator.casefold()] = indicator
        by_code[MALARIA_CODE] = indicator
    out: dict[str, float] = {}
    for name, weight in weights.items():
        spec = bind(name, registry)
        found = by_name.get(name.casefold()) or (by_code.get(spec.code) if spec else None)
        if found is None or found in out:
            problem = "is weighed twice" if found else "is not a chosen variable of this run"
            raise DomainError(
                "INVALID_WEIGHTS",
                f"{name} {problem}. Chosen are: {', '.join(sorted(by_name.values()))}.",
                {"name": name, "variables": sorted(by_name.values())},
            )
        out[found] = weight
    return out
