import time
from argparse import ArgumentParser
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from analysis.models import AnalysisRun
from analysis.queue import EXECUTE_RUN
from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.heartbeats import beat
from itn.models import PlanCheck, PlanDocument
from itn.queue import CHECK_SHEET, MAKE_DOCUMENT
from tpr.models import BatchItem, UploadReading
from tpr.queue import READ_UPLOAD, RUN_COMBINATION
from tpr.services.read_upload import settle, unsettled
from tpr.services.receive_upload import expire_uploads, expired_uploads
from tpr.services.sweep import sweep

JOBS = [
    (UploadReading, READ_UPLOAD),
    (BatchItem, RUN_COMBINATION),
    (AnalysisRun, EXECUTE_RUN),
    (PlanDocument, MAKE_DOCUMENT),
    (PlanCheck, CHECK_SHEET),
]


class Command(ServiceCommand):
    help = "Send hints again for waiting jobs and free expired leases; once, or every N seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--every", type=float, metavar="SECONDS")

    def run(self, **options: Any) -> None:
        if not options["every"]:
            for task, count in sweep(JOBS, dry_run=options["dry_run"]).items():
                self.stdout.write(f"{task}: {count}")
            self.stdout.write(f"readings to settle: {self.settle(dry_run=options['dry_run'])}")
            self.stdout.write(f"uploads to expire: {self.expire(dry_run=options['dry_run'])}")
            return
        while True:
            try:
                close_old_connections()
                sweep(JOBS)
                self.settle()
                self.expire()
                beat("sweeper")
            except DatabaseError as error:
                self.warn("DATABASE_AWAY", type(error).__name__)
            time.sleep(options["every"])

    def settle(self, *, dry_run: bool = False) -> int:
        """Tell the uploads whose reading failed while nobody could say so."""
        due = unsettled()
        for pk in [] if dry_run else due:
            settle(pk)
        return len(due)

    def expire(self, *, dry_run: bool = False) -> int:
        """Let incomplete uploads go that no part has reached for long."""
        now = timezone.now()
        return expired_uploads(now).count() if dry_run else expire_uploads(now)
