"""The options of a net plan as a form or a JSON body brings them: fields, files, cost lines."""

import re
from typing import Any

from django.http import HttpRequest

from chatmrpt.common.errors import TooLarge
from chatmrpt.common.language import say
from chatmrpt.common.tables import csv_table
from itn import api as itn_api

FILE_LIMIT = 5 * 1024 * 1024
COST_FIELD = re.compile(r"cost_(name|kind|unit_cost|currency|source|date)_([0-9]{1,2})")


def options_in(request: HttpRequest, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the plan options of a request by the names of `itn_plan`, with underscores.

    A table comes as a file (CSV), as text, or in JSON as rows. The cost form sends its lines in
    numbered fields. `clear` names options that an empty field takes away: those of a form that
    shows the present value.

    Raises TooLarge TOO_LARGE; InvalidInput NOT_A_TABLE and those of `csv_table`.
    """
    options = {
        name: value for name, value in fields.items()
        if name in itn_api.PLAN_OPTIONS and value not in ("", None)
    }  # fmt: skip
    for name in itn_api.PLAN_TABLES:
        file = request.FILES.get(f"{name}_file")
        if file is not None:
            content = file.read(FILE_LIMIT + 1)
            if len(content) > FILE_LIMIT:
                raise TooLarge(
                    "TOO_LARGE",
                    say(
                        "The list has more than {file_limit:,} bytes. Send only its columns of "
                        "wards and figures, as CSV.",
                        file_limit=FILE_LIMIT,
                    ),
                    {"size": file.size},
                )
            options[name] = csv_table(content, file.name or say("The list"))
    lines: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        if found := COST_FIELD.fullmatch(name):
            lines.setdefault(int(found[2]), {})[found[1]] = str(value)
    if filled := [line for _, line in sorted(lines.items()) if any(line.get(n) for n in NAMED)]:
        options["costs"] = filled
    for name in str(fields.get("clear") or "").split():
        if name in itn_api.PLAN_OPTIONS and name not in options:
            options[name] = itn_api.NONE_WORD
    return options


NAMED = ("name", "unit_cost")
