"""Named sets of TPR bands as they are seeded; an administrator may edit the rows (positivity.md §8).

A set is its lower limits in percent, ascending and inclusive; the first class lies below the first
limit. WHO strata use parasite prevalence or incidence and are not among them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BandSeed:
    """One set. `below` names the class under the first limit; `bands` are (limit, name)."""

    code: str
    label: str
    below: str
    bands: tuple[tuple[float, str], ...]
    source: str
    sure: float = 90.0


SEEDS = (
    BandSeed("default", "Default", "low",
             ((10, "moderate"), (25, "high"), (50, "very high")), "Project choice"),
    BandSeed("tens", "Tens", "under 10",
             ((10, "10 to 20"), (20, "20 to 30"), (30, "30 to 40"), (40, "40 and over")),
             "Project choice"),
    BandSeed("five_ten", "Five and ten", "under 5", ((5, "5 to 10"), (10, "10 and over")),
             "Asked for by a programme"),
    BandSeed("small_area", "Small-area rule, Tanzania", "very low",
             ((5, "low"), (15, "moderate"), (30, "high")),
             "PMC10313820 (5 and 30 %); 15 % added by the project"),
)  # fmt: skip
