"""Short texts that explain, kept as data. Figures come from the data, never from here."""

from typing import Any

from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.reply import Reply
from tpr.models import Workflow

TOPICS: dict[str, str] = {
    "tpr": "The Test Positivity Rate is confirmed positives divided by persons tested, in per "
    "cent, for the same place, period and age group. It moves with testing policy, care seeking "
    "and season, so the number of tests is always shown beside it.",
    "tpr_not_prevalence": "A TPR of 20 % means 20 of 100 tested persons were positive. Most "
    "people are not tested, and those who are had fever: it is not the share of people infected.",
    "tpr_vs_incidence": "TPR divides by tests; incidence divides by people. A ward can have a low "
    "TPR and many cases when very many are tested.",
    "interpret_value": "Read a TPR with its tests and its interval, and with the season. 50 to "
    "90 % is usual in the wet season here. There is no value that is good or bad by itself.",
    "formula": "TPR = positives ÷ tested × 100, added over facility-periods. By default the larger "
    "of RDT and microscopy counts in each facility-period, for tested and for positive.",
    "method_choices": "Definitions: larger of the two tests (default), RDT only, microscopy only, "
    "both added, main test of each facility; positives per out-patient and per fever are ratios, "
    "labelled as such.",
    "denominator": "The denominator is persons with fever tested, from rows that hold both tested "
    "and positive. Blank cells are missing, never zero.",
    "interval": "The 95 % interval (Wilson) says where the rate plausibly lies given the number of "
    "tests. Few tests, wide interval.",
    "over_100": "A rate above 100 % comes from rows that report more positives than tests, which is "
    "an error in the file. Such pairs are left out unless you choose to keep or cap them; they are "
    "listed under Quality.",
    "test_methods": "RDT is a rapid test at the point of care; microscopy is a slide read in a "
    "laboratory. Most tests at primary facilities are RDTs.",
    "method_overlap": "One person may be tested by both methods. Taking the larger of the two in "
    "each facility-period avoids counting such a person twice.",
    "levels": "Primary: health posts, dispensaries, clinics, primary health centres. Secondary: "
    "general and cottage hospitals. Tertiary: teaching hospitals and federal medical centres.",
    "level_rationale": "Primary facilities are where most people are tested near home; hospitals "
    "draw patients from far away, so their rates say less about the ward they stand in.",
    "level_inferred": "When a file has no level column, the level is read from the facility's "
    "name, about 83 % right. 'All facilities' does not depend on it.",
    "why_level": "The level decides whose tests count. Hospitals mix patients of many wards.",
    "recommend_level": "Primary is recommended when at least 70 % of the state's reports come from "
    "primary facilities; otherwise all facilities.",
    "why_recommended": "The recommended choice has the most complete data for its purpose; its "
    "facts stand beside it. You may choose any other.",
    "age_groups": "Under five years; five and over without pregnant women; pregnant women; and "
    "all ages, which is the sum of the three.",
    "age_source": "Age groups are as reported by the facilities on the monthly form; single ages "
    "are not in the data.",
    "why_age": "Children under five carry most of the severe disease, and net campaigns are "
    "planned for them.",
    "workflow_steps": "File, state, confirmation, facility level, age group, ward TPR; then the "
    "risk analysis and the net plan. Every answer can be changed later.",
    "data_handling": "The file is stored unchanged in this installation's database; only you and "
    "people with your resume code can open it. Every repair is listed under Quality.",
    "file_types": "Excel (.xlsx) or CSV, one row per facility and month, with ward, tested and "
    "positive columns, as DHIS2 and the NMEP workbook export them.",
    "columns": "The columns recognised in your file stand under Quality with the field each was "
    "read as.",
    "opd_ratio": "Positives per out-patient attendance. It is a ratio of its own, not positivity: "
    "its denominator is everybody who came, tested or not.",
    "burden": "Positives per 1,000 people per year, with a named population. It is not computed "
    "from the file alone.",
    "completeness": "The share of reports that hold a complete pair of tested and positive.",
    "matching": "A ward name is joined to the ward list when it is equal or equal after spelling "
    "rules, inside its LGA. Anything else is listed, never guessed.",
    "risk_profiles": "'Sound' scales each variable between its 2nd and 98th percentile and adds "
    "them by weight, malaria indicator included. 'Legacy' repeats the published rule exactly, for "
    "comparison with earlier work.",
    "net_rules": "Need is population divided by 1.8, rounded up. Nets go out in whole bales of 50, "
    "in the order of risk, until the stock ends; every ward gets a reason.",
    "transmission": "Malaria is passed on by Anopheles mosquitoes that bite mostly at night; nets "
    "protect the sleepers and, widely used, their neighbours too.",
}


def explain(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    topic = str(slots.get("topic") or "")
    if topic == "column":
        return _column(workflow, slots)
    text = TOPICS.get(topic)
    if text is None:
        known = ", ".join(
            name.replace("_", " ") for name in ("tpr", "interval", "levels", "matching")
        )
        text = (
            f"I have no text about “{said.strip()}”. I can explain, among others: {known}. The "
            "glossary has all terms."
        )
    return Reply(
        text=f"{text}\n\n{choices_here(workflow)}",
        links=[{"href": "/glossary/", "label": "Glossary"}],
    )


def _column(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    wanted = str(slots.get("column") or "").casefold()
    columns = workflow.upload.columns if workflow.upload else []
    for column in columns:
        if wanted and wanted in str(column.get("header", "")).casefold():
            field = column.get("field") or "not used"
            text = f"Column “{column['header']}” was read as: {field} ({column.get('reason', '')})."
            return Reply(text=f"{text}\n\n{choices_here(workflow)}")
    return Reply(text=f"No column of the file is called that. {choices_here(workflow)}")
