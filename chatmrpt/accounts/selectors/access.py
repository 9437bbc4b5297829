"""The one gate: may this person do this with that workflow?"""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.functional import cached_property

from chatmrpt.accounts.domain.access import (
    Act,
    Person,
    RoleName,
    Thing,
    Verdict,
    judge,
    lgas_of,
    same_state,
)
from chatmrpt.accounts.models import Role
from chatmrpt.common.errors import NotAllowed, NotFound
from chatmrpt.common.language import say
from tpr.models import Workflow

APPROVE = "itn.approve_plan"


def user_pk(owner: str) -> int | None:
    """Return the account's number of an owner key, None for visitors and commands."""
    kind, _, number = owner.partition(":")
    return int(number) if kind == "user" and number.isdecimal() else None


def roles_of(owner: str) -> list[Role]:
    """Return the live roles of this person."""
    pk = user_pk(owner)
    return list(Role.objects.live().filter(user=pk)) if pk is not None else []


@dataclass(frozen=True)
class Access:
    """The rights of one person on one workflow; only what a question needs is asked of the rows."""

    owner: str
    workflow: Workflow

    @cached_property
    def person(self) -> Person:
        if self.owns:
            return Person(self.owner)
        given = [access for access, _ in self._grants]
        roles = [] if "write" in given else roles_of(self.owner)
        return Person(self.owner, roles=[row.held for row in roles], given=given)

    @cached_property
    def _grants(self) -> list[tuple[str, str]]:
        rows = self.workflow.grants.filter(holder=self.owner)
        return [(str(access), str(how)) for access, how in rows.values_list("access", "how")]

    @property
    def owns(self) -> bool:
        return self.owner == self.workflow.owner

    @property
    def sees_code(self) -> bool:
        """The owner, and who came by the code: shown to others it would outlive what they were given."""
        return self.owns or any(how != "share" for _, how in self._grants)

    @cached_property
    def thing(self) -> Thing:
        return Thing(
            owner=self.workflow.owner, state=self.workflow.state or "",
            private=self.workflow.kept_private, accounts_only=settings.ACCESS == "login",
        )  # fmt: skip

    def judged(self, act: Act, lga: str = "") -> Verdict:
        if act is not Act.DECIDE:
            return judge(act, self.person, self.thing, lga=lga)
        # To decide depends on more than to open: the permission, the roles of owners, who else may.
        roles = [row.held for row in roles_of(self.owner)]
        person = replace(self.person, roles=roles, overrides=self._overrides())
        thing = replace(self.thing, has_approver=has_approver(self.workflow.state or ""))
        return judge(act, person, thing, lga=lga)

    def _overrides(self) -> bool:
        pk = user_pk(self.owner)
        user = get_user_model().objects.filter(pk=pk, is_active=True).first() if pk else None
        return user is not None and user.has_perm(APPROVE)

    @cached_property
    def may_write(self) -> bool:
        return self.judged(Act.WRITE).allowed

    @cached_property
    def may_comment(self) -> bool:
        return self.judged(Act.COMMENT).allowed

    @cached_property
    def may_decide(self) -> bool:
        return self.judged(Act.DECIDE).allowed

    @cached_property
    def way(self) -> str:
        return self.judged(Act.READ).way

    @cached_property
    def lgas(self) -> tuple[str, ...]:
        return lgas_of(self.person, self.thing)


def has_approver(state: str) -> bool:
    """Whether somebody holds the approver role of this state now."""
    rows = Role.objects.live().filter(role=RoleName.APPROVER, user__is_active=True)
    return any(same_state(held, state) for held in rows.values_list("state", flat=True))


def open_workflow(owner: str, uuid: object, act: Act = Act.READ, lga: str = "") -> Workflow:
    """Return a workflow with which this person may do `act`. Raises NotFound, NotAllowed."""
    return opened(owner, uuid, act, lga).workflow


def opened(owner: str, uuid: object, act: Act = Act.READ, lga: str = "") -> Access:
    """Return the access itself, its workflow with the rows that pages need.

    Raises NotFound NOT_FOUND for absent and for others' alike; NotAllowed READ_ONLY, ONE_LGA,
    NOT_AN_APPROVER for people who may read and not do this.
    """
    rows = Workflow.objects.select_related("upload", "upload__reading", "ward_list")
    return _checked(owner, rows.filter(pk=uuid).first(), act, lga)


def check_access(owner: str, uuid: object, act: Act = Act.READ, lga: str = "") -> Access:
    """As `opened`, without loading the file's facts."""
    rows = Workflow.objects.only("owner", "state", "kept_private")
    return _checked(owner, rows.filter(pk=uuid).first(), act, lga)


def _checked(owner: str, workflow: Workflow | None, act: Act, lga: str) -> Access:
    if workflow is None or not owner:
        raise not_yours()
    access = Access(owner, workflow)
    verdict = access.judged(act, lga)
    if not verdict.allowed:
        raise refusal(verdict, workflow)
    return access


def not_yours() -> NotFound:
    return NotFound(
        "NOT_FOUND",
        say(
            "This workflow does not exist, or it belongs to somebody else. With its "
            "resume code you can open it from the start page."
        ),
    )


def refusal(verdict: Verdict, workflow: Workflow) -> NotFound | NotAllowed:
    """Return the words of a refusal."""
    facts: dict[str, Any] = {"workflow": str(workflow.pk)}
    if verdict.why == "read_only":
        return NotAllowed(
            "READ_ONLY",
            say(
                "You may read this workflow, not change it. Ask its owner to share it "
                "with you for writing, or start a workflow of your own on the same file."
            ),
            facts,
        )
    if verdict.why == "not_approver":
        return NotAllowed(
            "NOT_AN_APPROVER",
            say(
                "Plans are decided on by people with the role or the permission to "
                "approve them. Submit the plan and tell one of them. What is kept "
                "private they do not see: open it on its page Share first."
            ),
            facts,
        )
    if verdict.why == "one_lga":
        return NotAllowed(
            "ONE_LGA",
            say(
                "Your role covers {lgas} of this workflow. Its page is in the list on "
                "your start page.",
                lgas=", ".join(verdict.lgas),
            ),
            {**facts, "lgas": list(verdict.lgas)},
        )
    return not_yours()
