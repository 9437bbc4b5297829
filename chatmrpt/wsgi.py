"""The web application, loaded completely before a server forks its processes.

Django imports the views at the first request. After the fork every process would then hold a copy
of them; loaded here, all share one.
"""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatmrpt.settings")

application = get_wsgi_application()


def load_everything() -> None:
    """Import what the addresses lead to, compile the templates, build the interpreter's tables."""
    from django.conf import settings
    from django.template.loader import get_template
    from django.urls import resolve

    from chatmrpt.chat.understand import Context, understand
    from tpr.domain.stages import AGE_GROUPS, LEVELS, Stage

    resolve("/ping")
    folder = Path(settings.BASE_DIR) / "templates"
    for path in sorted(folder.rglob("*.html")):
        get_template(str(path.relative_to(folder)))
    stage = Stage.FACILITY_SELECTION.value
    understand("the primary ones, please", Context(stage=stage, levels=LEVELS, ages=AGE_GROUPS))


load_everything()
