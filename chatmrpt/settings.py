"""Settings, read top to bottom, everything from the environment (contracts §5).

Missing in production: the process refuses to start and says which name is missing.
Long tables live in `chatmrpt/conf/` and are imported by name.
"""

import os
import socket
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from chatmrpt.conf.bytes import bucket_storage
from chatmrpt.conf.celery import *  # noqa: F403  (a closed list of CELERY_* names)
from chatmrpt.conf.celery import CELERY_BROKER_TRANSPORT_OPTIONS
from chatmrpt.conf.database import database_from_url
from chatmrpt.conf.logging import logging_config
from chatmrpt.conf.release import mark_of_code
from chatmrpt.conf.security import *  # noqa: F403  (CSP, cookies)

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

RELEASE = "1.0.0"
DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))


def secret_key() -> str:
    """Return the key from SECRET_KEY or from the file SECRET_KEY_FILE; neither is an error."""
    if key := env.str("SECRET_KEY", ""):
        return key
    path = env.str("SECRET_KEY_FILE", "")
    if not path:
        raise ImproperlyConfigured("Set SECRET_KEY or SECRET_KEY_FILE.")
    key = Path(path).read_text(encoding="utf-8").strip()
    if not key:
        raise ImproperlyConfigured(f"SECRET_KEY_FILE {path} is empty.")
    return key


# `chat_interpret` and `makemigrations --check` need no secret and no database.
NEEDS_NOTHING = env.bool("CHATMRPT_NO_SERVICES", False)
SECRET_KEY = "not-a-secret-no-services-are-used" if NEEDS_NOTHING else secret_key()

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"] if DEBUG else [])
if not (ALLOWED_HOSTS or NEEDS_NOTHING):
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names of the site, by commas.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^ping$", r"^system-health$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)  # only when the proxy always sets the headers itself
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ACCESS = env.str("ACCESS", "open")  # open | login
EXPOSE_WORKER = env.bool("EXPOSE_WORKER", False)
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", 50)
READING_NICE = env.int("READING_NICE", 10)  # how much the reading of a file gives way, 0 to 19
METRICS_ALLOWED = env.list("METRICS_ALLOWED", ["127.0.0.1", "::1"])

INSTALLED_APPS = [
    "chatmrpt.adminsite.ChatmrptAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "csp",
    "chatmrpt.apps.ChatmrptConfig",
    "tpr",
    "analysis",
    "itn",
    "chatmrpt.accounts",
    "chatmrpt.chat",
]

MIDDLEWARE = [
    "chatmrpt.common.middleware.RequestIdentity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chatmrpt.common.middleware.ErrorsInWords",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
]

ROOT_URLCONF = "chatmrpt.urls"
WSGI_APPLICATION = "chatmrpt.wsgi.application"
APPEND_SLASH = True
CSRF_FAILURE_VIEW = "chatmrpt.pages.views_errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chatmrpt.accounts.context.who",
            ],
            "builtins": ["chatmrpt.common.templatetags.figures", "django.templatetags.i18n"],
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", "")
if not DATABASE_URL and not NEEDS_NOTHING:
    raise ImproperlyConfigured("Set DATABASE_URL (postgresql://…), or start with scripts/run.")
DATABASES = {
    "default": database_from_url(
        DATABASE_URL or "postgresql://nobody@localhost/none",
        application_name=f"chatmrpt:{os.getpid()}",
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # identity and CSRF only
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "TIMEOUT": 3600,
            "KEY_PREFIX": f"chatmrpt:{RELEASE}:{mark_of_code(BASE_DIR)}",
            "OPTIONS": {
                "SOCKET_CONNECT_TIMEOUT": 0.5,
                "SOCKET_TIMEOUT": 0.5,
                "IGNORE_EXCEPTIONS": True,
                "LOG_IGNORED_EXCEPTIONS": True,
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "")
if not CELERY_BROKER_URL and not NEEDS_NOTHING:
    raise ImproperlyConfigured(
        "Set CELERY_BROKER_URL (another Redis database than REDIS_URL, with noeviction)."
    )
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **CELERY_BROKER_TRANSPORT_OPTIONS,
    "global_keyprefix": env.str("CELERY_KEY_PREFIX", ""),
}

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_BACKEND = env.str(
    "STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # no file is ever kept
    "staticfiles": {"BACKEND": STATICFILES_BACKEND},
}
WHITENOISE_USE_FINDERS = DEBUG
BYTE_STORE = env.str("BYTE_STORE", "database")  # database | s3: where the bytes of uploads lie
if bucket := bucket_storage(env):  # also with BYTE_STORE=database, while older uploads lie there
    STORAGES["uploads"] = bucket
if BYTE_STORE not in ("database", "s3") or (BYTE_STORE == "s3" and "uploads" not in STORAGES):
    raise ImproperlyConfigured("BYTE_STORE is database, or s3 with S3_BUCKET set.")

FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "chatmrpt.accounts.backends.RolePermissions",
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
# False: who made or submitted a plan may not approve it; True: the page warns.
APPROVER_MAY_BE_AUTHOR = env.bool("APPROVER_MAY_BE_AUTHOR", True)

LANGUAGE_CODE = "en-gb"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
KNOWN_LANGUAGES = {"en-gb": "English", "fr": "Français"}
# English alone unless said otherwise: French has its terms, not yet its sentences (decision 25).
LANGUAGES = [
    (code, KNOWN_LANGUAGES.get(code, code)) for code in env.list("LANGUAGES", [LANGUAGE_CODE])
]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "Africa/Lagos")
USE_THOUSAND_SEPARATOR = False  # figures are formatted by the `figures` filters, ids never

HOST_NAME = socket.gethostname()
LOGGING = logging_config(env.str("LOG_FORMAT", "text"), env.str("LOG_LEVEL", "INFO"))
