"""The life of a background job (architecture §6): the row is the truth, the message a hint.

queued ──claim──▶ running ──finish──▶ done
   │                 ├──fail──▶ failed          (known reason, words for the person)
   │                 ├──lease ends──▶ claimed again, at most MAX_ATTEMPTS times
   └──cancel──▶ cancelled ◀──cancel noticed at a progress report

A claim is one conditional UPDATE that writes a fresh token and a lease. Everything the job does
later is conditional on that token, so a zombie cannot overwrite its successor.
"""

import logging
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from chatmrpt.common.errors import DomainError
from chatmrpt.conf.celery import LEASE

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
HINT_AGAIN_AFTER = LEASE / 6
PATIENCE = timedelta(hours=1)
LIVE = ("queued", "running")
TERMINAL = ("done", "failed", "cancelled")


class LeaseLost(Exception):
    """Another process holds the job now; stop without writing."""


class Cancelled(Exception):
    """A person asked to stop the job."""


class JobStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """Columns every job row has. See the module's drawing for the transitions."""

    status = models.CharField(max_length=12, default=JobStatus.QUEUED, choices=JobStatus.choices)
    claim_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    hinted_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    cancel_requested = models.BooleanField(default=False, editable=False)
    progress_done = models.PositiveIntegerField(default=0, editable=False)
    progress_total = models.PositiveIntegerField(default=0, editable=False)
    progress_note = models.CharField(max_length=200, blank=True, editable=False)
    error_code = models.CharField(max_length=60, blank=True, editable=False)
    error_message = models.TextField(blank=True, editable=False)
    error_facts = models.JSONField(default=dict, blank=True, editable=False)
    error_reference = models.CharField(max_length=12, blank=True, editable=False)
    worker = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def progress(self) -> dict[str, Any]:
        return {
            "done": self.progress_done,
            "total": self.progress_total,
            "note": self.progress_note,
        }


def job_constraints(table: str) -> list[models.BaseConstraint]:
    """Rules for every job table; a terminal row has its time, a failed one its code."""
    return [
        models.CheckConstraint(
            name=f"{table}_status_is_known",
            condition=Q(status__in=[*LIVE, *TERMINAL]),
        ),
        models.CheckConstraint(
            name=f"{table}_finished_at_exactly_when_terminal",
            condition=(Q(status__in=TERMINAL) & Q(finished_at__isnull=False))
            | (Q(status__in=LIVE) & Q(finished_at__isnull=True)),
        ),
        models.CheckConstraint(
            name=f"{table}_failed_has_a_code",
            condition=~Q(status="failed") | ~Q(error_code=""),
        ),
        models.CheckConstraint(
            name=f"{table}_running_has_token_and_lease",
            condition=~Q(status="running")
            | (Q(claim_token__isnull=False) & Q(lease_until__isnull=False)),
        ),
    ]


J = TypeVar("J", bound=Job)


def claimable() -> Q:
    return Q(status="queued") | Q(status="running", lease_until__lt=timezone.now())


