from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chatmrpt.chat"
    label = "chat"
    verbose_name = "Conversation"

    def ready(self) -> None:
        from chatmrpt.chat.services import transcript  # noqa: F401  (connects the receiver)
