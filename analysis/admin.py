"""Inspection of runs, scores and covariates; the registry and the zone table, changed with a reason."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from analysis.models import (
    AnalysisRun,
    Covariate,
    RegistryChange,
    SettlementCheck,
    Variable,
    VariableUse,
    WardScore,
    ZoneDefault,
)
from analysis.services.change_registry import VARIABLE_FIELDS, change_variable, change_zone
from chatmrpt.common.admin import InspectionAdmin, InspectionInline, SettingAdmin
from chatmrpt.common.errors import DomainError


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


class RegistryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of the registry with the reason of its change; the service judges and writes it."""

    reason = forms.CharField(
        max_length=500,
        help_text="Why. Finished runs keep what they used and are marked out of date.",
    )

    def clean(self) -> dict[str, Any]:
        """Try the change and take it back, so that a refusal stands beside the form."""
        found = super().clean() or {}
        if not self.errors:
            try:
                with transaction.atomic():
                    self.change("check")
                    transaction.set_rollback(True)
            except DomainError as error:
                raise forms.ValidationError(error.message) from error
        return found

    def change(self, by: str) -> None:
        raise NotImplementedError


class VariableForm(RegistryForm):
    class Meta:
        model = Variable
        fields = ("code", *VARIABLE_FIELDS)

    def change(self, by: str) -> None:
        change_variable(
            self.instance.code or self.cleaned_data["code"], self.cleaned_data,
            reason=self.cleaned_data["reason"], by=by,
        )  # fmt: skip


class ZoneForm(RegistryForm):
    class Meta:
        model = ZoneDefault
        fields = ("variables",)

    def change(self, by: str) -> None:
        change_zone(
            self.instance.state, self.cleaned_data["variables"],
            reason=self.cleaned_data["reason"], by=by,
        )  # fmt: skip


class RegistryAdmin(SettingAdmin):
    """Editable, with a reason; who changed what stands in the changes."""

    def save_model(self, request: HttpRequest, obj: Any, form: RegistryForm, change: bool) -> None:
        form.change(request.user.get_username())


@admin.register(Variable)
class VariableAdmin(RegistryAdmin):
    form = VariableForm
    list_display = ("code", "label", "unit", "direction", "plausible_min", "plausible_max", "group")
    list_filter = ("direction", "group")
    search_fields = ("code", "label")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


@admin.register(ZoneDefault)
class ZoneDefaultAdmin(RegistryAdmin):
    form = ZoneForm
    list_display = ("state", "zone", "variables")
    list_filter = ("zone",)
    readonly_fields = ("state", "zone")


@admin.register(RegistryChange)
class RegistryChangeAdmin(InspectionAdmin):
    list_display = (
        "changed_at",
        "table",
        "key",
        "field",
        "before",
        "after",
        "reason",
        "changed_by",
    )
    list_filter = ("table", "field")
    search_fields = ("key", "reason", "changed_by")


@admin.register(SettlementCheck)
class SettlementCheckAdmin(InspectionAdmin):
    list_display = ("recorded_at", "ward", "finding", "decision", "signed_by", "withdrawn_at")
    list_filter = ("finding", "decision")
    list_select_related = ("ward",)
