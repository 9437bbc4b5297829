"""Population lists and what they amount to."""

from decimal import Decimal
from fractions import Fraction

from chatmrpt.common.errors import NotFound
from itn.contracts import NetsNeeded
from itn.domain.exact import half_up
from itn.domain.need import RATIOS, need_nets
from itn.domain.population_compare import PopulationComparison, compare_populations
from itn.models import PopulationSource, WardPopulation
from tpr.api import wards_of
from tpr.models import BoundaryList


def population_sources(ward_list: BoundaryList) -> list[PopulationSource]:
    """Return the current population lists of a ward list, newest first.

    A list that was loaded for an older version of the same-named ward list counts too: its rows
    join by ward code.
    """
    return list(
        PopulationSource.objects.filter(list__name=ward_list.name, superseded_at__isnull=True)
        .select_related("list")
        .order_by("-loaded_at", "-pk")
    )


def current_population_sources() -> list[PopulationSource]:
    """Return every population list that is in use, whatever its ward list, by name."""
    return list(
        PopulationSource.objects.filter(superseded_at__isnull=True)
        .select_related("list")
        .order_by("name", "list__name")[:100]
    )


def population_by_code(source: PopulationSource, state: str | None = None) -> dict[str, Decimal]:
    """Return persons by ward code; wards that are absent have no figure."""
    rows = WardPopulation.objects.filter(source=source)
    if state:
        rows = rows.filter(ward__state=state)
    return dict(rows.values_list("ward__code", "persons"))


def populations_side_by_side(
    ward_list: BoundaryList, state: str, first: str, second: str
) -> tuple[PopulationSource, PopulationSource, PopulationComparison]:
    """Compare two population lists of a state, named; raises NotFound POPULATION_SOURCE_UNKNOWN."""
    by_name = {source.name: source for source in population_sources(ward_list)}
    for name in (first, second):
        if name not in by_name:
            raise NotFound(
                "POPULATION_SOURCE_UNKNOWN",
                f"There is no population list '{name}'. Loaded are: {', '.join(sorted(by_name))}.",
                {"name": name, "sources": sorted(by_name)},
            )
    one, two = by_name[first], by_name[second]
    found = compare_populations(population_by_code(one, state), population_by_code(two, state))
    return one, two, found


def nets_needed(
    ward_list: BoundaryList, state: str, buffer_percent: Decimal = Decimal(0)
) -> NetsNeeded | None:
    """Return the nets for full coverage of a state by each published ratio.

    None when no population list is loaded. Wards without a figure add nothing and are counted.
    """
    sources = population_sources(ward_list)
    if not sources:
        return None
    people = population_by_code(sources[0], state)
    wards = [ward.code for ward in wards_of(ward_list, state)]
    known = [people[code] for code in wards if code in people]
    return NetsNeeded(
        source=sources[0].name,
        year=sources[0].year,
        wards=len(wards),
        wards_without_population=len(wards) - len(known),
        population=int(half_up(sum((Fraction(persons) for persons in known), Fraction(0)))),
        by_ratio={
            ratio.persons_per_net: sum(
                need_nets(persons, ratio.persons_per_net, buffer_percent) for persons in known
            )
            for ratio in RATIOS.values()
        },
    )
