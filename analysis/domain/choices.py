"""Closed lists and refusals that a request checks before any number is computed.

Plain Python: the web process imports this module, so it must not import numpy.
Source: `domain/risk.md` sections 4, 6.1 (L4) and 7.
"""

from __future__ import annotations

from chatmrpt.common.errors import DomainError

ALGORITHM = "risk-2"

SOUND = "sound"
LEGACY = "legacy"
PROFILES = (SOUND, LEGACY)

NORMALISATIONS = ("winsor", "minmax", "rank")
DEFAULT_NORMALISATION = "winsor"

DEFAULT_DRAWS = 1000
MOST_DRAWS = 20_000
DEFAULT_SEED = 1
DEFAULT_TOP = 10

SOUND_DEFINITIONS = ("facility_max", "rdt", "microscopy", "pooled", "dominant", "given")
REFUSED_DEFINITIONS = {
    "opd": "it divides by out-patient attendance, not by tests",
    "fever": "it divides by fever cases, not by tests",
    "method_max": "it takes the higher of two rates and is biased upward",
}


def check_definition(definition: str) -> None:
    """Refuse a malaria indicator that the sound profile cannot use.

    Raises
    ------
    DomainError
        ``MALARIA_INDICATOR_REFUSED`` naming the definition and what to choose instead.
    """
    reason = REFUSED_DEFINITIONS.get(definition)
    if reason:
        raise DomainError(
            "MALARIA_INDICATOR_REFUSED",
            f"The definition {definition} cannot be the malaria indicator of the sound profile: "
            f"{reason}. Choose facility_max, rdt, microscopy, pooled or dominant, or use the "
            "legacy profile, which labels it.",
            {"definition": definition},
        )
    if definition not in SOUND_DEFINITIONS:
        raise DomainError(
            "MALARIA_INDICATOR_REFUSED",
            f"{definition} is not a known definition of test positivity.",
            {"definition": definition},
        )


def malaria_indicator_missing() -> DomainError:
    """Return the refusal of a sound run without any malaria indicator."""
    return DomainError(
        "MALARIA_INDICATOR_MISSING",
        "The sound profile ranks by malaria first and these wards have no malaria indicator. Give "
        "tested and positive per ward, or a positivity column (tpr), or use the legacy profile.",
        {},
    )


def check_legacy_count(variables: int) -> None:
    """Refuse a legacy run of fewer than two variables.

    Raises
    ------
    DomainError
        ``TOO_FEW_VARIABLES``.
    """
    if variables < 2:
        raise DomainError(
            "TOO_FEW_VARIABLES",
            f"The legacy rule combines subsets of at least two variables; this run has "
            f"{variables}. Load covariates for these wards, or use the sound profile, which can "
            "rank by the test positivity alone.",
            {"variables": variables},
        )


def check_options(*, profile: str, normalisation: str, draws: int, seed: int, top: int) -> None:
    """Refuse options outside their closed lists and ranges.

    Raises
    ------
    DomainError
        ``UNKNOWN_PROFILE``, ``UNKNOWN_NORMALISATION`` or ``INVALID_NUMBER``.
    """
    if profile not in PROFILES:
        raise DomainError(
            "UNKNOWN_PROFILE",
            f"'{profile}' is not a profile. Choose {' or '.join(PROFILES)}.",
            {"profile": profile, "choices": list(PROFILES)},
        )
    if normalisation not in NORMALISATIONS:
        raise DomainError(
            "UNKNOWN_NORMALISATION",
            f"'{normalisation}' is not a normalisation. Choose {', '.join(NORMALISATIONS)}.",
            {"normalisation": normalisation, "choices": list(NORMALISATIONS)},
        )
    for name, value, low, high in (
        ("draws", draws, 1, MOST_DRAWS),
        ("seed", seed, 0, 2**63 - 1),
        ("top", top, 1, 100_000),
    ):
        if not low <= value <= high:
            raise DomainError(
                "INVALID_NUMBER",
                f"{name} is {value}; it lies between {low} and {high:,}.",
                {"name": name, "value": value, "lowest": low, "highest": high},
            )
