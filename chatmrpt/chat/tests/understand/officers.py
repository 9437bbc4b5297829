"""Utterances written blind, before their writer had read one rule of the interpreter.

Each line: stage, text, and the acceptable readings by workflow.md, the first one preferred. `TALK`
stands for any reading that does nothing: traps, where only an action would be wrong.
The first run's figures are in docs/interpreter.md; a line is never changed to suit a rule.
"""

from typing import Any

TALK = "talk"
Reading = tuple[str, dict[str, Any]]
Line = tuple[str, str, list[Reading]]


def sel(**slots: Any) -> Reading:
    return "select", slots


def clar(about: str, *candidates: str, **more: Any) -> Reading:
    return "clarify", {"about": about} | (
        {"candidates": list(candidates)} if candidates else {}
    ) | more


def ask(q: str, **slots: Any) -> Reading:
    return "ask", {"q": q} | slots


def cmd(name: str, **slots: Any) -> Reading:
    return name, slots


ANY_TALK = [cmd(TALK)]

STATE: list[tuple[str, list[Reading]]] = [
    ("abeg use kwara", [sel(state="Kwara")]),
    ("na Kano I dey", [sel(state="Kano")]),
    ("my own state na Benue", [sel(state="Benue")]),
    ("we dey work for Yobe state", [sel(state="Yobe")]),
    ("Zamfra", [sel(state="Zamfara")]),
    ("Nassarawa", [sel(state="Nasarawa")]),
    ("plateu", [sel(state="Plateau")]),
    ("Bayelsa sir", [sel(state="Bayelsa")]),
    ("cross rivers", [sel(state="Cross River")]),
    ("Ebony state", [sel(state="Ebonyi")]),
    ("FCT Abuja", [sel(state="Federal Capital Territory")]),
    ("Lagos not Ogun", [sel(state="Lagos")]),
    ("no, I said Edo", [sel(state="Edo")]),
    ("the 5th one", [sel(item=5)]),
    ("number twelve", [sel(item=12)]),
    ("last one", [sel(item=37), sel(state="Zamfara")]),
    ("38", [cmd("error", kind="number_out_of_range", number=38)]),
    ("Ilorin", [clar("state", "Kwara"), clar("place", "Kwara")]),
    ("Zaria", [clar("state", "Kaduna"), clar("place", "Kaduna")]),
    ("Onitsha data please", [clar("state", "Anambra"), clar("place", "Anambra")]),
    ("Ibadan", [clar("state", "Oyo"), clar("place", "Oyo")]),
    ("call me later", ANY_TALK),
    ("Nigeria", [clar("state"), cmd("error", kind="unknown_state"), clar("place")]),
    ("Ghana", [cmd("error", kind="unknown_state"), clar("state"), cmd("unknown")]),
    ("Kano or Kaduna, which is better?", [clar("state", "Kano", "Kaduna")]),
    ("how many LGAs dey Kwara?", [ask("count", of="lgas", state="Kwara")]),
    ("does the file have Taraba?", [ask("presence", state="Taraba")]),
    ("which states dey inside?", [ask("list", of="states")]),
    ("whichever you think is best", [sel(recommended=True)]),
    ("any state but Lagos", [clar("state", exclude=["Lagos"])]),
    ("Delta, under 5, all facilities", [sel(state="Delta", age="u5", level="all")]),
    ("i want do pregnant women for Enugu", [sel(state="Enugu", age="pw")]),
    ("which state get the highest number of test?", [ask("rank", unit="state", by="tests")]),
    ("take me back", [cmd("back")]),
    ("jihar Kano", [sel(state="Kano")]),
    ("ina son Katsina", [sel(state="Katsina")]),
    ("don Allah a yi amfani da Sokoto", [sel(state="Sokoto")]),
    ("mo fe Osun", [sel(state="Osun")]),
    ("Adamwa", [sel(state="Adamawa")]),
    ("kebbi abi kaduna", [clar("state", "Kebbi", "Kaduna")]),
    ("rivers", [sel(state="Rivers")]),
    ("...", [clar("input"), clar("state")]),
    ("👍", [clar("input"), clar("state")]),
    ("yes", [clar("state")]),
    ("gombee", [sel(state="Gombe")]),
    ("Imo state only", [sel(state="Imo")]),
    ("Borno, sorry Yobe", [sel(state="Yobe")]),
    ("Jigawa no wait Kano", [sel(state="Kano")]),
]

