"""The texts of `explain`, as data: two to six sentences each, with the place in the method note.

Numbers in braces come from settings (`facts`); a text holds no number of its own.
"""

from dataclasses import dataclass
from typing import Any

from chatmrpt.chat.words import DEFINITION_LABELS, EXCEEDING_LABELS, join
from chatmrpt.common.language import mark, say
from itn.domain.bales import DEFAULT_BALE
from itn.domain.need import DEFAULT_PERSONS_PER_NET
from tpr.domain.positivity import FEW_TESTS
from tpr.selectors.options import LIMITED_PERCENT, PRIMARY_SHARE, UNSURE_LEVELS_SHARE
from tpr.urban import TPR_ABOVE_PERCENT, URBAN_ABOVE_PERCENT


@dataclass(frozen=True, slots=True)
class Topic:
    """A short text and the part of the method note that says more."""

    title: str
    text: str
    note: str


def facts() -> dict[str, Any]:
    """Return the settings that texts name."""
    offered = [label.removeprefix(say("Positivity, ")) for key, label in DEFINITION_LABELS.items()
               if key not in ("method_max", "opd", "fever")]  # fmt: skip
    return {
        "few": FEW_TESTS, "primary": f"{PRIMARY_SHARE:g}", "unsure": f"{UNSURE_LEVELS_SHARE:g}",
        "limited": f"{LIMITED_PERCENT:g}", "urban": f"{URBAN_ABOVE_PERCENT:g}",
        "limit": f"{TPR_ABOVE_PERCENT:g}", "per_net": f"{DEFAULT_PERSONS_PER_NET:g}", "bale": DEFAULT_BALE,
        "definitions": join(offered), "treatments": join(list(EXCEEDING_LABELS.values()), "or"),
    }  # fmt: skip


def text_of(topic: str) -> str:
    """Return the text of a topic with the settings filled in."""
    return say(TOPICS[topic].text, **facts())


