"""itn_plan --run UUID | --wards CSV --nets N: a net plan, its allocation.csv and plan.json."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.actors import command_actor
from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.tables import read_table
from itn.exports import allocation_csv, plan_json
from itn.models import ItnPlan
from itn.services.make_plan import make_plan_for_run
from itn.services.plan_wards_file import plan_wards_file, read_quotas


class Command(ServiceCommand):
    help = (
        "Plan nets from a finished risk run or from a table of ranked wards. Every ward gets a "
        "row with a reason; allocated + remaining = available."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        origin = parser.add_mutually_exclusive_group(required=True)
        origin.add_argument("--run", help="uuid of a finished analysis run")
        origin.add_argument(
            "--wards", type=Path,
            help="table: ward,rank,population[,urban_percentage,lga,state,ward_code,tpr,burden]",
        )  # fmt: skip
        parser.add_argument("--nets", required=True, help="nets in stock: 200000, '1.2 million'")
        parser.add_argument("--strategy", help="default risk_order")
        parser.add_argument("--persons-per-net", help="default 1.8")
        parser.add_argument("--buffer", help="per cent after the ratio, default 0")
        parser.add_argument("--bale", help="nets per bale, default 50; 1 plans single nets")
        parser.add_argument("--target-rule", help="ward_ceiling or lga_remainder")
        parser.add_argument("--urban-threshold", help="per cent, default 75")
        parser.add_argument("--household-size", help="legacy_two_tier only, default 5")
        parser.add_argument("--floor", help="per cent of each target guaranteed")
        parser.add_argument("--share-floors", action="store_true",
                            help="share the stock by floors when they exceed it")  # fmt: skip
        parser.add_argument("--gamma", help="burden_weighted, default 2")
        parser.add_argument("--target-share", help="deprioritise: per cent of people, default 30")
        parser.add_argument("--then", help="deprioritise: strategy for the others")
        parser.add_argument(
            "--lga-min", type=Path, help="table lga,bales[,state]; 50 %% is of its target"
        )
        parser.add_argument(
            "--lga-max", type=Path, help="table lga,bales[,state]; 50 %% is of its target"
        )
        parser.add_argument("--reserve", help="routine reserve, per cent of people, default 0")
        parser.add_argument("--budget", help="money available")
        parser.add_argument("--cost-per-net")
        parser.add_argument("--cost-per-bale")
        parser.add_argument("--cost-fixed")
        parser.add_argument("--costs", type=Path,
                            help="table name,kind,unit_cost[,currency,source,date]; kind per_net, "
                            "per_bale, per_ward_served or fixed")  # fmt: skip
        parser.add_argument("--currency", help="of the budget; default NGN with --costs")
        parser.add_argument("--exchange-rate", help="of the other currency of --costs")
        parser.add_argument("--cap", help="per cent of its target that a ward gets at most")
        parser.add_argument("--household-shares",
                            help="'1 = 0.1; 2 = 0.2 ...' or bands '0.3; 0.4; 0.3'")  # fmt: skip
        parser.add_argument("--household-cap", help="most nets per household")
        parser.add_argument("--ratio-reason", help="why this number of persons per net")
        parser.add_argument("--growth", help="per cent a year, with --growth-source, --target-year")
        parser.add_argument("--growth-source")
        parser.add_argument("--base-year", help="with --wards: the year of its populations")
        parser.add_argument("--target-year")
        parser.add_argument("--existing-nets", type=Path,
                            help="table ward_code (or lga,ward),nets: taken off the need")  # fmt: skip
        parser.add_argument("--existing-nets-source")
        parser.add_argument("--existing-nets-year")
        parser.add_argument("--ward-buffers", type=Path,
                            help="table ward_code (or lga,ward),buffer,reason")  # fmt: skip
        parser.add_argument("--population", help="name of the population list (with --run)")
        parser.add_argument("--name", default="", help="name of the plan")
        parser.add_argument("--out", type=Path, help="folder for allocation.csv and plan.json")

    def run(self, **options: Any) -> None:
        given = {
            name: options[name]
            for name in (
                "nets", "strategy", "persons_per_net", "buffer", "bale", "target_rule",
                "urban_threshold", "household_size", "floor", "share_floors", "gamma",
                "target_share", "then", "reserve", "budget", "cost_per_net", "cost_per_bale",
                "cost_fixed", "currency", "exchange_rate", "cap", "household_shares",
                "household_cap", "ratio_reason", "growth", "growth_source", "base_year",
                "target_year", "existing_nets_source", "existing_nets_year",
            )
            if options[name] is not None
        }  # fmt: skip
        for name in ("lga_min", "lga_max"):
            if options[name] is not None:
                given[name] = read_quotas(_existing(options[name]))
        for name in ("existing_nets", "ward_buffers", "costs"):
            if options[name] is not None:
                given[name] = read_table(_existing(options[name]))
        actor = command_actor("itn_plan")
        if options["wards"] is not None:
            plan = plan_wards_file(
                _existing(options["wards"]), options=given, actor=actor, name=options["name"]
            )
        else:
            plan = make_plan_for_run(
                options["run"], actor=actor, name=options["name"],
                population_source=options["population"], **given,
            )  # fmt: skip
        if options["out"] is not None:
            options["out"].mkdir(parents=True, exist_ok=True)
            (options["out"] / "allocation.csv").write_text(
                allocation_csv(plan), encoding="utf-8", newline=""
            )
            (options["out"] / "plan.json").write_text(plan_json(plan), encoding="utf-8")
        self._say(plan)

    def _say(self, plan: ItnPlan) -> None:
        totals = plan.totals
        self.stdout.write(
            f"{plan.name} ({plan.strategy}): {plan.available:,} nets available, "
            f"{plan.allocated:,} allocated to {totals['wards_served']:,} of {plan.wards:,} wards, "
            f"{plan.remaining:,} remaining. Plan {plan.uuid}."
        )
        if totals["wards_without_population"]:
            self.warn(
                "WARDS_WITHOUT_POPULATION",
                f"{totals['wards_without_population']:,} wards have no population and are not "
                "planned; nothing was filled in.",
            )
        for check in plan.checks:
            self.warn(check["id"], check["sentence"])


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InvalidInput("NO_FILE", f"There is no file {path}.", {"file": str(path)})
    return path
