"""The gate as doors use it: looking (GET, HEAD) is reading, everything else is writing unless said."""

from uuid import UUID

from django.http import HttpRequest

from chatmrpt.accounts.domain.access import Act
from chatmrpt.accounts.selectors.access import Access, check_access, opened
from chatmrpt.common.web import owner_of
from tpr.models import Workflow


def act_of(request: HttpRequest) -> Act:
    return Act.READ if request.method in ("GET", "HEAD", "OPTIONS") else Act.WRITE


def access_of(request: HttpRequest, workflow: Workflow) -> Access:
    """Return what this person may do with a workflow that a view holds already."""
    access = getattr(request, "access", None)
    if access is None or access.workflow.pk != workflow.pk or access.owner != owner_of(request):
        access = Access(owner_of(request), workflow)
        request.access = access  # type: ignore[attr-defined]
    return access


def workflow_of(
    request: HttpRequest, uuid: UUID, act: Act | None = None, lga: str = ""
) -> Workflow:
    """Return the workflow, if this person may do that. Raises NotFound, NotAllowed.

    What the person may do beside is kept on the request, for the page's words.
    """
    access = opened(owner_of(request), uuid, act or act_of(request), lga)
    request.access = access  # type: ignore[attr-defined]
    return access.workflow


def check_owner(request: HttpRequest, uuid: UUID, act: Act | None = None) -> Access:
    """As `workflow_of`, where a service loads the rows under its own lock."""
    return check_access(owner_of(request), uuid, act or act_of(request))
