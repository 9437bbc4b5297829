"""Roles of accounts: who may do what where, given by whom, until when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chatmrpt.accounts.domain.access import OF_AN_LGA, OF_THE_SITE, Held, RoleName
from chatmrpt.common.language import Words, mark, say

ROLES = [
    (RoleName.VIEWER.value, mark("Viewer")),
    (RoleName.ANALYST.value, mark("Data analyst")),
    (RoleName.LGA_OFFICER.value, mark("LGA officer")),
    (RoleName.APPROVER.value, mark("Approver")),
    (RoleName.NATIONAL_ANALYST.value, mark("National analyst")),
    (RoleName.SETTINGS_EDITOR.value, mark("Settings editor")),
    (RoleName.ADMINISTRATOR.value, mark("Administrator")),
]


MAY_IN_WORDS = Words({
    RoleName.VIEWER: "Reads results and exports.",
    RoleName.ANALYST: "Reads and works on: answers, matches, runs, plans.",
    RoleName.LGA_OFFICER: "Reads the LGA's page, comments, records settlement checks.",
    RoleName.APPROVER: "Reads, comments, returns, approves and unlocks net plans.",
    RoleName.NATIONAL_ANALYST: "Reads the work of all states.",
    RoleName.SETTINGS_EDITOR: "Changes limits, the registry and words in the admin.",
    RoleName.ADMINISTRATOR: "Gives accounts and roles; looks at rows in the admin.",
})  # fmt: skip


class RoleQuerySet(models.QuerySet["Role"]):
    def live(self) -> "RoleQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))


class Role(models.Model):
    """One role of one account. Ended by `until`, never deleted: who could see what stays known."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles"
    )
    role = models.CharField(max_length=20, choices=ROLES)
    state = models.CharField(max_length=100, blank=True)
    lga = models.CharField("LGA", max_length=200, blank=True)
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True, help_text="Null: until somebody ends it.")

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "state", "lga"]
        indexes = [models.Index(fields=["role", "state"])]
        constraints = [
            models.CheckConstraint(
                name="role_is_known", condition=Q(role__in=[r.value for r in RoleName])
            ),
            models.CheckConstraint(
                name="role_of_the_site_has_no_place",
                condition=~Q(role__in=[r.value for r in OF_THE_SITE]) | Q(state="", lga=""),
            ),
            models.CheckConstraint(
                name="role_of_a_state_has_its_state",
                condition=Q(role__in=[r.value for r in OF_THE_SITE]) | ~Q(state=""),
            ),
            models.CheckConstraint(
                name="role_of_an_lga_has_its_lga",
                condition=~Q(role__in=[r.value for r in OF_AN_LGA]) | ~Q(lga=""),
            ),
            models.CheckConstraint(
                name="role_of_a_state_has_no_lga",
                condition=~Q(role__in=["analyst", "approver"]) | Q(lga=""),
            ),
            models.CheckConstraint(
                name="role_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("given_at")),
            ),
            models.CheckConstraint(name="role_is_given_by_somebody", condition=~Q(given_by="")),
            models.UniqueConstraint(
                name="role_held_once",
                fields=["user", "role", "state", "lga"],
                condition=Q(until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}{f', {self.place}' if self.place else ''}"

    @property
    def place(self) -> str:
        """`Fufore, Adamawa`, `Adamawa`, or empty for a role of the site."""
        return ", ".join(part for part in (self.lga, self.state) if part)

    @property
    def label(self) -> str:
        return say(str(self.get_role_display()))

    @property
    def words(self) -> str:
        return MAY_IN_WORDS[self.role]

    @property
    def held(self) -> Held:
        return Held(RoleName(self.role), self.state, self.lga)
