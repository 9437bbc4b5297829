"""All addresses (contracts §4)."""

from django.contrib import admin
from django.urls import include, path

handler400 = "chatmrpt.pages.views_errors.bad_request"
handler403 = "chatmrpt.pages.views_errors.forbidden"
handler404 = "chatmrpt.pages.views_errors.not_found"
handler500 = "chatmrpt.pages.views_errors.server_error"

urlpatterns = [
    path("", include("chatmrpt.pages.urls")),
    path("", include("chatmrpt.chat.urls")),
    path("", include("chatmrpt.health.urls")),
    path("admin/", admin.site.urls),
]
