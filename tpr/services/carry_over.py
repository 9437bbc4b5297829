"""What people decided about ward names, when a list takes the place of an older one."""

from typing import Any

from tpr.models import BoundaryList, Ward, WardAlias


def carry_over(old: BoundaryList, new: BoundaryList) -> list[str]:
    """Copy the live decisions of `old` to the wards of `new` with the same code.

    Writes: WardAlias. The old list keeps its own, for the results that used it. Returns what was
    carried over and what was not, in words. The caller holds the transaction.
    """
    live = list(
        WardAlias.objects.filter(list=old, withdrawn_at__isnull=True).select_related("ward")
    )
    if not live:
        return []
    codes = {row.ward.code for row in live if row.ward}
    wards: dict[str, Any] = {
        ward.code: ward for ward in Ward.objects.filter(list=new, code__in=codes)
    }
    kept = []
    for row in live:
        ward = wards.get(row.ward.code) if row.ward else None
        if row.ward is not None and (ward is None or ward.state != row.state):
            continue
        row.pk, row.list, row.ward = None, new, ward
        kept.append(row)
    WardAlias.objects.bulk_create(kept, batch_size=500)
    lost = len(live) - len(kept)
    said = [f"{len(kept)} remembered decisions about ward names were carried over."]
    if lost:
        said.append(f"{lost} were not: the new list has no ward with their code.")
    return said
