"""Decisions about ward names: remembered, reused, taken back; results out of date and made again."""

from uuid import uuid4

import pytest

from chatmrpt.common.actors import Actor
from chatmrpt.common.errors import Conflict, NotFound
from chatmrpt.testing.uploads import read_csv, row
from tpr import locks
from tpr.models import SHARED, BoundaryList, Ward, WardAlias, WardTpr, Workflow
from tpr.selectors.decisions import changes_since
from tpr.selectors.results import current_result
from tpr.services.decide_match import Choice, accept_likely, decide, report_of
from tpr.services.replay import replay
from tpr.services.revise_match import recalculate, withdraw
from tpr.services.undo import undo_last
from tpr.services.workflow import apply_command, start_workflow
from tpr.tests.factories import BoundaryListFactory

pytestmark = pytest.mark.django_db(transaction=False)

PERSON = Actor(channel="form", owner="visitor:a", name="Amina")
OTHER = Actor(channel="form", owner="visitor:b")
ROWS = [
    row("Adamawa", "Girei", "Girei 11", "Girei PHC", u5=(100, 40)),
    row("Adamawa", "Girei", "Girei I", "Girei Post", u5=(60, 30)),
    row("Adamawa", "Song", "Bolki", "Bolki PHC", u5=(80, 20)),
    row("Adamawa", "Song", "Bwalki Town", "Bwalki Clinic", u5=(10, 5)),
    row("Adamawa", "Song", "Nowhere At All", "Far Post", u5=(30, 3)),
    row("Adamawa", "Song", "Unknown", "Lost Post", u5=(20, 2)),
]
GIREI_11, BOLKI, NOWHERE = ("girei", "girei 11"), ("song", "bolki"), ("song", "nowhereatall")


def ward_list() -> BoundaryList:
    found = BoundaryListFactory(name="Adamawa 2024")
    for code, lga, name in (
        ("G1", "Girei", "Girei 1"), ("G2", "Girei", "Girei 2"), ("S1", "Song", "Bwalki"),
        ("S2", "Song", "Sigire"), ("T1", "Toungo", "Dawo I"),
    ):  # fmt: skip
        Ward.objects.create(
            list=found, code=code, name=name, ward_key=name.casefold(), lga=lga,
            lga_key=lga.casefold(), state="Adamawa",
        )  # fmt: skip
    return found


def finished(actor: Actor = PERSON, rows: list[list[object]] = ROWS) -> Workflow:
    upload = read_csv(rows, owner=actor.owner, name=f"{uuid4().hex}.csv")
    workflow = start_workflow(upload=upload, actor=actor)
    if workflow.state is None:
        apply_command(workflow, command="select", slots={"state": "Adamawa"}, actor=actor)
    apply_command(workflow, command="select", slots={"level": "all", "age": "u5"}, actor=actor)
    assert workflow.stage == "complete"
    return workflow


def ward(code: str) -> int:
    return Ward.objects.get(code=code).pk


def say(workflow: Workflow, place: tuple[str, str], code: str, **more: object):
    choice = Choice(place, "same", ward(code), **more)
    return decide(locks.workflow(workflow.pk), choice, actor=PERSON, key=uuid4().hex)


def rows_of(workflow: Workflow) -> dict[str, WardTpr]:
    result = current_result(Workflow.objects.get(pk=workflow.pk))
    return {r.ward_name: r for r in result.rows.select_related("ward")}


def again(workflow: Workflow) -> dict[str, WardTpr]:
    recalculate(locks.workflow(workflow.pk), actor=PERSON)
    return rows_of(workflow)


def test_nothing_is_joined_until_a_person_says_so_and_then_the_result_is_out_of_date() -> None:
    ward_list()
    workflow = finished()
    assert rows_of(workflow)["Girei 11"].status == "unmatched"
    assert say(workflow, GIREI_11, "G2").payload["slots"]["source"] == "Girei 11"
    workflow = Workflow.objects.get(pk=workflow.pk)
    before = current_result(workflow)
    assert rows_of(workflow)["Girei 11"].status == "unmatched", "no result changes by itself"
    assert changes_since(workflow, before) == [
        {"lga": "Girei", "name": "Girei 11", "before": "left to the rules", "now": "is Girei 2"}
    ]
    now = again(workflow)["Girei 11"]
    assert (now.ward.code, now.match_method, now.status) == ("G2", "alias", "ok")
    workflow = Workflow.objects.get(pk=workflow.pk)
    result = current_result(workflow)
    assert (result.number, changes_since(workflow, result)) == (2, [])
    assert result.totals["tested"] == before.totals["tested"] == 300
    assert replay(workflow)["identical"]


