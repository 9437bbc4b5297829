import pytest

from analysis import api
from analysis.models import AnalysisRun, CovariateValue, VariableUse
from analysis.services.execute_run import execute_run
from analysis.tests.build import (
    PERSON,
    WARDS,
    add_result,
    boundary_list,
    complete_workflow,
    covariate,
)
from chatmrpt.common.errors import DomainError
from tpr.models import Workflow, WorkflowEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward_list():
    return boundary_list()


@pytest.fixture
def workflow(ward_list):
    return complete_workflow(ward_list=ward_list)


def ask(workflow, **options):
    return api.request_run(workflow.pk, **{"actor": PERSON, "draws": 20, **options})


def finished(workflow, **options):
    run = ask(workflow, **options)
    assert execute_run(run.pk)
    return AnalysisRun.objects.get(pk=run.pk)


def codes(run):
    return [n["code"] for n in run.notes]


def test_without_covariates_it_ranks_by_the_positivity_alone_and_says_so(workflow):
    run = finished(workflow)
    assert run.status == "done"
    assert run.profile == "sound"
    assert {"tpr_only", "not_available"} <= set(codes(run))
    ranking = api.ranked_wards(run)
    assert [w.rank for w in ranking] == [1, 2, 3, 4, 5, 6]
    assert [w.ward for w in ranking][:2] == ["Dundun", "Ajingi"]
    used = [v.name for v in api.variable_uses(run) if v.status == "used"]
    assert used == ["tpr"]


def test_ward_without_tests_is_ranked_by_its_lga_and_stays_without_a_rate(workflow):
    run = finished(workflow)
    score = run.scores.get(ward_name="Gurduba")
    assert score.tpr is None
    assert score.tpr_shrunk is not None
    assert "no_tests" in score.flags
    assert score.stability == "not assessed"


def test_covariates_of_the_zone_are_used_in_its_order_with_their_gaps_filled(workflow, ward_list):
    covariate(ward_list, "elevation", [300, 310, None, 500, 520, 480])
    covariate(ward_list, "mean_rainfall", [80, 90, 100, 150, 160, 170])
    covariate(ward_list, "slope", [1, 2, 3, 4, 5, 6])
    run = finished(workflow)
    uses = {v.name: v for v in api.variable_uses(run)}
    assert [n for n, v in uses.items() if v.status == "used"] == [
        "tpr", "mean_rainfall", "elevation",
    ]  # fmt: skip
    assert uses["slope"].status == "not_chosen"
    assert uses["ndwi"].status == "not_available"
    assert uses["elevation"].direction == "inverse"
    assert sum(v.weight for v in uses.values() if v.weight) == pytest.approx(1)
    chula = run.scores.get(ward_name="Chula").variables["elevation"]
    assert (chula["imputed"], chula["neighbours"], chula["value"]) == ("neighbours", 2, 405)


def test_typed_variables_directions_and_weights_reach_the_score(workflow, ward_list):
    covariate(ward_list, "building_height", [3, 4, 5, 6, 7, 8])
    covariate(ward_list, "mean_rainfall", [80, 90, 100, 150, 160, 170])
    run = finished(
        workflow,
        variables="building_height:-,rainfall",
        weights="tpr=2,rainfall=1,building_height=1",
    )
    uses = {v.name: v for v in api.variable_uses(run)}
    assert uses["building_height"].direction == "inverse"
    assert uses["tpr"].weight == pytest.approx(0.5)
    assert uses["mean_rainfall"].weight == pytest.approx(0.25)


def test_legacy_runs_beside_sound_and_needs_two_variables(workflow, ward_list):
    with pytest.raises(DomainError) as error:
        ask(workflow, profile="legacy")
    assert error.value.code == "TOO_FEW_VARIABLES"
    covariate(ward_list, "elevation", [300, 310, 320, 500, 520, 480])
    run = finished(workflow, profile="legacy")
    assert run.status == "done"
    assert "legacy_rule" in codes(run)
    assert run.scores.get(rank=1).p_high is None


@pytest.mark.parametrize("definition", ["opd", "fever", "method_max"])
def test_sound_refuses_a_ratio_of_another_kind_at_the_request(ward_list, definition):
    workflow = complete_workflow(ward_list=ward_list, definition=definition)
    with pytest.raises(DomainError) as error:
        ask(workflow)
    assert error.value.code == "MALARIA_INDICATOR_REFUSED"
    assert not AnalysisRun.objects.exists()
    assert not WorkflowEvent.objects.exists()


