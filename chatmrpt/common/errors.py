"""One root for everything that can go wrong in words.

A `DomainError` carries a code from a closed vocabulary, a message that says what was found, why
it is a problem and what to do next, and the facts behind it. Doors translate it once: a page or
JSON with `http_status`, a command's stderr with exit code 2, a job's `failed` with the code.
"""

from typing import Any


class DomainError(Exception):
    """A refusal a person can act on.

    Parameters
    ----------
    code : upper-case word, stable, documented in docs/errors.md.
    message : one or two sentences for the person.
    facts : values behind the message, JSON-compatible.
    """

    http_status = 422

    def __init__(self, code: str, message: str, facts: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts or {}

    def as_dict(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message, "facts": self.facts}}


class InvalidInput(DomainError):
    """The request itself cannot be read."""

    http_status = 400


class NotAllowed(DomainError):
    http_status = 403


class NotFound(DomainError):
    """Absent, or somebody else's: the two are not told apart."""

    http_status = 404


class Conflict(DomainError):
    """The thing is not in a state in which this can be done."""

    http_status = 409


class StaleVersion(Conflict):
    """The page was older than the row."""


class NotAnOption(DomainError):
    """A posted value that nothing here offers; `facts.options` are those that are."""

    http_status = 422


class TooLarge(DomainError):
    http_status = 413


class TooMany(DomainError):
    http_status = 429
