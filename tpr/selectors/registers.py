"""The register that covers a state, as facilities the quality checks understand."""

from dataclasses import dataclass

from tpr.domain.quality.records import Facility
from tpr.models import FacilityRegister, RegisterFacility


@dataclass(frozen=True, slots=True)
class Register:
    """A register's part in one state; ids are negative so that they never meet the file's."""

    name: str
    year: int | None
    facilities: dict[int, Facility]

    @property
    def words(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name


def register_of(state: str) -> Register | None:
    """Return the newest current register with facilities in the state."""
    found = (
        FacilityRegister.objects.filter(superseded_at__isnull=True, facilities__state=state)
        .order_by("-year", "-loaded_at")
        .first()
    )
    if found is None:
        return None
    rows = RegisterFacility.objects.filter(register=found, state=state).values_list(
        "id", "name", "lga", "ward", "lga_key", "ward_key", "level"
    )
    return Register(found.name, found.year, {
        -pk: Facility(-pk, name, lga, ward, (lga_key, ward_key), level)
        for pk, name, lga, ward, lga_key, ward_key, level in rows
    })  # fmt: skip
