"""All addresses (contracts §4)."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

handler400 = "chatmrpt.pages.views_errors.bad_request"
handler403 = "chatmrpt.pages.views_errors.forbidden"
handler404 = "chatmrpt.pages.views_errors.not_found"
handler500 = "chatmrpt.pages.views_errors.server_error"

urlpatterns = [
    path("", include("chatmrpt.pages.urls")),
    path("", include("chatmrpt.accounts.urls")),
    path("", include("chatmrpt.chat.urls")),
    path("", include("chatmrpt.health.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
