from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chatmrpt.chat"
    label = "chat"
    verbose_name = "Conversation"
