"""Looking at populations, plans and their rows; nothing here can be typed over."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chatmrpt.common.admin import InspectionAdmin
from itn.models import ItnPlan, PopulationSource, WardAllocation


@admin.register(PopulationSource)
class PopulationSourceAdmin(InspectionAdmin):
    list_display = ("name", "year", "list", "loaded_at", "superseded_at", "is_sample")
    list_filter = ("year", "is_sample")
    search_fields = ("name", "list__name")
    list_select_related = ("list",)


@admin.register(ItnPlan)
class ItnPlanAdmin(InspectionAdmin):
    list_display = (
        "name", "strategy", "status", "available", "allocated", "remaining", "workflow", "run",
        "created_at",
    )  # fmt: skip
    list_filter = ("strategy", "status")
    date_hierarchy = "created_at"
    search_fields = ("uuid", "name", "owner")
    list_select_related = ("workflow", "run")


@admin.register(WardAllocation)
class WardAllocationAdmin(InspectionAdmin):
    list_display = ("ward_name", "lga", "rank", "need", "bales", "nets", "status", "reason", "plan")
    list_filter = ("status", "reason")
    search_fields = ("ward_name", "ward_code", "plan__uuid")
    list_select_related = ("plan",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WardAllocation]:
        return super().get_queryset(request).defer("reason_text")