CONFIRMATION: list[tuple[str, list[Reading]]] = [
    ("ehen continue", [cmd("confirm")]),
    ("eh, go ahead", [cmd("confirm")]),
    ("oya proceed", [cmd("confirm")]),
    ("no", [cmd("reject")]),
    ("no, use Ekiti", [sel(state="Ekiti")]),
    ("yes but only primary facilities", [sel(level="primary")]),
    ("not yet", [cmd("reject"), cmd("pause")]),
    ("a'a", [cmd("reject")]),
    ("na'am", [cmd("confirm")]),
    ("beeni", [cmd("confirm")]),
    ("rara", [cmd("reject")]),
    ("oui", [cmd("confirm")]),
    ("non", [cmd("reject")]),
    ("how many wards?", [ask("count", of="wards"), ask("count", of="wards", state="Kwara")]),
    (
        "wetin be the completeness?",
        [ask("missing"), ask("quality"), cmd("explain", topic="completeness")],
    ),
    (
        "this is not my state",
        [cmd("reject"), clar("state"), clar("yes_no"), cmd("back", target="state")],
    ),
    ("change the state", [cmd("back", target="state")]),
    ("okay let us go on", [cmd("confirm")]),
    ("what is missing for the data?", [ask("missing"), ask("quality")]),
    ("yes sir", [cmd("confirm")]),
    ("I no sure", [clar("yes_no"), cmd("unknown")]),
    ("is everything okay with the data?", [ask("quality")]),
    ("no be this one", [cmd("reject"), clar("yes_no"), clar("state")]),
    ("proceed with phc and under five", [sel(level="primary", age="u5")]),
    ("👍", [cmd("confirm")]),
    ("👎", [cmd("reject")]),
]

FACILITY: list[tuple[str, list[Reading]]] = [
    ("phc", [sel(level="primary")]),
    ("use the phc ones abeg", [sel(level="primary")]),
    ("make we use general hospital", [sel(level="secondary")]),
    ("health post and dispensary", [sel(level="primary"), clar("level", "primary")]),
    ("cottage hospitals only", [sel(level="secondary")]),
    ("teaching hosp", [sel(level="tertiary")]),
    ("FMC", [sel(level="tertiary")]),
    ("all the facilities abeg", [sel(level="all")]),
    ("dem all", [sel(level="all"), clar("level")]),
    ("everytin", [sel(level="all"), clar("level")]),
    ("no teaching hospital", [clar("level", exclude=["tertiary"])]),
    ("not hospital, use phc", [sel(level="primary")]),
    ("two", [sel(level="secondary"), sel(item=2)]),
    ("second option please", [sel(level="secondary"), sel(item=2)]),
    ("5", [cmd("error", kind="number_out_of_range", number=5)]),
    ("primary or secondary, which one better?",
     [clar("level", "primary", "secondary"), cmd("explain", topic="recommend_level")]),
    ("I prefer secondary level", [sel(level="secondary")]),
    ("can you use only primary health centres?", [sel(level="primary")]),
    ("what is secondary facility?", [cmd("explain", topic="levels")]),
    ("which level has more tests?",
     [ask("rank", unit="level", by="tests"), ask("breakdown", by="level", measure="tests")]),
    ("how many phc dey Kwara?",
     [ask("count", of="facilities", level="primary", state="Kwara"),
      ask("count", of="facilities", level="primary")]),
    ("call", [clar("level"), cmd("unknown")]),
    ("next", [cmd("skip")]),
    ("pls carry me go back to the state", [cmd("back", target="state")]),
    ("wetin I don choose?", [cmd("status")]),
    ("tell me why you recommend primary",
     [cmd("explain", topic="why_recommended"), cmd("explain", topic="recommend_level"),
      cmd("explain", topic="why_level"), cmd("explain", topic="level_rationale")]),
    ("I want only those under five", [sel(age="u5")]),
    ("everything for pregnant women", [sel(level="all", age="pw"), clar("level"), sel(age="pw")]),
    ("primary heath center", [sel(level="primary")]),
    ("secondry hospitals pls", [sel(level="secondary")]),
    ("tertairy", [sel(level="tertiary")]),
    ("primary not secondary", [sel(level="primary")]),
    ("except tertiary", [clar("level", exclude=["tertiary"])]),
    ("I don't want primary", [clar("level", exclude=["primary"])]),
    ("hospital", [clar("level")]),
    ("asibiti", [clar("level"), cmd("unknown")]),
    ("stop", [cmd("exit")]),
    ("pause", [cmd("pause")]),
    ("number 3", [sel(level="tertiary"), sel(item=3)]),
    ("sorry I mean tertiary", [sel(level="tertiary")]),
    ("the state should be Niger not Nigeria", [sel(state="Niger")]),
    ("private facilities only",
     [cmd("error", kind="not_supported"), cmd("error", kind="not_in_data"), clar("level"),
      cmd("unknown")]),
    ("secondary only o", [sel(level="secondary")]),
    ("which one you go advise?",
     [sel(recommended=True), cmd("explain", topic="recommend_level"),
      cmd("explain", topic="why_recommended")]),
]  # fmt: skip

