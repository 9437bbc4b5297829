"""The wards of a finished run as the planner needs them: ranks, people, urban shares, rates."""

from dataclasses import dataclass
from decimal import Decimal

from analysis import api as analysis_api
from chatmrpt.common.errors import NotFound
from itn.domain.wards import WardInput
from itn.models import PopulationSource
from itn.selectors import population_by_code, population_sources
from tpr import api as tpr_api
from tpr.models import BoundaryList


@dataclass(frozen=True, slots=True)
class RunWards:
    """Every ward of the run's area; `source` None when the run's own table carried populations."""

    wards: tuple[WardInput, ...]
    source: PopulationSource | None


def run_wards(
    run: analysis_api.AnalysisRun, population_source: str | PopulationSource | None = None
) -> RunWards:
    """Return one entry per ward of the run's ward list and state.

    `population_source`: a name, or the list itself (a plan keeps the list that it was made with,
    also when a newer one has taken its name).

    A ward of the list without a score has no rank; a ward without a figure in the population list
    has no population. Neither is filled in.

    Raises
    ------
    NotFound : `POPULATION_SOURCE_UNKNOWN` naming those there are.
    """
    scores = analysis_api.ranked_wards(run)
    shrunk = all(score.tpr_shrunk is not None for score in scores)
    ward_list = run.ward_list
    if ward_list is None:
        return RunWards(
            tuple(_from_score(score, shrunk, _decimal(score.population)) for score in scores), None
        )
    state = run.result.state if run.result is not None else None
    source = (
        population_source
        if isinstance(population_source, PopulationSource)
        else chosen_source(ward_list, population_source)
    )
    people = population_by_code(source, state) if source else {}
    by_ward = {score.ward_id: score for score in scores if score.ward_id is not None}
    wards = []
    for row in tpr_api.wards_of(ward_list, state):
        score = by_ward.get(row.id)
        wards.append(
            WardInput(
                code=row.code,
                state=row.state,
                lga=row.lga,
                ward=row.name,
                rank=score.rank if score else None,
                population=people.get(row.code),
                urban_percentage=_decimal(score.urban_percentage) if score else None,
                rate=_rate(score, shrunk) if score else None,
                category=score.category if score else None,
                ward_id=row.id,
                shared_rank=score.rank_shared if score else None,
            )
        )
    return RunWards(tuple(wards), source)


def chosen_source(ward_list: BoundaryList, name: str | None) -> PopulationSource | None:
    """Return the population list of that name, or the newest one; None when none is loaded.

    Without any population the plan is valid and allots nothing: every ward stands in it with the
    reason `no_population` (nets.md §10).
    """
    sources = population_sources(ward_list)
    if not name:
        return sources[0] if sources else None
    found = next((source for source in sources if source.name == name), None)
    if found is None:
        names = sorted({source.name for source in sources})
        raise NotFound(
            "POPULATION_SOURCE_UNKNOWN",
            f"There is no population list '{name}' for the ward list '{ward_list.name}'. "
            f"Loaded are: {', '.join(names)}.",
            {"name": name, "sources": names},
        )
    return found


def _from_score(score: analysis_api.RankedWard, shrunk: bool, people: Decimal | None) -> WardInput:
    return WardInput(
        code=score.ward_code,
        state=score.state,
        lga=score.lga,
        ward=score.ward,
        rank=score.rank,
        population=people,
        urban_percentage=_decimal(score.urban_percentage),
        rate=_rate(score, shrunk),
        category=score.category,
        ward_id=score.ward_id,
        shared_rank=score.rank_shared,
    )


def _decimal(value: float | None) -> Decimal | None:
    """Return a stored float as the decimal that its shortest text names."""
    return None if value is None else Decimal(repr(value))


def _rate(score: analysis_api.RankedWard, shrunk: bool) -> Decimal | None:
    """Return TPR x 1,000: the shrunk TPR where every ward has one, else the raw one."""
    percent = _decimal(score.tpr_shrunk if shrunk else score.tpr)
    return None if percent is None else percent * 10
