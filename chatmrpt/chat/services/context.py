"""What the interpreter may know: the stage, the list on screen, the places of the data."""

from collections import defaultdict

from chatmrpt.chat.replies.questions import question_of
from chatmrpt.chat.understand import Context
from chatmrpt.common.cache import recomputable
from chatmrpt.common.states import STATES
from tpr.domain.stages import AGE_GROUPS, LEVELS, Stage
from tpr.models import Facility, Upload, Workflow
from tpr.selectors.decisions import list_wards_of
from tpr.selectors.options import levels_present
from tpr.services.decide_match import list_of

SLOT_OF_STAGE = {
    Stage.STATE_SELECTION: "state",
    Stage.FACILITY_SELECTION: "level",
    Stage.AGE_GROUP_SELECTION: "age",
}


def _places(upload: Upload, state: str | None) -> dict[str, dict[str, tuple[str, ...]]]:
    def read() -> dict[str, dict[str, tuple[str, ...]]]:
        lgas: dict[str, set[str]] = defaultdict(set)
        wards: dict[str, set[str]] = defaultdict(set)
        rows = Facility.objects.filter(upload=upload)
        for of_state, lga in rows.values_list("state", "lga").distinct():
            lgas[lga].add(of_state)
        if state:
            in_state = rows.filter(state=state).exclude(ward="")
            for lga, ward in in_state.values_list("lga", "ward").distinct():
                wards[ward].add(lga)
        return {
            "lgas": {name: tuple(sorted(found)) for name, found in lgas.items() if name},
            "wards": {name: tuple(sorted(found)) for name, found in wards.items()},
        }

    return recomputable(f"places:{upload.pk}:{upload.read_at:%s}:{state}".replace(" ", "_"), read)


def _listed(workflow: Workflow) -> tuple[str, ...]:
    """Ward names of the list that the workflow's names are matched to."""
    ward_list = list_of(workflow) if workflow.upload_id and workflow.state else None
    if ward_list is None:
        return ()

    def read() -> tuple[str, ...]:
        return tuple(ward.name for ward in list_wards_of(ward_list, workflow.state or ""))

    return recomputable(f"listed:{ward_list.pk}:{workflow.state}".replace(" ", "_"), read)


def context_of(workflow: Workflow) -> Context:
    """Return the context of one utterance at the workflow's stage."""
    upload, stage = workflow.upload, Stage(workflow.stage)
    ready = upload is not None and bool((upload.counts or {}).get("by_state"))
    states = tuple(sorted(upload.counts["by_state"])) if ready and upload else ()
    places = _places(upload, workflow.state) if ready and upload else {"lgas": {}, "wards": {}}
    levels: tuple[str, ...] = LEVELS
    if ready and upload and workflow.state:
        levels = (*levels_present(upload, workflow.state), "all")
    shown: tuple[tuple[str, str], ...] = ()
    if slot := SLOT_OF_STAGE.get(stage):
        question = question_of(workflow) or {"options": []}
        shown = tuple((slot, option["value"]) for option in question["options"])
    last = [c["last_period"] for c in upload.counts["by_state"].values() if c["last_period"]] \
        if ready and upload else []  # fmt: skip
    chosen = {"state": workflow.state, "level": workflow.level, "age": workflow.age_group}
    return Context(
        stage=stage.value,
        # Every state is known by name, so that one that is not in the file can be refused by name.
        states=states or tuple(state.name for state in STATES),
        levels=levels,
        ages=AGE_GROUPS,
        shown=shown,
        lgas=places["lgas"],
        wards=places["wards"],
        listed=_listed(workflow),
        selections={name: value for name, value in chosen.items() if value},
        last_year=int(max(last)[:4]) if last else None,
    )