def test_a_workflow_that_is_not_complete_says_what_is_missing(workflow):
    Workflow.objects.filter(pk=workflow.pk).update(stage="age_group_selection", age_group=None)
    with pytest.raises(DomainError) as error:
        ask(workflow)
    assert error.value.code == "NOT_READY"
    assert "age group" in error.value.message


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"profile": "pca"}, "UNKNOWN_PROFILE"),
        ({"variables": "moonlight"}, "UNKNOWN_VARIABLE"),
        ({"variables": "tpr:x"}, "INVALID_VARIABLES"),
        ({"weights": "tpr"}, "INVALID_WEIGHTS"),
        ({"weights": "moonlight=2"}, "INVALID_WEIGHTS"),
        ({"weights": "tpr=-1"}, "INVALID_WEIGHTS"),
        ({"seed": "many"}, "INVALID_NUMBER"),
        ({"draws": 0}, "INVALID_NUMBER"),
        ({"normalisation": "z"}, "UNKNOWN_NORMALISATION"),
        ({"version": 99}, "STALE_VERSION"),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_changes_nothing(workflow, options, code):
    with pytest.raises(DomainError) as error:
        ask(workflow, **options)
    assert error.value.code == code
    assert not AnalysisRun.objects.exists()


def test_the_same_request_joins_the_live_run_and_later_shows_the_finished_one(workflow):
    first, second = ask(workflow), ask(workflow)
    assert first.pk == second.pk
    assert execute_run(first.pk)
    assert ask(workflow).pk == first.pk
    assert AnalysisRun.objects.count() == 1


def test_a_key_seen_before_gets_its_first_answer_even_with_a_stale_version(workflow):
    first = ask(workflow, key="k1", version=workflow.version)
    again = ask(workflow, key="k1", version=workflow.version, profile="legacy")
    assert again.pk == first.pk
    assert WorkflowEvent.objects.filter(command="run_risk").count() == 1


def test_another_seed_is_another_run_with_the_same_ranks(workflow):
    one, two = finished(workflow, seed=1), finished(workflow, seed=2)
    assert one.fingerprint != two.fingerprint
    assert [s.score for s in api.scores(one)] == [s.score for s in api.scores(two)]


def test_same_fingerprint_gives_identical_rows(workflow, ward_list):
    covariate(ward_list, "elevation", [300, 310, None, 500, 520, 480])
    one = finished(workflow)
    AnalysisRun.objects.filter(pk=one.pk).update(fingerprint="x" * 64)
    two = finished(workflow)
    assert one.pk != two.pk
    plain = [
        [{k: v for k, v in row.items() if k not in ("id", "run_id")} for row in run.scores.values()]
        for run in (one, two)
    ]
    assert plain[0] == plain[1]


def test_the_hint_is_sent_on_commit_with_only_the_id(
    workflow, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("chatmrpt.common.hints.send_hint", lambda task, pk: sent.append((task, pk)))
    with django_capture_on_commit_callbacks(execute=True):
        run = ask(workflow)
        assert sent == []
    assert sent == [("analysis.execute_run", run.pk)]


def test_the_ledger_tells_request_and_end(workflow):
    run = finished(workflow, key="k9")
    lines = list(WorkflowEvent.objects.order_by("sequence"))
    assert [line.command for line in lines] == ["run_risk", "run_finished"]
    assert lines[0].payload["run"] == lines[1].payload["run"] == str(run.pk)
    assert lines[0].version == lines[1].version
    assert "6 wards ranked" in lines[1].payload["text"]


def test_a_known_failure_is_words_on_the_run_and_in_the_ledger(ward_list):
    empty = [(ward, lga, None, None) for ward, lga, _, _ in WARDS]
    workflow = complete_workflow(empty, ward_list=ward_list)
    run = ask(workflow)
    assert not execute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "NO_TESTS")
    assert not run.scores.exists()
    assert WorkflowEvent.objects.last().command == "run_failed"
    assert api.run_state(workflow)["error"]["code"] == "NO_TESTS"


def test_tests_under_names_nobody_matched_are_not_called_missing(ward_list):
    elsewhere = [(f"{ward} Town", lga, tested, positive) for ward, lga, tested, positive in WARDS]
    run = ask(complete_workflow(elsewhere, ward_list=ward_list))
    assert not execute_run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "TESTS_WITHOUT_A_PLACE")
    assert f"not on the list {ward_list.name}" in run.error_message
    assert "Decide these names under Ward names" in run.error_message


