from django.urls import re_path

from chatmrpt.health import views

app_name = "health"
urlpatterns = [
    re_path(r"^ping/?$", views.ping, name="ping"),
    re_path(r"^system-health/?$", views.system_health, name="system-health"),
    re_path(r"^api/session/status/?$", views.session_status, name="session-status"),
    re_path(r"^api/session/redis-status/?$", views.redis_status, name="redis-status"),
    re_path(r"^api/session/verify-tpr/?$", views.verify_tpr, name="verify-tpr"),
    re_path(r"^metrics/?$", views.metrics, name="metrics"),
]
