from tpr.models import TprResult


def choropleth_of(result: TprResult, *, link: str) -> str:
    return ""