def test_wards_not_on_the_list_are_left_out_and_counted(ward_list):
    workflow = complete_workflow([*WARDS, ("Elsewhere", "North", 50, 10)], ward_list=ward_list)
    run = finished(workflow)
    assert run.n_wards == 6
    assert run.card["wards_out"] == [{"lga": "North", "ward": "Elsewhere", "reason": "unmatched"}]
    assert "out_unmatched" in codes(run)


def test_without_a_ward_list_the_wards_of_the_file_are_ranked_by_name():
    workflow = complete_workflow([*WARDS, ("Ajingi", "South", 100, 90)])
    run = finished(workflow)
    assert run.n_wards == 7
    twins = {s.lga: s.tpr for s in run.scores.filter(ward_name="Ajingi")}
    assert twins == {"North": 50.0, "South": 90.0}


def test_a_run_goes_stale_when_the_choices_or_the_covariates_change(workflow, ward_list):
    run = finished(workflow)
    assert not api.staleness(run).stale
    assert api.run_state(workflow)["stale"] is False
    covariate(ward_list, "elevation", [1, 2, 3, 4, 5, 6])
    state = api.staleness(AnalysisRun.objects.get(pk=run.pk))
    assert state.reasons == ("Newer covariates were loaded: elevation.",)
    Workflow.objects.filter(pk=workflow.pk).update(age_group="o5")
    workflow.refresh_from_db()
    add_result(workflow, ward_list=ward_list)
    reasons = api.staleness(AnalysisRun.objects.get(pk=run.pk)).reasons
    assert "It was made with another age group." in reasons
    assert api.latest_done_run(workflow.results.get(number=2)) is None


def test_what_would_be_used_is_known_before_a_run_is_requested(workflow, ward_list):
    covariate(ward_list, "elevation", [1, 2, 3, 4, 5, 6])
    offered = {v.name: (v.available, v.chosen) for v in api.offered_variables(workflow)}
    assert offered["elevation"] == (True, True)
    assert offered["rainfall"] == (False, False)


def test_csv_and_json_carry_the_contract_columns(workflow, ward_list):
    covariate(ward_list, "mean_EVI", [0.1, 0.2, None, 0.4, 0.5, 0.6])
    run = finished(workflow, variables="mean_EVI")
    text = api.ward_scores_csv(run)
    head = text.splitlines()[0].lstrip("\ufeff").split(",")
    assert head[:13] == [
        "ward_code", "state", "lga", "ward", "score", "rank", "category", "rank_low", "rank_high",
        "rank_median", "p_top", "p_high", "flags",
    ]  # fmt: skip
    assert {"norm_mean_evi", "contribution_mean_evi", "imputed_mean_evi", "norm_tpr"} <= set(head)
    assert len(text.splitlines()) == 7
    card = api.run_json(run)
    assert [v["name"] for v in card["variables"]["used"]] == ["tpr", "mean_EVI"]
    assert card["fingerprint"] == run.fingerprint
    assert set(card["weights"]) == {"tpr", "mean_EVI"}


def test_reading_a_run_costs_the_same_for_few_and_many_wards(django_assert_num_queries):
    few, many = (
        finished(complete_workflow()),
        finished(
            complete_workflow(
                [(f"W{i:03}", "North", 100 + i, 10 + i) for i in range(60)], owner="visitor:2"
            )
        ),
    )
    for run in (few, many):
        with django_assert_num_queries(2):
            api.ward_scores_rows(run)


def test_urban_shares_reach_the_ground_floor_through_its_register(ward_list):
    from tpr.urban import urban_shares

    row = covariate(ward_list, "urbanPercentage", [0, 10, 20, 30, 40, None])
    assert len(urban_shares(ward_list.pk, "Kano")) == 5
    CovariateValue.objects.filter(covariate=row).delete()
    assert urban_shares(ward_list.pk, "Kano") == {}


def test_every_use_row_that_is_not_used_has_a_reason(workflow, ward_list):
    covariate(ward_list, "flood", [0, 0, 0, 0, 0, 0])
    run = finished(workflow, variables="flood")
    left_out = VariableUse.objects.filter(run=run).exclude(status="used")
    assert [(v.name, v.reason_code) for v in left_out] == [("flood", "NO_VARIATION")]
    assert "tpr_only" in codes(run)