AGE: list[tuple[str, list[Reading]]] = [
    ("under 5 pikin", [sel(age="u5")]),
    ("children below five years", [sel(age="u5")]),
    ("0 to 59 months", [sel(age="u5")]),
    ("older children and adults", [sel(age="o5")]),
    ("ANC women", [sel(age="pw")]),
    ("pregnant mothers", [sel(age="pw")]),
    ("women wey get belle", [sel(age="pw"), clar("age")]),
    ("yara", [sel(age="u5"), clar("age")]),
    ("mata masu ciki", [sel(age="pw"), clar("age")]),
    ("omode", [sel(age="u5"), clar("age")]),
    ("everybody join", [sel(age="all")]),
    ("all of dem", [sel(age="all")]),
    ("5", [cmd("error", kind="number_out_of_range", number=5)]),
    ("under 5 and above 5", [clar("age", "u5", "o5")]),
    ("not pregnant women", [clar("age", exclude=["pw"])]),
    ("u5 pls, not o5", [sel(age="u5")]),
    ("men", [clar("age"), cmd("error", kind="not_in_data"), cmd("unknown")]),
    ("babies", [sel(age="u5"), clar("age")]),
    ("school children", [clar("age"), cmd("error", kind="not_in_data"), cmd("unknown")]),
    (
        "what does pw mean?",
        [cmd("explain", topic="age_groups"), cmd("explain", topic="column", column="pw")],
    ),
    ("how many tests for pregnant women?", [ask("count", of="tests", age="pw")]),
    ("go back to facility", [cmd("back", target="level")]),
    ("undo that", [cmd("undo")]),
    ("change it to secondary", [sel(level="secondary")]),
    ("actually all facilities, under five", [sel(level="all", age="u5")]),
    ("60 months and above", [sel(age="o5"), clar("age")]),
    ("3", [sel(age="pw"), sel(item=3)]),
    (
        "fifth",
        [
            cmd("error", kind="number_out_of_range"),
            cmd("error", kind="number_out_of_range", number=5),
        ],
    ),
    ("ok use the one you suggest", [sel(recommended=True)]),
    ("enfants de moins de 5 ans", [sel(age="u5")]),
    ("femmes enceintes", [sel(age="pw")]),
    ("let's do adults and older children", [sel(age="o5")]),
    ("not children, adults", [sel(age="o5")]),
    ("expectant mothers pls", [sel(age="pw")]),
    ("1st", [sel(age="u5"), sel(item=1)]),
]

COMPLETE: list[tuple[str, list[Reading]]] = [
    ("show all facilities instead", [cmd("switch", level="all"), sel(level="all")]),
    ("use microscopy only", [cmd("switch", method="microscopy"), cmd("set", method="microscopy")]),
    ("rdt alone", [cmd("switch", method="rdt"), cmd("set", method="rdt")]),
    ("only 2023 data", [cmd("set", period="2023")]),
    ("from jan 2023 to june 2023", [cmd("set", period="2023-01..2023-06")]),
    ("top five wards", [ask("rank", unit="ward", by="tpr", n=5), ask("rank", unit="ward", n=5)]),
    ("download excel", [cmd("export", format="xlsx")]),
    ("send me shapefile", [cmd("export", format="geojson")]),
    ("compare primary and secondary",
     [cmd("compare", level=["primary", "secondary"]),
      cmd("compare", of="levels", level=["primary", "secondary"]), cmd("compare", of="levels")]),
    ("I wan plan 300k nets", [cmd("plan_nets", nets=300000)]),
    ("share 1.5 million nets for the wards", [cmd("plan_nets", nets=1500000)]),
    ("abeg run the risk", [cmd("run_risk")]),
    ("don't run risk yet", ANY_TALK),
    ("which wards get low test?", [ask("low_volume"), ask("rank", unit="ward", by="tests", order="asc"),
                                   ask("rank", unit="ward", by="tests", order="lowest")]),
    ("thank you", [cmd("smalltalk")]),
    ("good morning sir", [cmd("greet")]),
    ("give me names of the patients", [cmd("refuse", reason="privacy")]),
    ("how many nets we go need?", [ask("nets_needed")]),
    ("what does the interval mean?", [cmd("explain", topic="interval"), ask("interval")]),
    ("delete my file", ANY_TALK),
    ("remove rows where positive pass tests", [cmd("set", exceeding="exclude"), ask("exceeding")]),
    ("keep the exceeding rows", [cmd("set", exceeding="keep")]),
    ("go back to the age group", [cmd("back", target="age")]),
    ("start all over", [cmd("restart")]),
    ("start over with Kogi", [cmd("restart", state="Kogi")]),
    ("print report for my oga", [cmd("export", format="report")]),
    ("is 45% high?", [cmd("explain", topic="interpret_value", value=45),
                      cmd("explain", topic="interpret_value")]),
    ("show me Offa only", [cmd("filter", lga="Offa")]),
    ("which LGA improve pass?", [cmd("trend", kind="improving", unit="lga")]),
    ("switch to under five at primary", [cmd("switch", level="primary", age="u5"),
                                         sel(level="primary", age="u5")]),
    ("the ward names dem match wrong", [cmd("fix_match"), ask("unmatched"), clar("ward")]),
    ("map of tests abeg", [cmd("map", show="tests")]),
    ("why is TPR 100% for some wards?", [cmd("explain", topic="over_100"), ask("exceeding")]),
    ("what changed since last year?", [cmd("trend", kind="change")]),
    ("don't switch to adults", ANY_TALK),
]  # fmt: skip