class Claim(Generic[J]):
    """The right to work on one job until the lease ends. Made by `claim`."""

    def __init__(self, model: type[J], pk: Any, token: uuid.UUID) -> None:
        self.model, self.pk, self.token = model, pk, token

    def _mine(self) -> models.QuerySet[J]:
        return self.model._default_manager.filter(
            pk=self.pk, status="running", claim_token=self.token
        )

    def load(self) -> J:
        """Read the row; raises LeaseLost when it is no longer ours."""
        row = self._mine().first()
        if row is None:
            raise LeaseLost
        return row

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report progress, extend the lease, notice a cancellation.

        Raises
        ------
        LeaseLost : another process has claimed the job.
        Cancelled : a person asked to stop; the row is already `cancelled`.
        """
        now = timezone.now()
        updated = (
            self._mine()
            .filter(cancel_requested=False)
            .update(
                progress_done=done,
                progress_total=total,
                progress_note=note[:200],
                lease_until=now + LEASE,
            )
        )
        if updated:
            return
        stopped = (
            self._mine()
            .filter(cancel_requested=True)
            .update(status="cancelled", finished_at=now, lease_until=None)
        )
        raise Cancelled if stopped else LeaseLost

    @contextmanager
    def finish(self) -> Iterator[J]:
        """Write results and `done` in one transaction.

        Yields the locked row; the block writes the results and sets fields on it; on leaving, the
        row becomes `done` and is saved. Raises LeaseLost (nothing written) without the token.
        """
        with transaction.atomic():
            row = self._mine().select_for_update(of=("self",)).first()
            if row is None:
                raise LeaseLost
            yield row
            row.status = JobStatus.DONE
            row.finished_at = timezone.now()
            row.lease_until = None
            row.progress_done = row.progress_total
            row.save()

    def fail(self, error: DomainError) -> bool:
        """Mark the job failed for a known reason. False when the claim is no longer ours."""
        return bool(
            self._mine().update(
                status="failed",
                finished_at=timezone.now(),
                lease_until=None,
                error_code=error.code,
                error_message=error.message,
                error_facts=error.facts,
            )
        )

    def interrupted(self, error: Exception) -> None:
        """Put the job back because the database went away under it, which is no fault of the job:
        the attempt does not count. Waits for the database as long as the lease; after that, and for
        a job that has waited for more than PATIENCE, the lease and the attempts decide.
        """
        logger.warning("job interrupted job=%s error=%s", self.pk, type(error).__name__)
        end = time.monotonic() + LEASE.total_seconds()
        while time.monotonic() < end:
            try:
                if not connection.in_atomic_block:
                    connection.close()  # the next statement opens a line that works
                rows = self._mine().filter(attempts__gt=0, queued_at__gt=timezone.now() - PATIENCE)
                rows.update(
                    status="queued", lease_until=None, claim_token=None, hinted_at=timezone.now(),
                    attempts=F("attempts") - 1,
                )  # fmt: skip
                return
            except (OperationalError, InterfaceError):
                time.sleep(0.5)

    def crashed(self, error: BaseException) -> None:
        """Log a bug; put the job back for another try, or fail it after MAX_ATTEMPTS."""
        reference = uuid.uuid4().hex[:6].upper()
        # Type and place, not the message: a database error quotes the values of the row.
        logger.error(
            "job crashed reference=%s job=%s error=%s at=%s", reference, self.pk,
            type(error).__name__, "".join(traceback.format_tb(error.__traceback__)),
        )  # fmt: skip
        now = timezone.now()
        again = (
            self._mine()
            .filter(attempts__lt=MAX_ATTEMPTS)
            .update(
                status="queued",
                lease_until=None,
                claim_token=None,
                hinted_at=now,
                error_reference=reference,
            )
        )
        if not again:
            self._mine().update(
                status="failed",
                finished_at=now,
                lease_until=None,
                error_code="internal",
                error_reference=reference,
                error_message=(
                    "Something went wrong on our side and three tries did not help. Nothing that "
                    f"you did is lost; reference {reference}."
                ),
            )


def claim(model: type[J], pk: Any, *, worker: str = "") -> Claim[J] | None:
    """Claim one job by a single conditional UPDATE.

    Returns None when there is nothing to do: done, cancelled, or held by a live worker. A job
    whose lease ended MAX_ATTEMPTS times is failed here, so that it cannot loop for ever.
    """
    now = timezone.now()
    token = uuid.uuid4()
    rows = model._default_manager.filter(claimable(), pk=pk)
    claimed = rows.filter(attempts__lt=MAX_ATTEMPTS).update(
        status="running",
        claim_token=token,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
        started_at=now,
        worker=worker[:200],
    )
    if claimed:
        return Claim(model, pk, token)
    rows.filter(attempts__gte=MAX_ATTEMPTS).update(
        status="failed",
        finished_at=now,
        lease_until=None,
        error_code="internal",
        error_message=(
            "The job was started three times and its worker disappeared each time. Nothing that "
            "you did is lost; please tell your administrator."
        ),
    )
    return None


def is_away(error: Exception) -> bool:
    """Whether the line to the database broke or the server goes down, told from other refusals."""
    state = getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""
    return state in ("", "57P01", "57P02", "57P03") or state.startswith("08")


@contextmanager
def claimed(model: type[J], pk: Any, *, worker: str = "") -> Iterator[Claim[J] | None]:
    """Claim, and translate whatever the block raises into the row's state.

    DomainError → failed with its code; Cancelled and LeaseLost end quietly; a database that is away
    puts the job back without counting the attempt; any other exception is a bug: logged, and
    retried through the queue at most MAX_ATTEMPTS times.
    """
    held = claim(model, pk, worker=worker)
    if held is None:
        yield None
        return
    with structlog.contextvars.bound_contextvars(job=str(pk), kind=model.__name__):
        logger.info("job begins")
        yield from _translated(held, pk)


def _translated(held: Claim[J], pk: Any) -> Iterator[Claim[J]]:
    try:
        yield held
        logger.info("job ends")
    except (Cancelled, LeaseLost) as stopped:
        logger.info("job stopped job=%s reason=%s", pk, type(stopped).__name__)
    except DomainError as error:
        held.fail(error)
    except (OperationalError, InterfaceError) as error:
        (held.interrupted if is_away(error) else held.crashed)(error)
    except Exception as error:
        held.crashed(error)
        logger.warning("job will be retried or failed job=%s", pk)


def request_cancel(model: type[J], pk: Any) -> bool:
    """Ask a job to stop: at once when queued, at its next progress report when running."""
    now = timezone.now()
    rows = model._default_manager.filter(pk=pk)
    if rows.filter(status="queued").update(status="cancelled", finished_at=now):
        return True
    return bool(rows.filter(status="running").update(cancel_requested=True))


def due_for_a_hint(model: type[J]) -> list[Any]:
    """Return ids of jobs whose message may be lost: queued for a while, or with a dead lease."""
    before = timezone.now() - HINT_AGAIN_AFTER
    waiting = Q(status="queued") & (
        Q(hinted_at__lt=before) | (Q(hinted_at__isnull=True) & Q(queued_at__lt=before))
    )
    expired = Q(status="running", lease_until__lt=timezone.now())
    return list(
        model._default_manager.filter(waiting | expired)
        .order_by("queued_at")
        .values_list("pk", flat=True)[:500]
    )


def mark_hinted(model: type[J], pks: list[Any]) -> None:
    model._default_manager.filter(pk__in=pks, status="queued").update(hinted_at=timezone.now())