def test_the_three_parts_add_up_to_the_state_before_and_after() -> None:
    ward_list()
    workflow = finished()
    say(workflow, GIREI_11, "G2")
    recalculate(locks.workflow(workflow.pk), actor=PERSON)
    for result in workflow.results.all():
        parts = result.totals["parts"].values()
        assert sum(p["tested"] for p in parts) == result.totals["tested"] == 300
        assert sum(p["positive"] for p in parts) == result.totals["positive"] == 100
        assert sum(lga["tested"] for lga in result.totals["lgas"]) == 300
    assert result.totals["parts"]["unknown"]["tested"] == 20
    assert result.totals["parts"]["unmatched"]["tested"] == 120


def test_the_next_file_of_the_same_owner_takes_it_over_and_nobody_else_does() -> None:
    ward_list()
    say(finished(), GIREI_11, "G2")
    later = finished(rows=[*ROWS, row("Adamawa", "Song", "Sigire", "S PHC", u5=(10, 1))])
    assert rows_of(later)["Girei 11"].match_method == "alias"
    assert WardAlias.objects.get().reused == 1
    name = report_of(later).find(GIREI_11)
    assert name.outcome.reason.startswith("remembered from ")
    other = finished(OTHER)
    assert rows_of(other)["Girei 11"].status == "unmatched", "not this visitor's decision"


def test_what_an_administrator_brought_in_serves_everybody_until_they_decide_themselves() -> None:
    found = ward_list()
    WardAlias.objects.create(
        owner=SHARED, list=found, state="Adamawa", lga="Girei", lga_key="girei", name="Girei 11",
        name_key="girei 11", kind="same", ward_id=ward("G2"), decided_by="command",
    )  # fmt: skip
    workflow = finished()
    assert rows_of(workflow)["Girei 11"].ward.code == "G2"
    decide(locks.workflow(workflow.pk), Choice(GIREI_11, "not_on_list"), actor=PERSON)
    assert again(workflow)["Girei 11"].status == "unmatched"
    assert rows_of(finished(OTHER))["Girei 11"].ward.code == "G2"


def test_a_decision_in_one_lga_never_acts_in_another() -> None:
    ward_list()
    rows = [*ROWS, row("Adamawa", "Toungo", "Bolki", "T PHC", u5=(10, 5))]
    workflow = finished(rows=rows)
    say(workflow, BOLKI, "S1")
    recalculate(locks.workflow(workflow.pk), actor=PERSON)
    result = current_result(Workflow.objects.get(pk=workflow.pk))
    found = {(r.lga, r.ward_name): r.ward_id for r in result.rows.all()}
    assert found["Song", "Bolki"] == ward("S1")
    assert found["Toungo", "Bolki"] is None


def test_not_on_this_list_ends_the_suggestions_and_is_remembered() -> None:
    ward_list()
    workflow = finished()
    decide(locks.workflow(workflow.pk), Choice(BOLKI, "not_on_list"), actor=PERSON)
    name = report_of(workflow).find(BOLKI)
    assert (name.state_of_it, name.suggestions) == ("not_on_list", ())
    assert (
        report_of(finished(rows=[*ROWS, [*ROWS[0][:3], "X", *ROWS[0][4:]]])).find(BOLKI).state_of_it
        == "not_on_list"
    )


def test_a_different_ward_is_never_suggested_again_nor_joined_by_rule() -> None:
    ward_list()
    workflow = finished()
    girei_1 = ("girei", "girei 1")
    assert rows_of(workflow)["Girei I"].match_method == "normalised"
    decide(locks.workflow(workflow.pk), Choice(girei_1, "different", ward("G1")), actor=PERSON)
    assert again(workflow)["Girei I"].status == "unmatched"
    offered = [s.ward.code for s in report_of(workflow).find(girei_1).suggestions]
    assert "G1" not in offered


