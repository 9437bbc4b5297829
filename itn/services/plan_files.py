"""Ward and LGA tables of a plan as CSV with the columns of nets.md §13."""

from chatmrpt.common.exports import csv_text
from itn.models import ItnPlan
from itn.printing.facts import facts_of
from itn.printing.lines import LGA_COLUMNS, WARD_COLUMNS, lga_lines, ward_lines
from itn.services.what_if import chances


def wards_csv(plan: ItnPlan) -> str:
    """Return every ward with rank, rates, need, nets and reason: UTF-8 with BOM, formula-safe."""
    return csv_text(WARD_COLUMNS, ward_lines(facts_of(plan, chances(plan))))


def lgas_csv(plan: ItnPlan) -> str:
    """Return every LGA added up: UTF-8 with BOM, formula-safe."""
    return csv_text(LGA_COLUMNS, lga_lines(facts_of(plan, {})))
