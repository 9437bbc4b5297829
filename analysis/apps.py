from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = "Risk analysis"

    def ready(self) -> None:
        from analysis.selectors.covariates import urban_shares
        from analysis.services.seed_registry import seed_registry
        from tpr.api import register_urban_reader

        register_urban_reader(urban_shares)
        post_migrate.connect(seed_registry, sender=self, dispatch_uid="analysis.seed_registry")
