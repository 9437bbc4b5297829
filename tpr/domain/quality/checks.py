"""The closed list of checks: rule in words, what to ask on the telephone, and which limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `limits` are codes of thresholds shown beside its flags."""

    code: str
    label: str
    rule: str
    ask: str
    limits: tuple[str, ...] = ()


_ALL: Final = (
    Check("positive_above_tested", "Positives above tests",
          "positive > tested, per row, method and age group",
          "What do the register and the monthly form say for tested and for positive?"),
    Check("positive_without_tested", "Positives without tests",
          "positive present, tested blank; never used",
          "How many were tested in this month? The cell is empty."),
    Check("tested_without_result", "Tests without result",
          "tested present, positive blank; the pair is not used and is not zero positives",
          "How many of these tests were positive? An empty cell is not zero."),
    Check("tested_above_fever", "Tests above fever cases", "tested > persons with fever, per group",
          "Were persons without fever tested, or is the number with fever incomplete?"),
    Check("opd_above_attendance", "Out-patients above attendance", "out-patients > attendance",
          "Which of the two numbers was exchanged or left incomplete?"),
    Check("tested_above_attendance", "Tests above attendance",
          "tested in the three groups together > attendance",
          "Was attendance counted for the whole facility and the whole month?"),
    Check("outlier_mad", "Far from the facility's median",
          "distance from the median above so many median absolute deviations",
          "Is the number right, or does it hold several months, a typing error or a campaign?",
          ("outlier_mad_check", "outlier_mad_severe", "outlier_values")),
    Check("outlier_sd", "Far from the facility's mean",
          "distance from the mean above so many standard deviations",
          "Is the number right, or does it hold several months, a typing error or a campaign?",
          ("outlier_sd", "outlier_sd_whole_from", "outlier_sd_values")),
    Check("outlier_modified_z", "Far from the facility's median, modified z (option)",
          "0.6745 × distance from the median ÷ median absolute deviation",
          "Is the number right, or does it hold several months, a typing error or a campaign?",
          ("outlier_modified_z", "outlier_values")),
    Check("zero_run", "Run of zeros", "consecutive zero months between months that are not zero",
          "Was nobody tested, were tests out of stock, or was zero written for missing?",
          ("zero_run",)),
    Check("copied_in_time", "The same figures month after month",
          "the same tested and positive, not zero, in consecutive periods",
          "Were the figures of an earlier month entered again?", ("copied_periods",)),
    Check("copied_between", "The same figures as another facility",
          "so many equal values, not zero, in the same period",
          "Was one facility's form entered for both?", ("copied_values",)),
    Check("round_numbers", "Round numbers", "share of test counts, not zero, that end in 0",
          "Are the numbers counted from the register or estimated?",
          ("round_share", "round_values")),
    Check("change_over_time", "Change over time",
          "a year against the mean of earlier years, and that ratio against the unit above: "
          "state, LGAs, wards with enough tests",
          "Did facilities open, close or change how they report?",
          ("change_percent", "volume_low")),
    Check("low_volume", "Few tests in a ward", "tests of the ward",
          "Do all facilities of the ward report?", ("volume_low", "volume_high")),
    Check("not_active", "No longer reporting", "silent for a whole window of months",
          "Is the facility closed, or do its reports not arrive?", ("activity_window",)),
)  # fmt: skip

CHECKS: Final[dict[str, Check]] = {check.code: check for check in _ALL}
