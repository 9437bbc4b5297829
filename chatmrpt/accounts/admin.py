"""Accounts and roles: given and ended here; what people did stays as it is."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from chatmrpt.accounts.domain.access import RoleName
from chatmrpt.accounts.models import Role
from chatmrpt.accounts.services.give_role import known_place
from chatmrpt.common.errors import DomainError
from chatmrpt.common.web import owner_of


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role with the scope it needs; of a stored one only its end can be changed."""

    class Meta:
        model = Role
        fields = ["role", "state", "lga", "until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("role", "state", "lga"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("role") and not self.instance.pk:
            try:
                found["state"], found["lga"] = known_place(
                    RoleName(found["role"]), found.get("state", ""), found.get("lga", "")
                )
            except DomainError as refused:
                raise forms.ValidationError(refused.message) from refused
        return found


class RoleInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Role
    form = RoleForm
    fields = ["role", "state", "lga", "until", "given_by", "given_at"]
    readonly_fields = ["given_by", "given_at"]
    extra = 1
    can_delete = False
    verbose_name_plural = "Roles: end one by a date in 'until'; it stays as a record"


admin.site.unregister(get_user_model())


@admin.register(get_user_model())
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    inlines = [RoleInline]
    list_display = ["username", "first_name", "email", "is_active", "last_login"]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        for role in formset.save(commit=False):
            if not role.pk:
                role.given_by = owner_of(request)
            role.save()
        formset.save_m2m()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off (`active`), so that names beside old acts keep a person."""
        return False
