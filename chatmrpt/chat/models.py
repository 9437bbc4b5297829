"""The transcript, and the editable words of the conversation, as rows."""

import uuid

from django.db import models
from django.db.models import Q

from tpr.models import Workflow, WorkflowEvent


class Message(models.Model):
    """Something a person or the system said. `parts` holds options, figures and links."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField()
    who = models.CharField(max_length=8)
    text = models.TextField(blank=True)
    command = models.CharField(max_length=40, blank=True)
    slots = models.JSONField(default=dict, blank=True)
    parts = models.JSONField(default=dict, blank=True)
    event = models.ForeignKey(WorkflowEvent, on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["workflow", "sequence"]
        constraints = [
            models.UniqueConstraint(name="message_sequence_once", fields=["workflow", "sequence"]),
            models.CheckConstraint(
                name="message_who_is_known", condition=Q(who__in=["person", "system"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.who}: {self.text[:60]}"


class TourEnd(models.Model):
    """Somebody left the tour of this sample workflow; without a row the tour is shown."""

    workflow = models.OneToOneField(
        Workflow, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"tour of {self.workflow_id} left"


LANGUAGES = ["English", "Pidgin", "Hausa", "Yoruba", "Igbo", "French", "other"]


class VocabularyWord(models.Model):
    """A phrase that means something to the conversation: a setting, edited in the admin.

    A `shipped` row mirrors a table of the program and may be switched off; an `added` row is this
    installation's own. Rows are changed by `save_word`, which also renews the stamp.
    """

    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=40, help_text="What the phrase means; see the kind.")
    text = models.CharField(
        max_length=80, help_text="As people type it; case and accents are free."
    )
    folded = models.CharField(max_length=120, editable=False)
    language = models.CharField(max_length=10, default="English",
                                choices=[(name, name) for name in LANGUAGES])  # fmt: skip
    active = models.BooleanField(default=True, help_text="Off: it is not understood any more.")
    origin = models.CharField(max_length=8, default="added", editable=False)
    note = models.CharField(max_length=200, blank=True, help_text="Who says so, or where heard.")
    changed_by = models.CharField(max_length=150, blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["kind", "value", "text"]
        verbose_name = "word of the conversation"
        verbose_name_plural = "words of the conversation"
        constraints = [
            models.UniqueConstraint(name="vocabularyword_once", fields=["kind", "value", "folded"]),
            models.CheckConstraint(
                name="vocabularyword_origin_is_known", condition=Q(origin__in=["shipped", "added"])
            ),
            models.CheckConstraint(
                name="vocabularyword_has_a_word", condition=~Q(folded="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="vocabularyword_language_is_known", condition=Q(language__in=LANGUAGES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} = {self.value}"


class VocabularyStamp(models.Model):
    """One row: renewed with every change of a word, read with every typed text.

    A process keeps the tables it compiled under the stamp it found, so that an edit holds in every
    process from its next request on.
    """

    only = models.BooleanField(primary_key=True, default=True)
    stamp = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [
            models.CheckConstraint(name="vocabularystamp_is_one_row", condition=Q(only=True)),
        ]

    def __str__(self) -> str:
        return str(self.stamp)
