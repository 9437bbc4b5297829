from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "analysis"
    verbose_name = "Risk analysis"

    def ready(self) -> None:
        from analysis.selectors.covariates import urban_shares
        from tpr.api import register_urban_reader

        register_urban_reader(urban_shares)
