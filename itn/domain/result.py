"""A finished plan in memory: rows, sums and what is said about them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from itn.domain.equity import CoveredWard, Equity, measures
from itn.domain.exact import as_decimal, exact, half_up, total
from itn.domain.need import RATIOS, need_nets
from itn.domain.parameters import PlanParameters
from itn.domain.plausibility import Check, PlanLine, plan_checks
from itn.domain.reasons import Reason, Status
from itn.domain.strategies import legacy_two_tier
from itn.domain.strategies.deprioritise import Selection
from itn.domain.wards import WardPlan

ALGORITHM_VERSION = "1"
NOTES = {
    "household_size": "The household size has no effect here: only a distribution of household "
    "sizes tells how many nets odd households need (and in the original it had no effect for any "
    "size of 1.8 or more).",
    "access": "Access is estimated at 1.64 persons per net (Kilian 2013); the 1.8 conversion "
    "overstates it by up to 19 points. A campaign every three years at population / 1.8 does not "
    "sustain 80 % access where nets last two to three years (Koenker 2023).",
    "no_reserve": "No routine reserve is set aside: the nets given are taken as campaign nets. "
    "6 % of the population per year is the recommended reserve for ANC and EPI (Koenker 2023).",
    "burden_from_tpr": "No reported burden was given; wards are weighted by TPR x 1,000.",
    "legacy": "The first urban ward is served only after the last rural one, whatever its risk.",
    "left_out": "People in wards left out of the campaign keep access through ANC and EPI. Each "
    "candidate needs a recorded settlement check before the plan can be locked.",
    "target_not_reached": "The urban wards ran out before the target share was reached.",
}


@dataclass(frozen=True, slots=True)
class PlanResult:
    """All rows (wards without population first, then by rank) and the sums that the rows add to.

    stock = reserve + unfunded + available; available = allocated + remaining; all in nets.
    """

    parameters: PlanParameters
    rows: tuple[WardPlan, ...]
    stock: int
    reserve: int
    reserve_shortfall: int
    unfunded: int
    available: int
    notes: tuple[str, ...]
    selection: Selection | None = None

    @property
    def allocated(self) -> int:
        return sum(row.nets for row in self.rows)

    @property
    def remaining(self) -> int:
        return self.available - self.allocated

    @property
    def loose(self) -> int:
        """Nets that do not fill a whole bale of the stock (0 in single-net plans)."""
        return self.available % self.parameters.unit

    def equity(self) -> Equity:
        """Measure coverage over the wards of the area with people."""
        return measures(
            [
                CoveredWard(
                    name=row.ward.ward,
                    lga=row.ward.lga_key,
                    population=exact(row.ward.population),
                    nets=row.nets,
                    rate=None if row.ward.rate is None else exact(row.ward.rate),
                    high_risk_urban=_high_risk_urban(row, self.parameters.urban_threshold),
                )
                for row in self.rows
                if row.ward.population and row.reason is not Reason.NOT_IN_PLAN_AREA
            ],
            self.parameters.persons_per_net,
        )

    def totals(self, equity: Equity | None = None) -> dict[str, Any]:
        """Return the sums for the plan row and plan.json (JSON values).

        `equity` is taken if it was measured already; measuring 9,400 wards takes half a second.
        """
        population = total(exact(row.ward.population or 0) for row in self.rows)
        planned = [row for row in self.rows if row.need is not None]
        totals: dict[str, Any] = {
            "wards": len(self.rows),
            "wards_served": sum(row.nets > 0 for row in self.rows),
            "wards_without_nets": sum(row.nets == 0 for row in self.rows),
            "by_status": _counts(row.status for row in self.rows),
            "by_reason": _counts(row.reason for row in self.rows),
            "population": str(half_up(population)),
            "wards_without_population": sum(row.ward.population is None for row in self.rows),
            "need_nets": sum(row.need or 0 for row in planned),
            "target_bales": _sum_or_none([row.target_bales for row in self.rows]),
            "allocated_bales": sum(row.bales for row in self.rows),
            "allocated_nets": self.allocated,
            "remaining_nets": self.remaining,
            "loose_nets": self.loose,
            "people_covered": sum(row.people_covered or 0 for row in self.rows),
            "reserve_shortfall": self.reserve_shortfall,
            "need_by_ratio": _need_by_ratio(self.rows, self.parameters),
        }
        if self.parameters.strategy == "legacy_two_tier":
            planned_people = total(
                exact(row.ward.population or 0)
                for row in self.rows
                if row.reason is not Reason.NOT_IN_PLAN_AREA
            )
            nets = self.allocated
            totals["coverage_percent"] = str(legacy_two_tier.coverage_percent(nets, planned_people))
            totals["covered_population"] = legacy_two_tier.covered_population(nets)
        else:
            share = (equity or self.equity()).mean_coverage
            totals["coverage_percent"] = None if share is None else str(half_up(share * 100, 1))
            totals["covered_population"] = totals["people_covered"]
        if self.selection is not None:
            totals["left_out"] = _left_out_json(self.selection)
            totals["set_free_nets"] = sum(
                row.need or 0 for row in self.rows if row.status is Status.LEFT_OUT
            )
        return totals

    def checks(self) -> list[Check]:
        """Return the plausibility findings of this plan."""
        return plan_checks(
            [
                PlanLine(row.ward.place, row.ward.population, row.nets, row.bales)
                for row in self.rows
            ],
            stock=self.stock,
            allocated=self.allocated,
            remaining=self.remaining,
            reserve=self.reserve + self.unfunded,
        )


def input_notes(parameters: PlanParameters) -> list[str]:
    """Say in sentences what went into the need beside the population list, and at what costs."""
    notes = []
    if parameters.projection is not None:
        notes.append(parameters.projection.sentence)
    if parameters.households is not None:
        notes.append(parameters.households.sentence)
    elif exact(parameters.persons_per_net) not in {
        exact(r.persons_per_net) for r in RATIOS.values()
    }:
        why = parameters.ratio_reason or "no reason was given"
        notes.append(
            f"{parameters.persons_per_net} persons per net is none of the published ratios (1.8, "
            f"2.0, 1.64, 1.6): {why.rstrip('.')}."
        )
    if parameters.existing is not None and parameters.existing.nets:
        have = parameters.existing
        notes.append(
            f"{sum(have.nets.values()):,} nets that are there already in {len(have.nets):,} wards "
            f"({have.source}, {have.year}) are taken off the need. Coverage counts the nets of this "
            "plan only."
        )
    if parameters.ward_buffers:
        notes.append(
            "1 ward has a buffer of its own, with a reason."
            if len(parameters.ward_buffers) == 1
            else f"{len(parameters.ward_buffers):,} wards have a buffer of their own, each with a "
            "reason."
        )
    return notes


def equity_json(equity: Equity) -> dict[str, Any]:
    """Return the measures as JSON numbers with 12 significant digits; null where undefined."""
    worst = equity.worst_lga
    return {
        "mean_coverage_by_population": share(equity.mean_coverage),
        "gini_by_population": share(equity.gini),
        "lga_coverage": [
            {"state": lga[0], "lga": lga[1], "coverage": share(value)}
            for lga, value in equity.lga_coverage.items()
        ],
        "worst_lga": worst[1] if worst else None,
        "gap_between_lgas": share(equity.gap_between_lgas),
        "share_of_burden_covered": share(equity.share_of_burden_covered),
        "wards_without_nets": len(equity.wards_without_nets),
        "people_without_nets": int(half_up(equity.people_without_nets)),
        "high_risk_urban_people_without_nets": share(equity.high_risk_urban_without_nets),
    }


def share(value: Fraction | None) -> float | None:
    """Return a share for output; the only place where a fraction leaves exact arithmetic."""
    return None if value is None else float(as_decimal(value, 12))


def _high_risk_urban(row: WardPlan, threshold: Decimal) -> bool:
    urban = row.ward.urban_percentage
    return row.ward.category == "High" and urban is not None and exact(urban) >= exact(threshold)


def _counts(values: Any) -> Mapping[str, int]:
    return dict(sorted(Counter(value.value for value in values).items()))


def _sum_or_none(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _need_by_ratio(rows: Sequence[WardPlan], parameters: PlanParameters) -> dict[str, int]:
    """Return the total need of each published ratio, so that they can be shown side by side.

    With the buffers of the plan; nets that are there already are taken off.
    """
    known = [(row.ward, row.ward.population) for row in rows if row.ward.population is not None]
    return {
        str(ratio.persons_per_net): sum(
            max(
                0,
                need_nets(people, ratio.persons_per_net, parameters.buffer_of(ward.identity))
                - parameters.existing_of(ward.identity),
            )
            for ward, people in known
        )
        for ratio in RATIOS.values()
    }


def _left_out_json(selection: Selection) -> dict[str, Any]:
    return {
        "target_reached": selection.target_reached,
        "warning": selection.warning,
        "wards": [
            {
                "ward_code": item.ward.code,
                "state": item.ward.state,
                "lga": item.ward.lga,
                "ward": item.ward.ward,
                "population": float(as_decimal(item.population)),
                "ward_percent": share(item.share * 100),
                "cumulative_population": float(as_decimal(item.cumulative_population)),
                "cumulative_percent": share(item.cumulative_share * 100),
            }
            for item in selection.left_out
        ],
    }
