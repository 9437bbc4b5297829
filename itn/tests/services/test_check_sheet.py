"""A planning sheet of others: read in a guarded child, marked line by line, kept for its owner."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from openpyxl import Workbook

from chatmrpt.common.errors import Conflict, InvalidInput, NotFound, TooLarge
from itn.models import PlanCheck
from itn.services.check_sheet import LIMIT, check_of, check_sheet, request_check
from itn.tests.domain.worked import vectors
from itn.tests.world import A_TO_D, ACTOR, STATE, finished_world

pytestmark = pytest.mark.django_db
HEAD = ("state", "population_2025", "nets", "bales")


@pytest.fixture
def sheet() -> dict:
    return vectors("plausibility_23_states.json")


def checked(content: bytes, name: str = "sheet.csv", **options) -> PlanCheck:
    made = request_check(name=name, content=content, actor=ACTOR, **options)
    check_sheet(made.pk)
    made.refresh_from_db()
    return made


def csv_of(rows, head=HEAD) -> bytes:
    lines = [",".join(head), *(",".join(str(row.get(n, "")) for n in head) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")


def xlsx_of(rows, head=HEAD) -> bytes:
    book = Workbook()
    book.active.append(list(head))
    for row in rows:
        book.active.append([row.get(name) for name in head])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_the_public_planning_sheet_gets_exactly_its_known_flags(make, sheet):
    found = checked(make(sheet["rows"]))
    assert (found.status, found.level, found.content) == ("done", "state", None)
    assert {line["place"]: line["flags"] for line in found.lines} == sheet["expected_flags"]
    ids = [(check["id"], check["level"], check["count"]) for check in found.checks]
    assert ids == [
        ("P1", "warning", 2), ("P1", "warning", 2), ("P2", "warning", 2), ("P3", "error", 1),
        ("P4", "error", 9), ("P5", "error", 1),
    ]  # fmt: skip
    assert "5,435 bales of 50 more than the bales written" in found.checks[-1]["sentence"]


def test_totals_stock_wards_and_another_list_are_compared():
    world = finished_world()
    head = ("state", "lga", "ward", "population", "nets")
    rows = [
        {"state": STATE, "lga": g, "ward": n, "population": p, "nets": p // 2}
        for n, g, _, p, _ in A_TO_D[:3]
    ]
    rows[2] |= {"population": 900, "nets": 1_000}
    rows += [{"state": STATE, "lga": "L2", "ward": "X", "population": 18_000, "nets": "many"},
             {"state": "Total", "population": 50_000, "nets": 14_500}]  # fmt: skip
    found = checked(csv_of(rows, head), stock="14,000", population=str(world.source.pk))
    said = {(check["id"], check["level"]): check["sentence"] for check in found.checks}
    assert found.level == "ward" and found.unread == ["line 5, nets: 'many' is not a number"]
    assert "add up to 14,500 nets, above the stock of 14,000" in said["P6", "error"] or any(
        "above the stock of 14,000" in check["sentence"] for check in found.checks
    )
    assert any("says 50,000 for population" in check["sentence"] for check in found.checks)
    assert "less than half or more than twice" in said["P7", "warning"]
    assert said["P10", "warning"].startswith("2 lines") and said["P9", "error"].startswith("1 line")
    assert ("P8", "error") not in said, "four wards in the list, four in the sheet"
    assert ("P8", "error") in {
        (check["id"], check["level"])
        for check in checked(csv_of(rows[:2], head), population=world.source.name).checks
    }


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    return out.getvalue()


def far_cell() -> bytes:
    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "state", 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "TOO_LARGE_EXPANDED"), (far_cell(), "HOSTILE_FILE"), (b"%PDF-1.7", "UNSUPPORTED_TYPE"),
        (b"state,people\nKano,3\n", "COLUMNS_MISSING"), (b"state,nets\n", "EMPTY_TABLE"),
        (b"state,nets\n,5\n", "EMPTY_TABLE"), (b"nets,nets,state\n1,2,a\n", "DUPLICATE_COLUMN"),
        (b"PK\x03\x04 damaged", "UN"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 damaged", "UNREADABLE"),
    ],
)  # fmt: skip
def test_a_hostile_or_useless_sheet_is_refused_in_words(content, code):
    found = checked(content)
    assert found.status == "failed" and found.error_code.startswith(code), found.error_message
    assert len(found.error_message) > 20 and not found.checks


def test_what_cannot_be_asked_is_refused_before_anything_is_kept():
    with pytest.raises(TooLarge):
        request_check(name="x", content=b"x" * (LIMIT + 1), actor=ACTOR)
    for options in ({"bale": "0"}, {"bale": "many"}, {"stock": "-5"}):
        with pytest.raises(InvalidInput):
            request_check(name="x", content=b"x", actor=ACTOR, **options)
    with pytest.raises(NotFound):
        request_check(name="x", content=b"x", actor=ACTOR, population="nobody's")
    assert not PlanCheck.objects.exists()
    for _ in range(3):
        request_check(name="x", content=b"x", actor=ACTOR)
    with pytest.raises(Conflict) as refusal:
        request_check(name="x", content=b"x", actor=ACTOR)
    assert refusal.value.code == "CHECKS_WAITING"


def test_a_check_belongs_to_its_owner_and_the_database_keeps_it_whole(sheet):
    found = checked(csv_of(sheet["rows"]))
    assert check_of(ACTOR.owner, found.pk) == found
    for owner in ("", "visitor:else"):
        with pytest.raises(NotFound):
            check_of(owner, found.pk)
    for wrong in ({"level": ""}, {"bale_size": 0}, {"status": "queued", "finished_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanCheck.objects.filter(pk=found.pk).update(**wrong)


def test_the_command_says_the_flags_of_every_line(tmp_path, sheet):
    path = tmp_path / "plan.csv"
    path.write_bytes(csv_of(sheet["rows"]))
    out, err = io.StringIO(), io.StringIO()
    call_command("itn_check", str(path), stdout=out, stderr=err)
    assert "Edo: persons_per_net_high, copied_figure, fractional_bales" in out.getvalue()
    assert "9 lines checked by state" in out.getvalue() and "warning[P5]" in err.getvalue()
    out = io.StringIO()
    call_command("itn_check", str(path), "--json", stdout=out, stderr=io.StringIO())
    lines = json.loads(out.getvalue())["lines"]
    assert {line["place"]: line["flags"] for line in lines} == sheet["expected_flags"]
    path.write_bytes(b"%PDF")
    with pytest.raises(SystemExit) as stop:
        call_command("itn_check", str(path), stdout=io.StringIO(), stderr=err)
    assert stop.value.code == 2 and "error[UNSUPPORTED_TYPE]" in err.getvalue()
