"""What a person told the reader about a header, so that the next file of that form offers it."""

from django.db import models


class ConfirmedAnswer(models.Model):
    """The answer to one question of the reader, for files with the same header row.

    It is offered next time, with its date, and never applied by itself (inputs.md §8).
    """

    owner = models.CharField(max_length=80)
    header_hash = models.CharField(max_length=64, help_text="Of the header row as written.")
    code = models.CharField(max_length=60)
    answer = models.CharField(max_length=200)
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="confirmedanswer_once", fields=["owner", "header_hash", "code"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.answer}"
