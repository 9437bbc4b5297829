from django.apps import AppConfig


class ItnConfig(AppConfig):
    name = "itn"
    verbose_name = "Net plans"