TOPICS: dict[str, Topic] = {
    "tpr": Topic(
        mark("Test Positivity Rate (TPR)"),
        mark(
            "The Test Positivity Rate is confirmed positives divided by persons tested, in per cent, for "
            "the same place, period and age group. It is not a temperature and no share of the whole "
            "population. It moves with testing policy, care seeking and season, so the number of tests "
            "always stands beside it."
        ),
        "test-positivity",
    ),
    "tpr_not_prevalence": Topic(
        mark("Positivity is not prevalence"),
        mark(
            "A TPR says how many of the persons tested were positive, not how many people are infected. "
            "Most people are not tested, and those who are mostly came with fever. Prevalence needs a "
            "survey of people chosen at random."
        ),
        "test-positivity",
    ),
    "tpr_vs_incidence": Topic(
        mark("Positivity and incidence"),
        mark(
            "TPR divides positives by tests; incidence divides cases by people and time. A ward can have a "
            "low TPR and many cases when very many are tested. Burden, positives per 1,000 people and "
            "year, is the nearest to incidence here, and it needs a population list."
        ),
        "test-positivity",
    ),
    "interpret_value": Topic(
        mark("Reading a value"),
        mark(
            "Read a TPR with its tests, its interval and the season. There is no value that is good or bad "
            "by itself: it depends on who is tested and when. Compare a place with its neighbours, or with "
            "itself a year ago."
        ),
        "interval",
    ),
    "formula": Topic(
        mark("Formula"),
        mark(
            "TPR = positives ÷ tested × 100, both added over facility-periods first: sums over sums, never a "
            "mean of rates. By default the larger of RDT and microscopy counts in each facility-period, for "
            "tested and for positive. Only complete pairs of tested and positive count."
        ),
        "definitions",
    ),
    "method_choices": Topic(
        mark("Definitions"),
        mark(
            "Offered are: {definitions}. Positives per out-patient (opd) and per person with fever (fever) "
            "are ratios and labelled so. The higher of the two ward rates (method_max) is shown for "
            "comparison only, because it is biased upward. Say for example “use RDT only”; the earlier "
            "result stays."
        ),
        "definitions",
    ),
    "denominator": Topic(
        mark("Denominator"),
        mark(
            "The denominator of a TPR is persons tested, from cells that hold both tested and positive. "
            "Blank cells are missing, never zero. Completeness has its own denominator, which every table "
            "names."
        ),
        "definitions",
    ),
    "interval": Topic(
        mark("95 % interval"),
        mark(
            "The 95 % interval says where the rate plausibly lies given the number of tests; few tests make "
            "it wide. The plain one (Wilson) treats tests as independent. Tests of one facility are alike, "
            "so a second, wider one counts them as fewer, by the design effect."
        ),
        "interval",
    ),
    "over_100": Topic(
        mark("More positives than tests"),
        mark(
            "A rate above 100 % comes from cells that report more positives than tests, which is an error of "
            "entry. Such pairs are {treatments}, as you set it; left out is the default. They are listed "
            "with facility and month under Quality, and the rate of a ward is never quietly cut."
        ),
        "rows-with-more-positives-than-tests",
    ),
    "test_methods": Topic(
        mark("RDT and microscopy"),
        mark(
            "An RDT is a rapid test at the point of care; it can stay positive for weeks after treatment. "
            "Microscopy is a slide read in a laboratory and depends on the reader. They are used at "
            "different facilities for different patients, so their rates differ for more reasons than the "
            "test."
        ),
        "definitions",
    ),
    "method_overlap": Topic(
        mark("Tested by both methods"),
        mark(
            "One person may be tested by both methods, and the file does not say who. Adding both would "
            "count such a person twice, so the larger of the two counts in each facility-period. The share "
            "of facility-periods in which the two maxima come from different methods is kept with the "
            "result."
        ),
        "definitions",
    ),
    "levels": Topic(
        mark("Facility levels"),
        mark(
            "Primary: health posts, dispensaries, clinics, primary health centres. Secondary: general and "
            "cottage hospitals. Tertiary: teaching hospitals and federal medical centres. Facilities whose "
            "level is not known count only under all facilities."
        ),
        "lga-and-state",
    ),
    "level_rationale": Topic(
        mark("Why primary facilities"),
        mark(
            "Primary facilities are where most people are tested, near where they live. Hospitals draw "
            "patients from far away, so their rates say less about the ward they stand in. All facilities "
            "have more tests, but mix the two."
        ),
        "lga-and-state",
    ),
    "level_inferred": Topic(
        mark("Level read from names"),
        mark(
            "When a file has no level column, the level is read from the facility's name, and every such "
            "facility is marked. Some are read wrongly. When the level of more than {unsure} % of the "
            "reports is not known, all facilities is recommended, which does not depend on it."
        ),
        "reading-a-file",
    ),
    "why_level": Topic(
        mark("Why a level is asked"),
        mark(
            "The level decides whose tests count. Hospitals test patients of many wards and sicker ones, "
            "primary facilities test the people around them. Mixed together a rate is hard to give to a "
            "ward."
        ),
        "lga-and-state",
    ),
    "recommend_level": Topic(
        mark("Which level is recommended"),
        mark(
            "Primary is recommended when at least {primary} % of the state's reports come from primary "
            "facilities; otherwise all facilities. For the most complete picture take all, for the picture "
            "nearest to the wards take primary. Both can be looked at: the other one stays a click away."
        ),
        "lga-and-state",
    ),
    "why_recommended": Topic(
        mark("Why a choice is recommended"),
        mark(
            "A choice is recommended by a rule whose facts stand beside it: the share of reports for the "
            "level, the use in net campaigns for the age group, the number of tests for the state. Groups "
            "with fewer than {limited} % of the reports filled are marked as limited data. You may choose "
            "any other."
        ),
        "lga-and-state",
    ),
    "age_groups": Topic(
        mark("Age groups"),
        mark(
            "u5 is children under five years; o5 is everybody of five and over without pregnant women; pw is "
            "pregnant women of any age. All ages is the sum of the three, facility by facility. There are no "
            "narrower groups in the file."
        ),
        "definitions",
    ),
    "age_source": Topic(
        mark("Where ages come from"),
        mark(
            "Age groups are as reported by the facilities on the monthly form; nobody verified them here. "
            "Single ages and dates of birth are not in the data."
        ),
        "definitions",
    ),
    "why_age": Topic(
        mark("Why an age group is asked"),
        mark(
            "Children under five carry most of the severe disease, and net campaigns are planned for them. "
            "The groups are tested for different reasons, so a mixed rate moves when the mix moves. All "
            "ages can be chosen as well."
        ),
        "definitions",
    ),
    "workflow_steps": Topic(
        mark("Steps"),
        mark(
            "File, state, confirmation, facility level, age group, then the ward TPR. After it the risk "
            "analysis ranks the wards, and the net plan allots nets in that order. Every answer can be "
            "changed later, and results already computed are kept."
        ),
        "test-positivity",
    ),
    "data_handling": Topic(
        mark("What happens to the file"),
        mark(
            "The file is stored unchanged in this installation's database, and nothing is sent anywhere. "
            "Only you, people with your resume code and the administrators of this installation can open "
            "it. Every repair is listed under Quality; the administrator decides how long files are kept."
        ),
        "reading-a-file",
    ),
    "file_types": Topic(
        mark("Files"),
        mark(
            "Excel (.xlsx, .xls), CSV, or a zip with one of them, one row per facility and period, with "
            "ward, tested and positive columns, as DHIS2 and the NMEP workbook export them. CSV is as good "
            "as Excel."
        ),
        "reading-a-file",
    ),
    "columns": Topic(
        mark("Columns"),
        mark(
            "Each column is recognised by its header and its values and read as one field: a place, a "
            "period, or a count of one test method and age group. Columns without a use are left out and "
            "named. Say “list the columns” for yours, or ask what one header means."
        ),
        "reading-a-file",
    ),
    "opd_ratio": Topic(
        mark("Out-patient ratio"),
        mark(
            "Positives per out-patient attendance: a ratio of its own, not positivity, because its "
            "denominator is everybody who came, tested or not. It is offered when a ward with more than "
            "{urban} % urban population has a TPR above {limit} %, and stands beside the TPR in its own "
            "column. It replaces nothing."
        ),
        "urban-wards-and-attendance-threshold_check",
    ),
    "burden": Topic(
        mark("Burden"),
        mark(
            "Positives per 1,000 people and year, with a named population. Blank reports make it a lower "
            "bound, so completeness stands beside it. It is another measure than positivity, and is not "
            "given where no population of that group is loaded."
        ),
        "test-positivity",
    ),
    "completeness": Topic(
        mark("Completeness"),
        mark(
            "Values present divided by values expected. What is expected depends on the denominator: the "
            "rows in the file, or every facility that ever reported in every period. Each figure names its "
            "own."
        ),
        "quality-checks",
    ),
    "matching": Topic(
        mark("Matching of ward names"),
        mark(
            "A ward name is joined to the ward list when it is equal, or equal after spelling rules, inside "
            "its LGA. Anything else is listed with suggestions, never guessed. Names that are not joined "
            "count for their LGA and the state and have no place on the map."
        ),
        "matching-wards",
    ),
    "trend_maths": Topic(
        mark("How a trend is computed"),
        mark(
            "A straight line is fitted to the yearly rates by least squares, over all years and not first "
            "against last, and its slope is given with a 95 % interval. Kendall's tau asks whether the order "
            "of the years is more than chance. A place is called worsening or improving only when the slope "
            "passes the limit and its interval leaves out zero. A missing year stays a gap."
        ),
        "test-positivity",
    ),
    "risk_profiles": Topic(
        mark("Risk profiles"),
        mark(
            "'Sound' scales each variable between its low and high percentiles and adds them by weight, the "
            "malaria indicator included, and says how sure each rank is. 'Legacy' repeats the published "
            "rule exactly, for comparison with earlier work. The variables, their direction and weight stand "
            "under Risk."
        ),
        "risk-ranking",
    ),
    "net_rules": Topic(
        mark("Net rules"),
        mark(
            "Need is population divided by {per_net} persons per net, unless you say otherwise, each ward "
            "rounded up. Nets go out in whole bales, by the strategy you choose, until the stock ends. Every "
            "ward gets a reason, also the wards that get none."
        ),
        "need-and-bales",
    ),
    "transmission": Topic(
        mark("Malaria"),
        mark(
            "Malaria is passed on by Anopheles mosquitoes that bite mostly at night; most cases in Nigeria "
            "are Plasmodium falciparum. Nets protect the sleepers and, widely used, their neighbours too. "
            "For treatment follow the national guideline; these data are counts and say nothing about a "
            "single patient."
        ),
        "test-positivity",
    ),
    "tested": Topic(
        mark("Tested"),
        mark(
            "Persons tested for malaria by RDT or microscopy, as the facility wrote it down for a month. "
            "Only cells that also hold the positives count for a rate. A blank cell is missing, never zero."
        ),
        "test-positivity",
    ),
    "effective_tests": Topic(
        mark("Effective tests"),
        mark(
            "Tests of one facility resemble each other, so they tell less than as many tests of people "
            "drawn at random. Effective tests are the tests divided by the design effect: the number of "
            "independent ones that would tell as much. The wider interval is made from them."
        ),
        "test-positivity",
    ),
    "shrunk": Topic(
        mark("Shrunk figure"),
        mark(
            "A ward with few tests is drawn towards its LGA, the more the fewer tests it has. It is the "
            "best estimate for comparing wards. The raw figure stays beside it: that is what the forms say."
        ),
        "test-positivity",
    ),
    "third": Topic(
        mark("Third"),
        mark(
            "The ranked wards of a state in three equal parts: upper, middle and lower. A third says where "
            "a ward stands among the others of its state, not how much malaria it has. A ward is firm in "
            "its third when most of the plausible rankings put it there."
        ),
        "risk-ranking",
    ),
    "exceedance": Topic(
        mark("Exceedance, P(top)"),
        mark(
            "The share of plausible rankings in which a ward lies above a limit: in the upper third, or "
            "among the first so many. It is read as a chance. Near the middle it says that the data do "
            "not decide, and local knowledge has to."
        ),
        "risk-ranking",
    ),
    "bale": Topic(
        mark("Bale"),
        mark(
            "Nets are packed and moved in bales of {bale}. Wards get whole bales. What is left over are "
            "loose nets, which stay at the store and are counted as remaining."
        ),
        "net-plans",
    ),
    "access": Topic(
        mark("Access"),
        mark(
            "The share of people who could sleep under a net if every net were used by two of them. "
            "Households are of uneven size, so it is lower than coverage by the rule for buying nets. "
            "Access is no use: who has a net may still not sleep under it."
        ),
        "net-plans",
    ),
}
"""Every topic of workflow.md section 8 but `column`, which is answered from the file's own columns,
and the terms of users.md section 6."""
