import sys
from argparse import ArgumentParser
from typing import Any

from chatmrpt.common.commands import ServiceCommand
from tpr.management.commands.workflow_show import find_workflow
from tpr.services.replay import replay


class Command(ServiceCommand):
    help = "Recompute a workflow's state from its ledger; says 'identical' or what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uuid")

    def run(self, **options: Any) -> None:
        outcome = replay(find_workflow(options["uuid"]))
        if outcome["identical"]:
            self.stdout.write(f"identical ({outcome['events']} ledger lines)")
            return
        for difference in outcome["differs"]:
            self.stdout.write(
                f"differs: {difference['what']}: ledger {difference['ledger']!r}, "
                f"row {difference['row']!r}"
            )
        sys.exit(2)
