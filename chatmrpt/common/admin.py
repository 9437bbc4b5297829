"""The admin inspects: no row that people or jobs made can be added, typed over or deleted."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class InspectionSite(admin.AdminSite):
    site_header = "ChatMRPT inspection"
    site_title = "ChatMRPT"
    index_title = "Workflows, uploads, runs and plans"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, and people with a role of the site (a permission told by rows)."""
        return super().has_permission(request) or (
            request.user.is_active and request.user.has_module_perms("tpr")
        )


class ReadOnly:
    """No add, no change, no delete; looking needs the view permission."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InspectionAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Base of all model admins here."""

    show_full_result_count = False
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        hidden = set(self.exclude or ())
        names = [field.name for field in self.model._meta.fields if field.name not in hidden]
        return names + list(self.readonly_fields)


class SettingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A setting: its rows are fixed, named fields of a row may be changed; Django logs who did."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InspectionInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """All of them: fields that the model fills by itself may only be shown."""
        return self.fields or self.readonly_fields
