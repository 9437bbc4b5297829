"""Inspection of runs, scores, covariates and the registry; nothing can be typed over."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from analysis.models import AnalysisRun, Covariate, Variable, VariableUse, WardScore, ZoneDefault
from chatmrpt.common.admin import InspectionAdmin, InspectionInline


class VariableUseInline(InspectionInline):
    model = VariableUse
    fields = ("position", "name", "status", "reason", "direction", "weight", "n_imputed")
    readonly_fields = fields


@admin.register(AnalysisRun)
class AnalysisRunAdmin(InspectionAdmin):
    list_display = ("uuid", "profile", "status", "n_wards", "owner", "queued_at", "finished_at")
    list_filter = ("status", "profile", "queued_at")
    list_select_related = ("workflow",)
    search_fields = ("uuid", "fingerprint", "owner")
    date_hierarchy = "queued_at"
    inlines = (VariableUseInline,)
    heavy = ("inputs",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnalysisRun]:
        return super().get_queryset(request).defer(*self.heavy)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return [name for name in fields if name not in self.heavy]

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.heavy


@admin.register(WardScore)
class WardScoreAdmin(InspectionAdmin):
    list_display = ("rank", "ward_name", "lga", "score", "category", "stability", "run")
    list_filter = ("category",)
    list_select_related = ("run",)
    search_fields = ("ward_name", "ward_code", "run__uuid")


@admin.register(Covariate)
class CovariateAdmin(InspectionAdmin):
    list_display = ("name", "code", "ward_list", "direction", "unit", "year", "loaded_at")
    list_filter = ("ward_list", "direction", "superseded_at")
    list_select_related = ("ward_list",)
    search_fields = ("name", "code", "source")


@admin.register(Variable)
class VariableAdmin(InspectionAdmin):
    list_display = ("code", "label", "unit", "direction", "plausible_min", "plausible_max", "group")
    list_filter = ("direction", "group")
    search_fields = ("code", "label")


@admin.register(ZoneDefault)
class ZoneDefaultAdmin(InspectionAdmin):
    list_display = ("state", "zone", "variables")
    list_filter = ("zone",)
