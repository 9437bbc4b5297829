from django.apps import AppConfig


class ChatmrptConfig(AppConfig):
    name = "chatmrpt"
    verbose_name = "ChatMRPT"

    def ready(self) -> None:
        from chatmrpt import checks  # noqa: F401  (registers the system checks)
        from chatmrpt.common import heartbeats  # noqa: F401  (Celery worker signals)
