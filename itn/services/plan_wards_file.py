"""A plan from a table of ranked wards, without a workflow (`itn_plan --wards`).

Imported by commands and tests only: reading tables brings pandas in.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatmrpt.common.actors import Actor
from chatmrpt.common.fingerprints import fingerprint
from chatmrpt.common.tables import read_table
from itn.domain.allocation import plan
from itn.domain.request import parameters_from
from itn.domain.resolve import resolved
from itn.domain.result import ALGORITHM_VERSION
from itn.domain.wards_table import Quota, quotas_from_rows, wards_from_rows
from itn.models import ItnPlan
from itn.services.store_plan import PlanOrigin, store_plan


def plan_wards_file(
    path: Path, *, options: Mapping[str, Any], actor: Actor, name: str = ""
) -> ItnPlan:
    """Plan the wards of a CSV or XLSX table.

    Parameters
    ----------
    path : columns ward, rank, population [, urban_percentage, lga, state, ward_code, tpr, burden].
    options : see `itn.domain.request.OPTIONS`; `lga_min` and `lga_max` as lists of `Quota`.

    Writes: ItnPlan without a workflow, WardAllocation.

    Raises
    ------
    DomainError : what is wrong with the table, an option or the limits.
    """
    table = read_table(path)
    wards = wards_from_rows(table.columns, table.rows)
    parameters = parameters_from(resolved(options, wards.wards))
    result = plan(wards.wards, parameters, rate_is_tpr=wards.rate_is_tpr)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return store_plan(
        result,
        PlanOrigin(
            owner=actor.owner,
            name=name or path.stem,
            notes=(f"Ranks and populations as given in the table {path.name}.",),
            fingerprint=fingerprint([ALGORITHM_VERSION, digest, parameters.as_json()]),
        ),
    )


def read_quotas(path: Path) -> list[Quota]:
    """Read a table of LGA quotas: lga, bales [, state]."""
    table = read_table(path)
    return quotas_from_rows(table.columns, table.rows)
