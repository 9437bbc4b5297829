"""The words of the conversation: the one table of it that an administrator edits."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chatmrpt.chat.models import VocabularyWord
from chatmrpt.chat.services.vocabulary import save_word, why_not
from chatmrpt.chat.understand.vocabulary.entries import kinds
from chatmrpt.common.errors import DomainError


class WordForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses a phrase that breaks the whole-word rules or means something else, with the reason."""

    class Meta:
        model = VocabularyWord
        fields = ["kind", "value", "text", "language", "active", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            names = [(code, kind.name) for code, kind in kinds().items()]
            self.fields["kind"] = forms.ChoiceField(choices=names, label="Kind")
            values = "; ".join(
                f"{kind.name}: {', '.join(kind.values)}" for code, kind in kinds().items()
                if code not in ("city", "command")
            )  # fmt: skip
            self.fields[
                "value"
            ].help_text = (
                f"{values}; a command: {', '.join(kinds()['command'].values)}; a town: its state."
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.instance.origin == "shipped" or self.errors or not given.get("active"):
            return given
        reason = why_not(
            kind=given["kind"], value=given["value"], text=given["text"], pk=self.instance.pk
        )
        if reason:
            raise forms.ValidationError({"text": reason})
        return given


@admin.register(VocabularyWord)
class VocabularyWordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = WordForm
    list_display = ["text", "means", "kind_name", "language", "active", "origin", "changed_by",
                    "changed_at"]  # fmt: skip
    list_filter = ["active", "origin", "language", "kind"]
    search_fields = ["text", "folded", "value", "note"]
    readonly_fields = ["origin", "changed_by", "changed_at"]
    fields = ["kind", "value", "text", "language", "active", "note", *readonly_fields]
    actions = ["switch_off", "switch_on"]
    list_per_page = 100

    @admin.display(description="means", ordering="value")
    def means(self, row: VocabularyWord) -> str:
        return row.value

    @admin.display(description="kind", ordering="kind")
    def kind_name(self, row: VocabularyWord) -> str:
        kind = kinds().get(row.kind)
        return kind.name if kind else row.kind

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # switched off instead, so that who and when stay

    def get_readonly_fields(
        self, request: HttpRequest, obj: VocabularyWord | None = None
    ) -> list[str]:
        shipped = obj is not None and obj.origin == "shipped"
        return [*(["kind", "value", "text"] if shipped else []), *self.readonly_fields]

    def save_model(
        self, request: HttpRequest, obj: VocabularyWord, form: Any, change: bool
    ) -> None:
        save_word(obj, by=request.user.get_username())

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[VocabularyWord]) -> None:
        self._switch(request, rows, active=False)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[VocabularyWord]) -> None:
        self._switch(request, rows, active=True)

    def _switch(
        self, request: HttpRequest, rows: QuerySet[VocabularyWord], *, active: bool
    ) -> None:
        for row in rows:
            row.active = active
            try:
                save_word(row, by=request.user.get_username())
            except DomainError as error:
                self.message_user(request, f"{row.text}: {error.message}", level="warning")
                continue
            self.log_change(request, row, f"switched {'on' if active else 'off'}")
