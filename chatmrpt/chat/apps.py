from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChatConfig(AppConfig):
    name = "chatmrpt.chat"
    label = "chat"
    verbose_name = "Conversation"

    def ready(self) -> None:
        from chatmrpt.chat.services import transcript  # noqa: F401  (connects the receiver)
        from chatmrpt.chat.services.vocabulary import seed_vocabulary

        post_migrate.connect(seed_vocabulary, sender=self, dispatch_uid="chat.seed_vocabulary")
