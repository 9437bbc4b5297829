"""The documents say what the code does: names in the code must stand in the document about them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db.models import Model

from analysis.exports import FIXED_COLUMNS
from chatmrpt.common.jobs import Job
from itn.domain.reasons import Reason
from itn.domain.strategies import STRATEGIES
from itn.exports import ALLOCATION_COLUMNS
from tpr.domain.issues import ISSUE_CODES
from tpr.domain.quality.activity import CLASSES
from tpr.domain.quality.checks import CHECKS
from tpr.domain.quality.completeness import DENOMINATORS
from tpr.domain.quality.thresholds import DEFAULT_LIMITS
from tpr.domain.stages import DEFINITIONS, EXCEEDING, TABLE, WITHOUT_MOVE
from tpr.exports import ISSUE_COLUMNS, LEDGER_COLUMNS, WARD_COLUMNS
from tpr.exports_quality import CALL_COLUMNS, QUALITY_COLUMNS
from tpr.exports_sources import SOURCE_COLUMNS
from tpr.models.ward_tpr import STATUSES

ROOT = Path(__file__).resolve().parents[2]
OUR_APPS = ("tpr", "analysis", "itn", "chat", "accounts", "chatmrpt")
PACKAGES = ("tpr", "analysis", "itn", "chatmrpt")
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md",
         *sorted((ROOT / "docs").rglob("*.md"))]  # fmt: skip
NEEDS_NO_DOCUMENT = {
    "CHATMRPT_NO_SERVICES",  # set by commands of ours that touch no service
    "CELERY_KEY_PREFIX",  # set by tests that share a broker
    "STATICFILES_BACKEND",  # set by tests
}
CODE = re.compile(r"[A-Z][A-Z0-9]+(_[A-Z0-9]+)*")
RAISED = re.compile(
    r"(DomainError|InvalidInput|NotAllowed|NotFound|Conflict|StaleVersion|TooLarge|TooMany"
    r"|BadArguments|Refused|UnreadableFile|Refusal|answer|error_json|warn|_\w*(error|rows|refused))"
)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def quoted(text: str) -> set[str]:
    """Names in backquotes, also several in one pair and with what follows them."""
    found: set[str] = set()
    for part in re.findall(r"`([^`\n]+)`", text):
        found |= {part, *re.split(r"[^\w.]+", part)}
    return found


def sources() -> Iterator[tuple[str, ast.AST]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/tests/" not in name and "/migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def codes_raised() -> dict[str, str]:
    """Code → file, of every refusal and warning that is made with a literal code."""
    found: dict[str, str] = {}
    for name, tree in sources():
        if "chat/understand" in name:
            continue  # its upper-case words are concepts, not codes
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and RAISED.fullmatch(called(node)):
                for argument in node.args[:3]:
                    value = getattr(argument, "value", None)
                    is_refusal = called(node) == "Refusal"
                    if isinstance(value, str) and (is_refusal or CODE.fullmatch(value)):
                        found[value] = name
                        break
    return found


def test_the_search_for_codes_finds_known_ones() -> None:
    known = {"TOO_LARGE", "NOT_TPR_FILE", "UNREADABLE_FILE", "level_not_in_state", "NETS_MISSING",
             "STALE_VERSION", "INVALID_ARGUMENTS", "DATABASE_AWAY", "RANK_INVALID"}  # fmt: skip
    assert known <= set(codes_raised())


def test_every_error_code_is_explained() -> None:
    explained = quoted(page("docs/errors.md"))
    missing = {code: where for code, where in codes_raised().items() if code not in explained}
    assert missing == {}


def test_every_remark_on_a_file_is_explained_with_its_severity_and_sentence() -> None:
    text = page("docs/errors.md")
    lines = [f"| `{k.code}` | {k.severity} | {k.sentence} |" for k in ISSUE_CODES.values()]
    assert [line for line in lines if line not in text] == []


def test_every_stage_and_move_is_in_the_workflow() -> None:
    text = page("docs/workflow.md")
    moves = {(stage, command) for stage, rules in TABLE.items() for command in rules}
    assert [m for m in sorted(moves) if f"| `{m[0]}` | `{m[1]}` |" not in text] == []
    written = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", text, re.MULTILINE))
    assert written == {(str(stage), command) for stage, command in moves}
    assert {stage.value for stage in TABLE} | WITHOUT_MOVE <= quoted(text)


def our_models() -> list[type[Model]]:
    return [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_column_is_in_the_data_dictionary(model: type[Model]) -> None:
    sections = re.split(r"^##+ ", page("docs/data-dictionary.md"), flags=re.MULTILINE)
    heading = f"{model._meta.app_label}.{model.__name__}"
    section = next((s for s in sections if s.split(" — ")[0].strip() == heading), "")
    assert section, f"no section {heading}"
    names = quoted(section)
    if issubclass(model, Job):
        names |= quoted(next(s for s in sections if s.startswith("Job columns")))
    assert [f.name for f in model._meta.fields if f.name not in names] == []


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("ward_tpr.csv", WARD_COLUMNS),
        ("issues.csv", ISSUE_COLUMNS),
        ("ledger.csv", LEDGER_COLUMNS),
        ("quality.csv", QUALITY_COLUMNS),
        ("call_list.csv", CALL_COLUMNS),
        ("sources.csv", SOURCE_COLUMNS),
        ("ward_scores.csv", FIXED_COLUMNS),
        ("allocation.csv", ALLOCATION_COLUMNS),
    ],
)
def test_every_column_of_a_file_is_in_the_data_dictionary(
    file: str, columns: tuple[str, ...]
) -> None:
    files = page("docs/data-dictionary.md").split("\n## Files")[1]
    section = next(s for s in files.split("\n### ") if s.startswith(file))
    assert [name for name in columns if name not in quoted(section)] == []


def test_every_method_status_reason_and_strategy_is_explained() -> None:
    names = quoted(page("docs/methods.md"))
    wanted = {*DEFINITIONS, *EXCEEDING, *STATUSES, *STRATEGIES, *(r.value for r in Reason)}
    assert sorted(wanted - names) == []


def test_every_test_file_named_as_a_proof_exists() -> None:
    named = set(
        re.findall(r"`((?:tpr|analysis|itn|chatmrpt)/[\w/]+\.py)`", page("docs/methods.md"))
    )
    assert named and [name for name in sorted(named) if not (ROOT / name).exists()] == []


def environment_names() -> set[str]:
    files = [ROOT / "chatmrpt/settings.py", ROOT / "deploy/gunicorn.conf.py",
             *(ROOT / "chatmrpt/conf").glob("*.py")]  # fmt: skip
    found = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            owner = getattr(getattr(node.func, "value", None), "id", "")
            inner = getattr(getattr(node.func, "value", None), "attr", "")
            value = getattr(node.args[0], "value", None)
            if isinstance(value, str) and (owner == "env" or inner == "environ"):
                found.add(value)
    return found


def test_every_environment_name_is_documented() -> None:
    names = environment_names()
    assert {"DATABASE_URL", "ACCESS", "THREADS"} <= names
    names -= NEEDS_NO_DOCUMENT
    explained = quoted(page("docs/operations.md"))
    assert sorted(names - explained) == []
    example = page(".env.example")
    assert [n for n in sorted(names) if not re.search(rf"^#?{n}=", example, re.MULTILINE)] == []


def test_every_command_is_in_a_document() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in PAGES)
    names = quoted(text) | set(re.findall(r"scripts/manage (\w+)", text))
    ours = [n for n, a in get_commands().items() if str(a).split(".")[-1] in OUR_APPS]
    assert "tpr_run" in ours
    assert [name for name in sorted(ours) if name not in names] == []


def test_every_quality_check_and_limit_is_explained() -> None:
    names = quoted(page("docs/methods.md"))
    wanted = {*CHECKS, *DEFAULT_LIMITS, *DENOMINATORS, *CLASSES}
    assert sorted(wanted - names) == []


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        found = (file.parent / name) if name else file
        if not found.exists() or (
            anchor and anchor not in anchors(found.read_text(encoding="utf-8"))
        ):
            broken.append(target)
    assert broken == []


def test_decisions_are_numbered_without_gaps_and_listed_in_the_index() -> None:
    files = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [int(f.name[:4]) for f in files] == list(range(1, len(files) + 1))
    index = page("docs/decisions/README.md")
    assert [f.name for f in files if f"({f.name})" not in index] == []
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(file.name[:4])}. ")
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences"))


def test_the_changelog_knows_this_release() -> None:
    from django.conf import settings

    release = re.escape(settings.RELEASE)
    assert re.search(rf"^## {release}\b", page("CHANGELOG.md"), re.MULTILINE)
