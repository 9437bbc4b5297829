"""Retention by hand or by a timer: `purge --older-than DAYS`, first with `--dry-run`."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from analysis.models import AnalysisRun
from chatmrpt.common.commands import BadArguments, ServiceCommand
from chatmrpt.common.jobs import LIVE
from chatmrpt.models import Attempt, Heartbeat
from itn.models import ItnPlan, PlanCheck
from itn.services.scenarios import ARCHIVE_DAYS
from tpr.byte_store import sweep_bucket
from tpr.services.purge import old_uploads, old_workflows, purge_files, say_purging
from tpr.services.receive_upload import expire_uploads, expired_uploads

ARCHIVED_KEPT = timedelta(days=ARCHIVE_DAYS)


def standing_alone(before: datetime) -> list[tuple[str, QuerySet[Any]]]:
    """Old rows that go without their workflow, in the order in which they may be deleted."""
    plans = ItnPlan.objects.filter(workflow=None)
    kept = plans.filter(run=OuterRef("pk"), created_at__gte=before)
    runs = AnalysisRun.objects.filter(~Exists(kept), workflow=None, queued_at__lt=before)
    return [
        ("plans without a workflow", plans.filter(created_at__lt=before)),
        ("archived plans", ItnPlan.objects.filter(archived_at__lt=timezone.now() - ARCHIVED_KEPT)),
        ("runs without a workflow", runs.exclude(status__in=LIVE)),
        ("checked sheets", PlanCheck.objects.filter(queued_at__lt=before)),
        ("expired sessions", Session.objects.filter(expire_date__lt=timezone.now())),
        ("heartbeats", Heartbeat.objects.filter(seen_at__lt=before)),
        ("attempts", Attempt.objects.filter(at__lt=before)),
    ]


class Command(ServiceCommand):
    help = (
        "Delete workflows untouched for DAYS with all that was made from them, then uploads that "
        "nobody needs, incomplete ones whose time is over, plans in the archive for 90 days, "
        "expired sessions, old heartbeats and attempts. --dry-run only counts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=int, required=True, metavar="DAYS")
        parser.add_argument("--dry-run", action="store_true")

    def run(self, **options: Any) -> None:
        days = options["older_than"]
        if not 1 <= days <= 36_500:
            raise BadArguments(
                "INVALID_ARGUMENTS",
                f"--older-than {days} is not a number of days from 1 to 36,500. "
                "Name how many days a workflow may lie untouched, for example 365.",
            )
        before = timezone.now() - timedelta(days=days)
        if options["dry_run"]:
            counts = {
                "workflows": old_workflows(before).count(),
                "uploads": old_uploads(before).count(),
                "incomplete uploads": expired_uploads(timezone.now()).count(),
            }
            counts |= {name: rows.count() for name, rows in standing_alone(before)}
        else:
            counts = purge_files(before)
            counts["incomplete uploads"] = expire_uploads(timezone.now())
            counts |= self.delete_rows(before)
            if "uploads" in settings.STORAGES:
                counts["objects of deleted uploads"] = sweep_bucket()
        verb = "would delete" if options["dry_run"] else "deleted"
        for name, count in counts.items():
            self.stdout.write(f"{verb} {name}: {count:,}")

    def delete_rows(self, before: datetime) -> dict[str, int]:
        counts = {}
        for name, rows in standing_alone(before):
            with transaction.atomic():
                say_purging()
                counts[name] = rows.count()
                rows.delete()
        return counts
