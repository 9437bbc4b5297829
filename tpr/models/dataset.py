"""Several files joined into one data set: an upload whose rows come from other uploads."""

from django.db import models

from tpr.models.upload import Upload

JOINED = "joined"


class DatasetMember(models.Model):
    """One file of a joined upload, in the order in which they were added."""

    dataset = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["dataset", "position"]
        constraints = [
            models.UniqueConstraint(name="datasetmember_file_once", fields=["dataset", "member"]),
            models.UniqueConstraint(
                name="datasetmember_position_once", fields=["dataset", "position"]
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.position}"
