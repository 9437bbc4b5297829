from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import NotFound
from tpr.models import Workflow


def find_workflow(uuid: str) -> Workflow:
    try:
        workflow = Workflow.objects.select_related("upload").filter(pk=uuid).first()
    except ValidationError:
        workflow = None
    if workflow is None:
        raise NotFound("NOT_FOUND", f"There is no workflow {uuid}.", {"uuid": uuid})
    return workflow


class Command(ServiceCommand):
    help = "Show a workflow's state and its ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uuid")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def run(self, **options: Any) -> None:
        workflow = find_workflow(options["uuid"])
        events = list(
            workflow.events.order_by("sequence").values(
                "sequence", "at", "channel", "actor", "command", "payload", "stage_from",
                "stage_to", "version", "idempotency_key", "request_id", "served_by",
            )
        )  # fmt: skip
        if options["as_json"]:
            shown = {
                "uuid": str(workflow.uuid), "stage": workflow.stage, "version": workflow.version,
                "owner": workflow.owner, "upload": str(workflow.upload_id),
                "selections": {"state": workflow.state, "level": workflow.level,
                               "age_group": workflow.age_group},
                "definition": workflow.definition, "exceeding": workflow.exceeding,
                "ledger": events,
            }  # fmt: skip
            self.stdout.write(DjangoJSONEncoder(ensure_ascii=False, indent=1).encode(shown))
            return
        self.stdout.write(f"{workflow.uuid}  {workflow.name}")
        self.stdout.write(f"stage {workflow.stage}  version {workflow.version}")
        self.stdout.write(
            f"state {workflow.state}  level {workflow.level}  age group {workflow.age_group}"
        )
        for e in events:
            self.stdout.write(
                f"{e['sequence']:4} {e['at']:%Y-%m-%d %H:%M:%S} {e['channel']:8} {e['command']:14} "
                f"{e['stage_from']} -> {e['stage_to']}"
            )
