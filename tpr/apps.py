from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TprConfig(AppConfig):
    name = "tpr"
    verbose_name = "Test positivity"

    def ready(self) -> None:
        from tpr.services.seed_bands import seed_bands
        from tpr.services.seed_thresholds import seed_thresholds

        post_migrate.connect(seed_thresholds, sender=self, dispatch_uid="tpr.seed_thresholds")
        post_migrate.connect(seed_bands, sender=self, dispatch_uid="tpr.seed_bands")
