"""Words edited in the admin: checked on save, read by every process at its next request."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from chatmrpt.chat.models import VocabularyStamp, VocabularyWord
from chatmrpt.chat.services.vocabulary import save_word, seed_vocabulary, vocabulary_now
from chatmrpt.chat.tests.services.talks import now, started, tell
from chatmrpt.chat.tests.understand import traps
from chatmrpt.chat.tests.understand.reading_lines import STAGES
from chatmrpt.chat.understand import Vocabulary, understand
from chatmrpt.chat.understand.defaults import default_context
from chatmrpt.chat.understand.vocabulary import Changes, Entry
from chatmrpt.chat.understand.vocabulary.checks import refuse
from chatmrpt.chat.understand.vocabulary.entries import written
from chatmrpt.common.errors import DomainError
from chatmrpt.testing.processes import ROOT, environment

ADMIN = "/admin/chat/vocabularyword/"


def word(kind: str, value: str, text: str, **more: object) -> VocabularyWord:
    return save_word(VocabularyWord(kind=kind, value=value, text=text, **more), by="ada")


@pytest.mark.django_db
def test_a_word_that_is_added_is_understood_at_the_next_message_and_one_switched_off_is_not() -> (
    None
):
    workflow = started()
    tell(workflow, "Adamawa")
    tell(workflow, "yes")
    assert tell(workflow, "use the mashako ones").workflow.stage == "facility_selection"
    added = word("level", "secondary", "mashako")
    assert tell(workflow, "use the mashako ones").workflow.stage == "age_group_selection"
    assert now(workflow).level == "secondary"
    tell(workflow, "undo")
    added.active = False
    save_word(added, by="ada")
    assert tell(workflow, "mashako").workflow.stage == "facility_selection"
    row = VocabularyWord.objects.get(kind="level", text="phc")
    row.active = False
    save_word(row, by="ada")
    assert tell(workflow, "phc").workflow.stage == "facility_selection"
    assert tell(workflow, "phcs").workflow.stage == "age_group_selection"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "value", "text", "stage", "said", "command"),
    [("command", "back", "dawo baya", "facility_selection", "dawo baya", "back"),
     ("yes", "yes", "lallai kam", "state_confirmation", "lallai kam sir", "confirm"),
     ("no", "no", "a daina", "state_confirmation", "a daina", "reject"),
     ("negator", "not", "ba ma so", "facility_selection", "ba ma so primary", "clarify"),
     ("filler", "filler", "ranka", "facility_selection", "ranka primary", "select"),
     ("city", "Kwara", "Kaiama town", "state_selection", "Kaiama town", "clarify"),
     ("age", "pw", "mai juna biyu", "age_group_selection", "mai juna biyu", "select"),
     ("recommended", "true", "yadda kuka ce", "facility_selection", "yadda kuka ce", "select")],
)  # fmt: skip
def test_each_kind_of_word_is_read_as_its_kind(
    kind: str, value: str, text: str, stage: str, said: str, command: str
) -> None:
    before = understand(said, default_context(stage), vocabulary_now())
    word(kind, value, text)
    after = understand(said, default_context(stage), vocabulary_now())
    assert after.command == command
    assert (after.command, after.slots) != (before.command, before.slots) or kind == "filler"


@pytest.mark.parametrize(
    ("kind", "value", "text", "reason"),
    [("level", "secondary", "PHC", "already means primary"),
     ("level", "primary", "phc", "already in the table"),
     ("level", "all", "call", None), ("level", "all", "use", "ordinary sentences"),
     ("level", "primary", "no", "is a no"), ("level", "primary", "oya", "is a yes"),
     ("level", "primary", "restart", "is the command 'restart'"),
     ("level", "primary", "Kano", "is the state Kano"),
     ("level", "primary", "Zaria", "is a town in Kaduna"),
     ("level", "secondary", "primery", "one letter from “primary”"),
     ("level", "primary", "3", "number of the list"), ("level", "primary", "x", "One letter"),
     ("level", "primary", "???", "no word"), ("level", "primary", "a|b", None),
     ("level", "best", "mashako", "is no value"), ("colour", "red", "mashako", "is no kind"),
     ("age", "u5", "not", "is a n"), ("age", "u5", "maybe", "unsure"),
     ("command", "exit", "please", "ordinary sentences"), ("filler", "filler", "primary", "already means"),
     ("age", "u5", "w " * 9, "longer than")],
)  # fmt: skip
def test_a_word_that_would_read_wrongly_is_refused_with_the_reason(
    kind: str, value: str, text: str, reason: str | None
) -> None:
    found = refuse(Entry(kind, value, text), Vocabulary.default())
    assert (found is None) if reason is None else (found is not None and reason in found), found


@pytest.mark.django_db
def test_a_word_of_ordinary_talk_is_refused_with_the_sentence_it_would_decide() -> None:
    for kind, value, text, said in (
        ("level", "all", "call", "call"), ("age", "u5", "football", "football"),
        ("command", "exit", "feedback", "feedback"), ("level", "primary", "malaria", "malaria"),
    ):  # fmt: skip
        with pytest.raises(DomainError) as caught:
            word(kind, value, text)
        assert said in caught.value.message
    assert not VocabularyWord.objects.filter(origin="added").exists()


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(written()))
def test_no_shipped_phrase_can_get_a_second_meaning_as_a_level(entry: Entry) -> None:
    if entry.kind in ("level", "negator", "filler"):
        return
    assert refuse(Entry("level", "primary", entry.text), Vocabulary.default()) is not None


def test_an_added_word_never_makes_ordinary_talk_act() -> None:
    table = Vocabulary.changed(Changes(added=(Entry("level", "all", "duka gari"),
                                              Entry("command", "exit", "mu tafi gida"))))  # fmt: skip
    for text in traps.QUIET:
        for stage in STAGES:
            before = understand(text, default_context(stage))
            assert understand(text, default_context(stage), table).command == before.command


def test_without_changes_the_tables_are_those_that_ship() -> None:
    default, same = Vocabulary.default(), Vocabulary.changed(Changes())
    assert default.known == same.known
    assert default.navigation == same.navigation
    assert default.options.by_first == same.options.by_first


@pytest.mark.django_db
def test_rows_mirror_what_ships_and_keep_what_was_switched_off() -> None:
    assert VocabularyWord.objects.filter(origin="shipped").count() == len(written())
    assert set(VocabularyWord.objects.values_list("language", flat=True)) >= {
        "English", "Pidgin", "Hausa", "Yoruba", "Igbo", "French"
    }  # fmt: skip
    row = VocabularyWord.objects.get(kind="child", text="pikin")
    row.active = False
    save_word(row, by="ada")
    VocabularyWord.objects.get(kind="child", text="omode").delete()
    seed_vocabulary()
    assert VocabularyWord.objects.get(kind="child", text="omode").active
    assert not VocabularyWord.objects.get(kind="child", text="pikin").active
    assert understand(
        "pikin", default_context("age_group_selection"), vocabulary_now()
    ).clarify or (
        not understand("pikin", default_context("age_group_selection"), vocabulary_now()).acting
    )


@pytest.mark.django_db
def test_the_database_refuses_a_word_twice_and_a_second_stamp() -> None:
    for broken in (
        lambda: VocabularyWord.objects.create(kind="level", value="primary", text="PHC", folded="phc"),
        lambda: VocabularyWord.objects.create(kind="level", value="primary", text="", folded=""),
        lambda: VocabularyWord.objects.create(kind="level", value="primary", text="q", folded="q",
                                              origin="stolen"),
        lambda: VocabularyStamp.objects.create(only=False),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


@pytest.mark.django_db
def test_the_admin_adds_checks_and_switches_with_who_and_when(admin_client: Client) -> None:
    assert admin_client.get(ADMIN, {"q": "pikin"}).status_code == 200
    assert admin_client.get(f"{ADMIN}add/").status_code == 200
    fields = {"kind": "age", "value": "u5", "text": "Ƙanana yaro", "language": "Hausa",
              "active": "on", "note": "heard in Kano"}  # fmt: skip
    assert admin_client.post(f"{ADMIN}add/", fields).status_code == 302
    row = VocabularyWord.objects.get(origin="added")
    assert (row.changed_by, row.changed_at is not None) == ("admin", True)
    refused = admin_client.post(f"{ADMIN}add/", {**fields, "text": "phc"})
    assert "already means primary" in refused.content.decode()
    twice = admin_client.post(f"{ADMIN}add/", fields)
    assert "already in the table" in twice.content.decode()
    shipped = VocabularyWord.objects.get(kind="child", text="pikin")
    stamp = VocabularyStamp.objects.get().stamp
    action = {"action": "switch_off", "_selected_action": [shipped.pk]}
    assert admin_client.post(ADMIN, action).status_code == 302
    shipped.refresh_from_db()
    assert (shipped.active, shipped.changed_by) == (False, "admin")
    assert VocabularyStamp.objects.get().stamp != stamp
    page = admin_client.get(f"{ADMIN}{shipped.pk}/change/").content.decode()
    assert 'name="text"' not in page, "a shipped phrase is switched off, not rewritten"
    assert admin_client.post(f"{ADMIN}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_switching_on_what_means_something_else_by_now_is_refused() -> None:
    first = word("level", "secondary", "mashako")
    first.active = False
    save_word(first, by="ada")
    word("level", "tertiary", "mashako")
    first.active = True
    with pytest.raises(DomainError, match="already means tertiary"):
        save_word(first, by="ada")
    with pytest.raises(DomainError, match="already in the table"):
        word("yes", "yes", "haka ne")


def interpret(path: Path, *args: str, **extra: str) -> dict[str, object]:
    found = subprocess.run(
        [sys.executable, "manage.py", "chat_interpret", str(path), *args], cwd=ROOT, text=True,
        env=environment(**extra), capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return json.loads(found.stdout)


@pytest.mark.django_db(transaction=True)
def test_another_process_reads_the_edited_words_and_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"stage": "facility_selection", "text": "mashako"}))
    word("level", "secondary", "mashako")
    assert interpret(path)["slots"] == {"level": "secondary"}
    assert interpret(path, "--shipped")["command"] != "select"
    away = {"DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}
    assert interpret(path, **away)["command"] != "select"
