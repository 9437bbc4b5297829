from analysis.models.change import RegistryChange
from analysis.models.covariate import Covariate, CovariateValue
from analysis.models.registry import Variable, ZoneDefault
from analysis.models.run import AnalysisRun
from analysis.models.score import RankDraws, VariableUse, WardScore
from analysis.models.settlement import SettlementCheck

__all__ = [
    "AnalysisRun",
    "Covariate",
    "CovariateValue",
    "RankDraws",
    "RegistryChange",
    "SettlementCheck",
    "Variable",
    "VariableUse",
    "WardScore",
    "ZoneDefault",
]
