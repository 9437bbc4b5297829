from django.apps import AppConfig


class TprConfig(AppConfig):
    name = "tpr"
    verbose_name = "Test positivity"
