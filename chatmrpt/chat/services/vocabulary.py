"""The editable words: seeding, changing, and handing them to the interpreter."""

import uuid
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from chatmrpt.chat.models import VocabularyStamp, VocabularyWord
from chatmrpt.chat.understand import Vocabulary
from chatmrpt.chat.understand.guard import acts_in_talk
from chatmrpt.chat.understand.vocabulary import Changes, Entry, phrase
from chatmrpt.chat.understand.vocabulary.checks import refuse
from chatmrpt.chat.understand.vocabulary.entries import written
from chatmrpt.chat.understand.vocabulary.languages import language_of
from chatmrpt.common.errors import DomainError
from chatmrpt.common.language import say


def vocabulary_now() -> Vocabulary:
    """Return the tables as the rows stand now; the shipped ones when nothing was changed.

    One small query; the tables of a stamp are compiled once in each process. Nothing is kept that
    the rows do not say.
    """
    stamp = VocabularyStamp.objects.values_list("stamp", flat=True).first()
    return Vocabulary.default() if stamp is None else _compiled(stamp)


@lru_cache(maxsize=2)
def _compiled(stamp: uuid.UUID) -> Vocabulary:
    changes = changes_now()
    return Vocabulary.changed(changes) if changes != Changes() else Vocabulary.default()


def changes_now(*, without: int | None = None) -> Changes:
    """Return what the rows add to the shipped tables and switch off in them."""
    rows = VocabularyWord.objects.exclude(pk=without).order_by("pk")
    added = rows.filter(origin="added", active=True).values_list("kind", "value", "text")
    removed = rows.filter(origin="shipped", active=False).values_list("kind", "value", "text")
    return Changes(tuple(Entry(*row) for row in added), tuple(Entry(*row) for row in removed))


def why_not(*, kind: str, value: str, text: str, pk: int | None = None) -> str | None:
    """Return why a phrase cannot be understood that way; None when it can."""
    twin = VocabularyWord.objects.filter(kind=kind, value=value, folded=folded_of(text))
    if twin.exclude(pk=pk).exists():
        return say(
            "“{text}” is already in the table; if it is switched off, switch that row on.",
            text=text,
        )
    changes, entry = changes_now(without=pk), Entry(kind, value, text.strip())
    table = Vocabulary.changed(changes)
    if reason := refuse(entry, table):
        return reason
    talk = acts_in_talk(table, Vocabulary.changed(replace(changes, added=(*changes.added, entry))))
    return say("With it, “{talk}” would decide something.", talk=talk) if talk else None


@transaction.atomic
def save_word(word: VocabularyWord, *, by: str) -> VocabularyWord:
    """Store a new or changed word, with who and when; every process reads it from now on.

    Writes: VocabularyWord, VocabularyStamp. Raises DomainError WORD_REFUSED with the reason when
    an added phrase breaks the whole-word rules or means something else already.
    """
    # The stamp's row is the lock: two words saved at once are checked one after the other.
    stamp, _ = VocabularyStamp.objects.select_for_update().get_or_create(only=True)
    word.text = word.text.strip()
    word.folded = folded_of(word.text)
    if word.origin == "added" and word.active:
        reason = why_not(kind=word.kind, value=word.value, text=word.text, pk=word.pk)
        if reason:
            raise DomainError("WORD_REFUSED", reason, {"text": word.text, "kind": word.kind})
    word.changed_by, word.changed_at = by[:150], timezone.now()
    word.save()
    stamp.stamp = uuid.uuid4()
    stamp.save()
    return word


def folded_of(text: str) -> str:
    return " ".join(phrase(text))[:120]


def seed_vocabulary(**kwargs: Any) -> None:
    """Mirror the shipped phrases as rows; never touch what somebody switched off.

    Runs after every `migrate` and `flush`. A phrase that the program no longer ships loses its row.
    """
    known = kwargs.get("apps")
    if known is not None and "vocabularyword" not in known.all_models["chat"]:
        return  # migrated back to before this table
    shipped = {(e.kind, e.value, folded_of(e.text)): e for e in written()}
    rows = VocabularyWord.objects.filter(origin="shipped")
    there = {(kind, value, folded): pk for pk, kind, value, folded in rows.values_list(
        "pk", "kind", "value", "folded")}  # fmt: skip
    if shipped.keys() == there.keys():
        return
    VocabularyWord.objects.bulk_create(
        (
            VocabularyWord(kind=e.kind, value=e.value, text=e.text, folded=key[2],
                           language=language_of(e), origin="shipped")
            for key, e in shipped.items() if key not in there
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    VocabularyWord.objects.filter(
        pk__in=[pk for key, pk in there.items() if key not in shipped]
    ).delete()
    VocabularyStamp.objects.update_or_create(only=True, defaults={"stamp": uuid.uuid4()})
