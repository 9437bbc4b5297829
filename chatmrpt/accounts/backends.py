"""Roles of the site as permissions: what the admin asks for is told by the rows."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from chatmrpt.accounts.domain.access import RoleName
from chatmrpt.accounts.models import Role

SETTINGS = {
    "tpr": ("qualitythreshold", "bandset", "band"),
    "analysis": ("variable", "zonedefault"),
    "chat": ("vocabularyword",),
}
LOOKED_AT = {"tpr": ("wardalias", "boundarylist", "ward"), "analysis": ("registrychange",)}


class RolePermissions(BaseBackend):
    """No sign-in here (ModelBackend does that); only what roles of the site allow."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not getattr(user_obj, "is_active", False):
            return False
        held = site_roles(user_obj)
        if RoleName.ADMINISTRATOR in held:
            return perm != "itn.approve_plan"  # to approve plans is given by name
        app, _, name = perm.partition(".")
        act, _, model = name.partition("_")
        return RoleName.SETTINGS_EDITOR in held and (
            model in SETTINGS.get(app, ()) or (act == "view" and model in LOOKED_AT.get(app, ()))
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        held = site_roles(user_obj) if getattr(user_obj, "is_active", False) else set()
        return RoleName.ADMINISTRATOR in held or (
            RoleName.SETTINGS_EDITOR in held and app_label in SETTINGS
        )


def site_roles(user: Any) -> set[str]:
    """Return the live administrator and settings editor roles; asked once per request's user."""
    if not hasattr(user, "_site_roles"):
        rows = Role.objects.live().filter(
            user=user.pk, role__in=[RoleName.ADMINISTRATOR, RoleName.SETTINGS_EDITOR]
        )
        user._site_roles = set(rows.values_list("role", flat=True))
    return set(user._site_roles)