RISK_AND_NETS: list[Line] = [
    ("nets", "150,000", [cmd("plan_nets", nets=150000)]),
    ("nets", "household na 6", [cmd("plan_nets", household=6)]),
    ("nets", "keep 5% buffer", [cmd("plan_nets", buffer=5), cmd("plan_nets", buffer=0.05)]),
    ("nets", "half a million nets", [cmd("plan_nets", nets=500000), clar("nets")]),
    ("nets", "1.6 persons per net", [cmd("plan_nets", persons_per_net=1.6)]),
    ("nets", "no nets yet", ANY_TALK),
    ("nets", "we have 85,500 nets and 6 people per house",
     [cmd("plan_nets", nets=85500, household=6)]),
    ("risk", "oya do the risk analysis", [cmd("run_risk")]),
    ("risk", "which ward dey danger pass?", [ask("rank", unit="ward", by="risk")]),
    ("risk", "show risk map", [cmd("map", show="risk")]),
]  # fmt: skip

ANYWHERE: list[tuple[str, list[Reading]]] = [
    ("exit abeg", [cmd("exit")]),
    ("where we dey now?", [cmd("status")]),
    ("I don tire, continue tomorrow", [cmd("pause")]),
    ("I no understand", [cmd("help", topic="stage"), cmd("help"), cmd("unknown")]),
    ("don't exit", ANY_TALK),
    ("don't restart", ANY_TALK),
    ("undo the last one", [cmd("undo")]),
    ("SELECT * FROM users; DROP TABLE wards", ANY_TALK),
    ("stop showing the map", [cmd("set", output="table"), cmd(TALK)]),
    ("back pain", ANY_TALK),
    ("feedback", ANY_TALK),
    ("how do I start over?", [cmd("help", topic="stage"), cmd("help", topic="tour"), cmd(TALK)]),
    ("will I lose my work if I close the page?",
     [cmd("explain", topic="data_handling"), cmd("help", topic="stage")]),
    ("start over pls", [cmd("restart")]),
    ("wetin next?", [cmd("help", topic="next_steps"), cmd("help", topic="stage")]),
    ("the whole thing", [*ANY_TALK, sel(level="all"), cmd("switch", level="all")]),
    ("ball", ANY_TALK),
    ("I like football", ANY_TALK),
    ("my existing data", ANY_TALK),
    ("revert that", [cmd("undo")]),
]  # fmt: skip

LINES: list[Line] = [
    *(("state_selection", text, readings) for text, readings in STATE),
    *(("state_confirmation", text, readings) for text, readings in CONFIRMATION),
    *(("facility_selection", text, readings) for text, readings in FACILITY),
    *(("age_group_selection", text, readings) for text, readings in AGE),
    *(("complete", text, readings) for text, readings in COMPLETE),
    *RISK_AND_NETS,
    *(("any", text, readings) for text, readings in ANYWHERE),
]


def lines() -> list[dict[str, Any]]:
    """The lines in the shape of the scoring; TALK becomes every command that does nothing."""
    out = []
    for stage, text, readings in LINES:
        forms = [{"command": name, "slots": slots} for name, slots in readings if name != TALK]
        out.append({
            "stage": stage, "text": text, "talk": len(forms) < len(readings),
            "command": forms[0]["command"] if forms else "unknown",
            "slots": forms[0]["slots"] if forms else {}, "alternatives": forms[1:],
        })  # fmt: skip
    return out
