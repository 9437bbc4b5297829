"""Invented place and facility names that sound like the real ones and belong to nobody."""

from collections.abc import Iterator

from numpy.random import Generator

STARTS = ("Ba", "Da", "Du", "Fa", "Ga", "Gi", "Ja", "Ka", "Ku", "La", "Ma", "Na", "Ra", "Ru", "Sa",
          "Su", "Ta", "Tu", "Wa", "Ya", "Za")  # fmt: skip
MIDDLES = ("", "ba", "da", "ga", "ka", "la", "ma", "na", "ra", "sha", "ta", "wa", "ya")
ENDS = (
    "bi",
    "di",
    "gari",
    "go",
    "kori",
    "la",
    "ma",
    "mi",
    "na",
    "ri",
    "ro",
    "shi",
    "wa",
    "yi",
    "zo",
)
KINDS = ("Health Post", "Primary Health Center", "Health Clinic", "Dispensary",
         "Basic Health Clinic", "Maternity and Child Clinic")  # fmt: skip


def place_names(rng: Generator) -> Iterator[str]:
    """Yield names without end, none twice."""
    used: set[str] = set()
    while True:
        name = str(rng.choice(STARTS)) + str(rng.choice(MIDDLES)) + str(rng.choice(ENDS))
        if name not in used and len(name) > 3:
            used.add(name)
            yield name


def facility_name(place: str, kind: str, number: int) -> str:
    return f"{place} {kind}" if number == 1 else f"{place} {kind} {number}"
