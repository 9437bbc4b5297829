"""The names that outside checks rely on, read from the contract itself (../shared/design/contracts.md)."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client

from chatmrpt.chat.tests.views.visits import complete, planned, send, url
from chatmrpt.testing.shared import shared_path


@pytest.fixture(scope="module")
def contract() -> str:
    return shared_path("design/contracts.md").read_text(encoding="utf-8").replace("\\|", "|")


def columns_in(contract: str, name: str) -> list[str]:
    """The columns that stand behind the name of a file, up to an ellipsis."""
    found = re.search(rf"`{re.escape(name)}`[^`\n]*: `([a-z0-9_,…]+)`", contract)
    assert found, name
    return [column for column in found[1].split(",") if column != "…"]


def header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def commands(contract: str) -> Iterator[tuple[str, str]]:
    """Every command of section 2 with the part of its line that shows how it is called."""
    section = contract.partition("## 2.")[2].partition("## 3.")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            shown = line[2:].partition("` | ")[0]
            for call in re.split(r"`, `", shown.strip("` ")):
                yield call.split()[0], call


@pytest.mark.django_db
def test_files_of_a_workflow_begin_with_the_columns_of_the_contract(
    client: Client, contract: str
) -> None:
    workflow, run, plan = planned(client)
    for name, rest in (
        ("ward_tpr.csv", "ward_tpr.csv"), ("issues.csv", "issues.csv"), ("ledger.csv", "ledger.csv"),
        ("ward_scores.csv", f"runs/{run.pk}/ward_scores.csv"),
        ("allocation.csv", f"plans/{plan.pk}/allocation.csv"),
    ):  # fmt: skip
        found = header(client.get(url(workflow, rest)).content.decode())
        wanted = columns_in(contract, name)
        assert found[: len(wanted)] == wanted, name
        if name != "ward_scores.csv" and name != "allocation.csv":
            assert found == wanted, name


@pytest.mark.django_db
def test_the_state_has_the_keys_of_the_contract(client: Client, contract: str) -> None:
    workflow = complete(client)
    told = client.get(url(workflow, "state/"), HTTP_ACCEPT="application/json").json()
    line = next(li for li in contract.splitlines() if "/state/`" in li)
    shown = line[line.index("{") : line.rindex("}") + 1]
    depth, top = 0, []
    for token in re.findall(r'"\w+"|[{}\[\]]', shown):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token, 0)
        if token.startswith('"') and depth == 1:
            top.append(token.strip('"'))
    assert {"uuid", "stage", "version", "options", "messages"} <= set(top)
    assert [
        key for key in top if key not in told and not key.startswith(("queued", "running"))
    ] == []


@pytest.mark.django_db
def test_a_reply_has_the_keys_of_the_contract(client: Client) -> None:
    workflow = complete(client)
    said: Any = send(client, workflow, "messages/", text="how many wards?",
                     HTTP_ACCEPT="application/json")  # fmt: skip
    told = said.json()
    assert {"text", "options", "figures", "links"} <= set(told["reply"])
    assert {"command", "slots"} <= set(told["understood"])


def test_every_command_of_the_contract_takes_its_options(contract: str) -> None:
    known, missing = get_commands(), []
    for name, call in commands(contract):
        if name not in known:
            missing.append(name)
            continue
        parser = load_command_class(known[name], name).create_parser("manage.py", name)
        taken = {option for action in parser._actions for option in action.option_strings}
        missing += [f"{name} {flag}" for flag in re.findall(r"--[a-z][a-z-]*", call)
                    if flag not in taken]  # fmt: skip
    assert missing == []


@pytest.mark.django_db
def test_a_plan_takes_the_other_options_of_the_command_with_underscores(
    client: Client, contract: str
) -> None:
    """`nets`, `strategy` and the other options of `itn_plan` (contracts §4)."""
    workflow, *_ = planned(client)
    call = next(call for name, call in commands(contract) if name == "itn_plan")
    options = {flag[2:].replace("-", "_") for flag in re.findall(r"--[a-z][a-z-]*", call)}
    fields = {
        "nets": "5000", "strategy": "deprioritise", "persons_per_net": "2.0", "buffer": "5",
        "bale": "50", "urban_threshold": "75", "floor": "10", "gamma": "3",
        "target_share": "20", "then": "proportional", "budget": "9000000", "cost_per_net": "1500",
    }  # fmt: skip
    files_and_households = {"run", "wards", "out", "lga_min", "household_size"}
    assert set(fields) == options - files_and_households
    for name, value in fields.items():
        body = {"nets": "5000", "household_size": "5", name: value}
        if name in ("budget", "cost_per_net"):
            body |= {"budget": "9000000", "cost_per_net": "1500"}
        if name == "then":
            body["strategy"] = "deprioritise"
        answer: Any = send(client, workflow, "plans/", **body, HTTP_ACCEPT="application/json")
        assert answer.status_code == 201, (name, answer.content[:300])