def test_a_taken_ward_is_asked_about_and_two_names_of_one_ward_are_one_row() -> None:
    ward_list()
    workflow = finished()
    say(workflow, BOLKI, "S1")
    second = ("song", "bwalkitown")
    with pytest.raises(Conflict, match="same ward under two names") as asked:
        say(workflow, second, "S1")
    assert asked.value.code == "WARD_TAKEN"
    say(workflow, second, "S1", if_taken="merge")
    rows = again(workflow)
    assert "Bwalki Town" not in rows
    assert (rows["Bolki"].tested, rows["Bolki"].positive, rows["Bolki"].facilities) == (90, 25, 2)
    assert "several_names" in rows["Bolki"].flags


def test_saying_it_is_not_the_same_ward_frees_the_earlier_name() -> None:
    ward_list()
    workflow = finished()
    say(workflow, BOLKI, "S1")
    say(workflow, ("song", "bwalkitown"), "S1", if_taken="free")
    rows = again(workflow)
    assert rows["Bwalki Town"].ward.code == "S1"
    assert rows["Bolki"].ward is None
    assert "S1" not in [s.ward.code for s in report_of(workflow).find(BOLKI).suggestions]


def test_undo_takes_the_last_decision_back_and_then_the_one_before() -> None:
    ward_list()
    workflow = finished()
    say(workflow, BOLKI, "S2")
    say(workflow, BOLKI, "S1")
    assert undo_last(locks.workflow(workflow.pk), actor=PERSON).line.command == "fix_match"
    assert report_of(workflow).find(BOLKI).outcome.ward.code == "S2"
    undo_last(locks.workflow(workflow.pk), actor=PERSON)
    assert report_of(workflow).find(BOLKI).outcome.ward is None
    workflow = Workflow.objects.get(pk=workflow.pk)
    assert current_result(workflow).number == 1
    assert replay(workflow)["identical"]


def test_taking_a_decision_back_makes_the_earlier_result_current_again() -> None:
    ward_list()
    workflow = finished()
    say(workflow, GIREI_11, "G2")
    recalculate(locks.workflow(workflow.pk), actor=PERSON)
    alias = WardAlias.objects.get()
    withdraw(locks.workflow(workflow.pk), alias.pk, actor=PERSON)
    workflow = Workflow.objects.get(pk=workflow.pk)
    result = current_result(workflow)
    assert (result.number, changes_since(workflow, result)) == (1, [])
    with pytest.raises(NotFound):
        withdraw(locks.workflow(workflow.pk), alias.pk, actor=PERSON)


def test_only_likely_leading_suggestions_are_accepted_together_and_all_or_none() -> None:
    ward_list()
    rows = [*ROWS, row("Adamawa", "Song", "Sigir", "S PHC", u5=(10, 1))]
    workflow = finished(rows=rows)
    likely = [n for n in report_of(workflow).of("open") if n.band == "likely"]
    assert [n.name for n in likely] == ["Girei 11", "Bwalki Town", "Sigir"]
    pairs = [(n.place, n.suggestions[0].ward.id) for n in likely]
    with pytest.raises(Conflict, match="nothing was accepted"):
        accept_likely(locks.workflow(workflow.pk), [*pairs, (NOWHERE, ward("S1"))], actor=PERSON)
    assert not WardAlias.objects.exists()
    accept_likely(locks.workflow(workflow.pk), pairs, actor=PERSON)
    assert WardAlias.objects.count() == 3


def test_a_ward_of_another_state_or_list_and_a_name_of_no_file_are_refused() -> None:
    ward_list()
    workflow = finished()
    elsewhere = Ward.objects.create(list=BoundaryListFactory(), code="X1", name="X", state="Kano")
    for choice in (Choice(BOLKI, "same", elsewhere.pk), Choice(("song", "zz"), "not_on_list")):
        with pytest.raises(NotFound):
            decide(locks.workflow(workflow.pk), choice, actor=PERSON)


def test_two_decisions_at_the_same_moment_leave_one_and_say_so(monkeypatch) -> None:
    ward_list()
    workflow = finished()
    say(workflow, BOLKI, "S1")
    monkeypatch.setattr("tpr.services.decide_match._live", lambda *_: [])  # not seen yet
    with pytest.raises(Conflict) as refused:
        say(workflow, BOLKI, "S2")
    assert refused.value.code == "DECIDED_MEANWHILE"
    assert WardAlias.objects.get().ward.code == "S1"
