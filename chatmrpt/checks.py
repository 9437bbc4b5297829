"""System checks that refuse a configuration in which facts could be lost."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def facts_live_in_postgresql(app_configs: Any, **kwargs: Any) -> list[Error]:
    errors = []
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        errors.append(Error("The database must be PostgreSQL.", id="chatmrpt.E001"))
    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.db":
        errors.append(Error("Sessions must be in the database.", id="chatmrpt.E002"))
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        errors.append(Error("Celery must not be eager.", id="chatmrpt.E003"))
    if settings.REDIS_URL and settings.REDIS_URL == settings.CELERY_BROKER_URL:
        errors.append(
            Error(
                "The broker shares its Redis database with the cache.",
                hint="Give CELERY_BROKER_URL another database, with maxmemory-policy noeviction.",
                id="chatmrpt.E004",
            )
        )
    if settings.DEBUG and set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost", "testserver"}:
        errors.append(Error("DEBUG is on with a public host.", id="chatmrpt.E005"))
    if settings.ACCESS not in {"open", "login"}:
        errors.append(Error("ACCESS is neither 'open' nor 'login'.", id="chatmrpt.E006"))
    return errors
