"""Inspection of the ground floor: look, requeue, cancel, export; nothing can be typed over."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from chatmrpt.common.admin import InspectionAdmin, InspectionInline, SettingAdmin
from chatmrpt.common.web import actor_of
from tpr.domain.quality.thresholds import OPTIONAL
from tpr.exports import ledger_csv
from tpr.models import (
    Band,
    BandSet,
    BatchItem,
    BoundaryList,
    CallAnswer,
    Facility,
    FacilityRegister,
    QualityThreshold,
    RegisterFacility,
    TprResult,
    Upload,
    UploadIssue,
    UploadReading,
    Ward,
    WardAlias,
    WardTpr,
    Workflow,
    WorkflowEvent,
)
from tpr.services.operate import cancel_reading, end_workflow, requeue_reading

STUCK = timedelta(hours=1)
MOVING = ("reading_upload",)


class StuckFilter(admin.SimpleListFilter):
    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("stuck", "stuck for over an hour"), ("failed", "file refused or reading failed")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Workflow]) -> QuerySet[Workflow]:
        if self.value() == "stuck":
            return rows.filter(stage__in=MOVING, updated_at__lt=timezone.now() - STUCK)
        if self.value() == "failed":
            return rows.filter(upload__status="rejected") | rows.filter(
                upload__reading__status="failed"
            )
        return rows


class ChannelFilter(admin.SimpleListFilter):
    title = "channel"
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(c, c) for c in ("form", "chat", "api", "command", "admin")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Workflow]) -> QuerySet[Workflow]:
        if not self.value():
            return rows
        return rows.filter(events__sequence=1, events__channel=self.value())


class EventInline(InspectionInline):
    model = WorkflowEvent
    fields = ["sequence", "at", "channel", "actor", "command", "stage_from", "stage_to", "version",
              "payload", "idempotency_key", "served_by"]  # fmt: skip
    ordering = ["sequence"]


class ResultInline(InspectionInline):
    model = TprResult
    fields = ["number", "state", "level", "age_group", "definition", "exceeding", "ward_list",
              "computed_at"]  # fmt: skip


@admin.register(Workflow)
class WorkflowAdmin(InspectionAdmin):
    list_display = [
        "short", "name", "stage", "state", "age", "last_event", "upload_link", "work", "who"
    ]  # fmt: skip
    list_filter = ["stage", ChannelFilter, StuckFilter, "is_sample"]
    search_fields = ["uuid", "name", "owner", "state"]
    exclude = ["resume_hash"]
    date_hierarchy = "created_at"
    inlines = [EventInline, ResultInline]
    actions = ["end", "export_ledger"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workflow]:
        last = WorkflowEvent.objects.filter(workflow=OuterRef("pk")).order_by("-sequence")
        return (
            super().get_queryset(request).select_related("upload")
            .annotate(last_command=Subquery(last.values("command")[:1]),
                      last_at=Max(F("events__at")))
        )  # fmt: skip

    @admin.display(description="workflow")
    def short(self, row: Workflow) -> str:
        return str(row.uuid)[:8]

    @admin.display(description="owner", ordering="owner")
    def who(self, row: Workflow) -> str:
        return row.owner if len(row.owner) <= 20 else f"{row.owner[:16]}…"

    @admin.display(description="runs and plans")
    def work(self, row: Workflow) -> str:
        """Link to what stands on this workflow, one and two floors up, by their lists."""
        links = [
            (reverse(f"admin:{name}_changelist"), label)
            for name, label in (("analysis_analysisrun", "runs"), ("itn_itnplan", "plans"))
        ]
        return format_html_join(
            " · ", '<a href="{}?workflow__uuid__exact={}">{}</a>',
            ((url, row.pk, label) for url, label in links),
        )  # fmt: skip

    @admin.display(description="upload")
    def upload_link(self, row: Workflow) -> str:
        if row.upload_id is None:
            return "none"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:tpr_upload_change", args=[row.upload_id]),
            row.upload.original_name if row.upload else "",
        )  # fmt: skip

    @admin.display(description="age", ordering="created_at")
    def age(self, row: Workflow) -> str:
        minutes = int((timezone.now() - row.created_at).total_seconds() // 60)
        return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"

    @admin.display(description="last event", ordering="last_at")
    def last_event(self, row: Any) -> str:
        return (
            f"{row.last_command} {timezone.localtime(row.last_at):%d %b %H:%M}"
            if row.last_at
            else ""
        )

    @admin.action(description="End the chosen workflows", permissions=["view"])
    def end(self, request: HttpRequest, rows: QuerySet[Workflow]) -> None:
        ended = sum(end_workflow(row.pk, actor=actor_of(request, "admin")) for row in rows)
        self.message_user(request, f"{ended} ended; each has a ledger line.", messages.SUCCESS)

    @admin.action(description="Export the ledger (CSV, first chosen)", permissions=["view"])
    def export_ledger(self, request: HttpRequest, rows: QuerySet[Workflow]) -> HttpResponse:
        response = HttpResponse(ledger_csv(rows[0]), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="ledger_{rows[0].pk}.csv"'
        return response


class ReadingInline(InspectionInline):
    model = UploadReading
    fields = ["status", "attempts", "worker", "queued_at", "started_at", "finished_at",
              "lease_until", "progress_note", "error_code", "error_reference"]  # fmt: skip


class UsedByInline(InspectionInline):
    model = Workflow
    fields = ["uuid", "stage", "state", "owner", "created_at"]
    show_change_link = True


@admin.register(Upload)
class UploadAdmin(InspectionAdmin):
    list_display = [
        "original_name",
        "owner",
        "size",
        "status",
        "layout",
        "error_code",
        "created_at",
    ]
    list_filter = ["status", "layout", "is_sample"]
    search_fields = ["id", "original_name", "sha256", "owner"]
    inlines = [ReadingInline, UsedByInline]
    actions = ["requeue", "cancel"]

    @admin.action(description="Read the chosen files again", permissions=["view"])
    def requeue(self, request: HttpRequest, rows: QuerySet[Upload]) -> None:
        sent = sum(requeue_reading(row.pk, actor=actor_of(request, "admin")) for row in rows)
        self.message_user(request, f"{sent} queued again.", messages.SUCCESS)

    @admin.action(description="Cancel the reading of the chosen files", permissions=["view"])
    def cancel(self, request: HttpRequest, rows: QuerySet[Upload]) -> None:
        stopped = sum(cancel_reading(row.pk, actor=actor_of(request, "admin")) for row in rows)
        self.message_user(request, f"{stopped} cancelled.", messages.SUCCESS)


@admin.register(UploadIssue)
class UploadIssueAdmin(InspectionAdmin):
    list_display = ["code", "severity", "upload", "row", "column", "count", "action"]
    list_filter = ["severity", "code"]
    list_select_related = ["upload"]
    raw_id_fields = ["upload"]


@admin.register(BoundaryList)
class BoundaryListAdmin(InspectionAdmin):
    list_display = ["name", "publisher", "year", "loaded_at", "superseded_at", "said", "is_sample"]
    exclude = ["display", "notes"]
    readonly_fields = ["what_was_said"]

    @admin.display(description="remarks")
    def said(self, row: BoundaryList) -> int:
        return len(row.notes.get("said") or [])

    @admin.display(description="assumed and repaired")
    def what_was_said(self, row: BoundaryList) -> str:
        """Every sentence that the loading said: assumptions, repairs, names that stand twice."""
        return format_html_join("", "<p>{}</p>", ((text,) for text in row.notes.get("said") or []))


@admin.register(WardAlias)
class WardAliasAdmin(InspectionAdmin):
    list_display = ["name", "lga", "state", "kind", "ward", "list", "owner", "decided_at", "reused",
                    "withdrawn_at"]  # fmt: skip
    list_filter = ["kind", "list", "state"]
    search_fields = ["name", "lga", "owner"]
    list_select_related = ["ward", "list"]
    date_hierarchy = "decided_at"


@admin.register(Ward)
class WardAdmin(InspectionAdmin):
    list_display = ["code", "name", "lga", "state", "list"]
    list_filter = ["list", "state"]
    search_fields = ["code", "name"]
    list_select_related = ["list"]
    exclude = ["geometry", "display"]


@admin.register(Facility)
class FacilityAdmin(InspectionAdmin):
    list_display = ["name", "ward", "lga", "state", "level", "level_source"]
    list_filter = ["level", "level_source"]
    search_fields = ["name", "ward"]


@admin.register(WardTpr)
class WardTprAdmin(InspectionAdmin):
    list_display = ["ward_name", "lga", "tested", "positive", "tpr", "status", "result"]
    list_filter = ["status"]
    list_select_related = ["result"]


@admin.register(BatchItem)
class BatchItemAdmin(InspectionAdmin):
    list_display = ["state", "level", "age_group", "status", "attempts", "error_code"]
    list_filter = ["status"]


@admin.register(FacilityRegister)
class FacilityRegisterAdmin(InspectionAdmin):
    list_display = ["name", "year", "file_name", "loaded_at", "superseded_at"]


@admin.register(RegisterFacility)
class RegisterFacilityAdmin(InspectionAdmin):
    list_display = ["name", "ward", "lga", "state", "level", "register"]
    list_filter = ["register", "state", "level"]
    list_select_related = ["register"]
    search_fields = ["name", "ward", "lga"]


@admin.register(CallAnswer)
class CallAnswerAdmin(InspectionAdmin):
    list_display = ["facility", "ward", "lga", "period_start", "outcome", "called_on", "called_by"]
    list_filter = ["outcome", "state"]


@admin.register(QualityThreshold)
class QualityThresholdAdmin(SettingAdmin):
    list_display = ["label", "value", "unit", "in_use", "source", "code"]
    fields = ["code", "label", "value", "unit", "in_use", "source"]
    readonly_fields = ["code", "label", "unit"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Only the limit of an option can be out of use."""
        optional = obj is not None and obj.code in OPTIONAL
        return [*super().get_readonly_fields(request, obj), *([] if optional else ["in_use"])]


class BandInline(admin.TabularInline):
    model = Band
    extra = 1


@admin.register(BandSet)
class BandSetAdmin(SettingAdmin):
    list_display = ["label", "limits", "sure", "source"]
    inlines = [BandInline]

    @admin.display(description="limits, %")
    def limits(self, obj: BandSet) -> str:
        return " · ".join(f"{band.lower:g}" for band in obj.bands.all())
