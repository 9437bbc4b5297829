"""Machine faces: is it up, what is degraded, what does this process read from the database."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from chatmrpt.accounts.selectors.access import open_workflow
from chatmrpt.chat.api import workflows_of
from chatmrpt.common.actors import this_process
from chatmrpt.common.errors import NotAllowed, NotFound
from chatmrpt.common.web import client_address, owner_of
from chatmrpt.health import checks
from tpr.models import Workflow
from tpr.services.replay import replay


@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    """Answer without any I/O."""
    return HttpResponse("pong", content_type="text/plain")


@require_safe
def system_health(request: HttpRequest) -> HttpResponse:
    """200 `ok` or `degraded`; 503 only when the database is away."""
    database = checks.database()
    if not database["ok"]:
        return JsonResponse(
            {"status": "unavailable", "database": database, "served_by": this_process()}, status=503
        )
    parts = {
        "database": database, "redis": checks.redis(), "workers": checks.workers(),
        "jobs": checks.jobs(),
    }  # fmt: skip
    fine = all(part["ok"] for part in parts.values()) and not database["migrations_pending"]
    return JsonResponse(
        {
            "status": "ok" if fine else "degraded", "release": settings.RELEASE, **parts,
            "served_by": this_process(),
        }
    )  # fmt: skip


@require_safe
def session_status(request: HttpRequest) -> HttpResponse:
    owner = owner_of(request)
    return JsonResponse(
        {
            "engine": settings.SESSION_ENGINE, "present": bool(request.session.session_key),
            "signed_in": request.user.is_authenticated,
            "workflows": [str(row["uuid"]) for row in workflows_of(owner)],
            "served_by": this_process(),
        }
    )  # fmt: skip


@require_safe
def redis_status(request: HttpRequest) -> HttpResponse:
    return JsonResponse({**checks.redis(), "served_by": this_process()})


@require_safe
def verify_tpr(request: HttpRequest) -> HttpResponse:
    """Replay the ledger of the current workflow (or `?workflow=`) and compare with its row."""
    workflow = _current(request)
    outcome = replay(workflow)
    return JsonResponse(
        {
            "workflow": str(workflow.pk), "stage": workflow.stage, "version": workflow.version,
            "ledger": outcome["events"], "consistent": outcome["identical"],
            "differs": outcome["differs"], "served_by": this_process(),
        }
    )  # fmt: skip


def _current(request: HttpRequest) -> Workflow:
    owner = owner_of(request)
    wanted = request.GET.get("workflow")
    if not wanted:
        mine = workflows_of(owner)
        if not mine:
            raise NotFound("NO_WORKFLOW", "This session has no workflow yet.")
        wanted = str(mine[0]["uuid"])
    try:
        return open_workflow(owner, wanted)
    except ValidationError as error:
        raise NotFound("NOT_FOUND", f"'{wanted}' is not a workflow.") from error


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text from rows, for allowed addresses."""
    if client_address(request) not in settings.METRICS_ALLOWED:
        raise NotAllowed("METRICS_NOT_ALLOWED", "Metrics are for allowed addresses only.")
    jobs, workers = checks.jobs(), checks.workers()
    lines = [
        ("chatmrpt_workflows_total", "Workflows ever started.", Workflow.objects.count()),
        ("chatmrpt_jobs_queued", "Jobs that wait.", jobs["queued"]),
        ("chatmrpt_jobs_running", "Jobs that run.", jobs["running"]),
        ("chatmrpt_jobs_oldest_queued_seconds", "Age of the oldest waiting job.",
         jobs["oldest_queued_seconds"]),
        ("chatmrpt_jobs_expired_leases", "Jobs whose worker disappeared.", jobs["expired_leases"]),
        ("chatmrpt_workers_alive", "Workers seen lately.", len(workers["seconds_since_seen"])),
        ("chatmrpt_redis_up", "1 when Redis answers.", int(checks.redis()["ok"])),
    ]  # fmt: skip
    text = "".join(f"# HELP {n} {h}\n# TYPE {n} gauge\n{n} {v}\n" for n, h, v in lines)
    return HttpResponse(text, content_type="text/plain; version=0.0.4")
