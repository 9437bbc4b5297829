"""Plain sentences on intervals, shrunk figures and chances, filled with a place's own numbers.

Texts of uncertainty.md §10; each has one sentence of help behind it.
"""

from typing import Any

from chatmrpt.chat.words import count, percent
from tpr.models import WardTpr


def ward_guide(row: WardTpr) -> list[dict[str, str]]:
    """Return the sentences that fit one ward, with its numbers put in."""
    said = []
    if row.tpr is None:
        said.append({
            "text": "No test was reported here. The positivity is unknown, not zero. For comparing "
            "wards we use what is usual in the LGA, with a wide margin.",
            "help": "A blank form is missing information; it says nothing about malaria.",
        })  # fmt: skip
        return said
    said.append({
        "text": "The bar shows where the true positivity of this ward most likely lies: nine times "
        "out of ten a bar drawn this way contains it. A long bar means few independent tests, not "
        "a bad ward.",
        "help": "The bar is the 5th to 95th percentile of the shrunk figure.",
    })  # fmt: skip
    if row.n_eff is not None:
        many = row.facilities_tested != 1
        said.append({
            "text": "Tests taken in one facility resemble each other. "
            f"{count(row.tested)} tests from {row.facilities_tested} "
            f"{'facilities' if many else 'facility'} tell us about as much as "
            f"{count(round(row.n_eff))} tests drawn at random.",
            "help": _source(row),
        })  # fmt: skip
    if row.pull is not None and row.pull >= 0.1:
        said.append({
            "text": "This ward has few independent tests, so the figure leans on the LGA: "
            f"{100 * row.pull:.0f} % of it comes from there. More tests would make it stand on its "
            "own.",
            "help": "The share is M ÷ (M + effective tests), M being how alike the wards of an LGA "
            "are in this state.",
        })  # fmt: skip
    if "too_few_tests" in row.flags:
        said.append({"text": too_few_words(row), "help": "The mark keeps a ward out of every firm "
                     "class; it keeps its place and its interval."})  # fmt: skip
    return said


def too_few_words(row: WardTpr) -> str:
    """Name the cause of the mark `too_few_tests`."""
    causes = []
    if row.n_stable is not None and row.n_stable < 30:
        causes.append(f"its tests count for {row.n_stable:.0f} independent ones, fewer than 30")
    if row.facilities_tested < 2:
        causes.append("only one facility tested")
    return f"Too few tests: {' and '.join(causes)}." if causes else ""


def _source(row: WardTpr) -> str:
    if row.deff_source == "own":
        return f"Design effect {row.deff:.1f}, from the differences between its own facilities."
    if row.deff_source == "borrowed":
        return (
            f"Design effect {row.deff:.1f}, borrowed: the median of the state's wards with three "
            "facilities or more, because this ward has none of its own."
        )
    return "No design effect can be computed here, so the tests count in full."


READING = (
    ("Raw and shrunk", "Raw is what the forms say. Shrunk is our best estimate for comparing wards. "
     "Use raw figures when you phone a facility, shrunk ones when you choose wards."),
    ("Two wards with different places may be equal", "When their bars overlap widely the "
     "difference is smaller than the doubt in either. Treat them alike."),
    ("Chance of a class", "We put a ward in a class only when the chance is as high as the set "
     "demands, usually 90 %. Below that we say between which classes it lies."),
    ("What the bars do not know", "They know about chance in testing and about facilities that "
     "differ. They do not know who never came to be tested, or facilities that report wrongly. In "
     "states with few LGAs they are a little too short."),
)  # fmt: skip


def prior_words(prior: dict[str, Any] | None, state: str) -> str:
    """Say in one or two sentences what the shrunk figures lean on."""
    if not prior:
        return ""
    if prior["flat"]:
        return "There is one ward only: its interval stands on its own tests and a flat prior."
    lean = "their LGA" if prior["lgas_differ"] else "the state (LGAs do not differ beyond chance)"
    deff = (
        "Too few wards have two facilities, so every 10 tests count as one"
        if prior["deff_defaulted"]
        else f"In {state} tests of one facility resemble each other so much that about "
        f"{prior['deff_pooled']:.0f} of a ward's tests tell as much as one drawn at random"
    )
    return (
        f"{deff}. Wards lean on {lean}, which counts for {count(round(prior['precision']))} "
        f"effective tests; the state's mean is {percent(prior['state_mean'])}."
    )
