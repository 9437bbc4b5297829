"""`DATABASE_URL` → Django's DATABASES entry.

Accepted forms: `postgresql://user:password@host:port/name` and, for a unix socket,
`postgresql://user@/name?host=/absolute/folder`. Anything but PostgreSQL is refused: row locks
and COPY are what the product stands on.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_from_url(url: str, *, application_name: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with '{parts.scheme}:'; only PostgreSQL is supported "
            "(postgresql://user@host/name)."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {"application_name": application_name, "connect_timeout": 5, **query},
    }
