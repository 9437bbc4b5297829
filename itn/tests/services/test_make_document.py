"""Papers of a plan: made once by a worker, adding up to the plan, readable in black and white."""

import csv
import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from chatmrpt.common.errors import NotFound
from itn.domain.spelled import in_words
from itn.models import DocumentKind, ItnPlan, PlanDocument
from itn.printing.lines import LGA_COLUMNS, WARD_COLUMNS
from itn.services.make_document import make_document
from itn.services.make_plan import make_plan
from itn.services.overrides import Fix, fix_wards
from itn.services.plan_files import lgas_csv, wards_csv
from itn.services.request_document import document_of, request_document
from itn.services.scenarios import duplicate_plan
from itn.tests.world import A_TO_D, ACTOR, STATE, finished_world

pytestmark = pytest.mark.django_db


# nets.md section 13, word for word
SHEETS = ["Read me", "Summary", "Wards", "LGAs", "Left out", "Overrides", "Budget", "Limits",
          "Sensitivity", "Data quality", "Run card"]  # fmt: skip
OF_WARDS = [
    "state",
    "lga",
    "ward_code",
    "ward",
    "rank",
    "rank_5",
    "rank_95",
    "p_high",
    "stability",
    "risk_class",
    "tested",
    "positive",
    "tpr",
    "tpr_shrunk",
    "tpr_lower",
    "tpr_upper",
    "too_few_tests",
    "urban_percentage",
    "population",
    "population_source",
    "population_year",
    "persons_per_net",
    "buffer_percent",
    "need_nets",
    "target_bales",
    "allocated_bales",
    "allocated_nets",
    "coverage_percent",
    "access_percent",
    "gap_nets",
    "p_funded",
    "reason",
    "reason_text",
    "override_by_role",
    "override_reason",
    "plan",
    "fingerprint",
]
OF_LGAS = [
    "lga",
    "wards",
    "wards_served",
    "population",
    "need_nets",
    "bales",
    "nets",
    "loose_nets_at_store",
    "coverage_percent",
    "access_percent",
    "share_of_burden",
    "cost",
]


@pytest.fixture
def plan() -> ItnPlan:
    specs = [
        *A_TO_D,
        ("=cmd|'/c calc'!A1", "L2", 5, 9000, 3.0),
        ("Ƙofar Ɗan Ɓaure", "L2", 6, None, 1.0),
    ]
    return make_plan(finished_world(specs).workflow.pk, nets=15_030, actor=ACTOR)


def made(plan: ItnPlan, kind: str) -> bytes:
    document = request_document(plan, kind, actor=ACTOR)
    assert make_document(document.pk)
    document.refresh_from_db()
    assert (document.status, document.size) == ("done", len(document.content)), (
        document.error_message
    )
    return bytes(document.content)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_the_workbook_holds_every_ward_and_adds_up_and_no_cell_is_a_formula(plan):
    book = load_workbook(io.BytesIO(made(plan, "plan.xlsx")))
    lines = list(book["Wards"].values)
    assert lines[0] == WARD_COLUMNS
    nets = WARD_COLUMNS.index("allocated_nets")
    assert len(lines) - 1 == plan.wards == 6
    assert sum(line[nets] for line in lines[1:]) == plan.allocated
    assert {line[WARD_COLUMNS.index("fingerprint")] for line in lines[1:]} == {plan.fingerprint}
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    summary = {row[0]: row[1] for row in book["Summary"].values}
    assert summary["Allotted"] + summary["Remaining"] == summary["Available"] == 15_030
    assert [row[2] for row in book["Left out"].values][1:] != []
    tried = list(book["Sensitivity"].values)
    assert tried[1][:2] == ("This plan", None) or tried[1][:2] == ("This plan", "")
    assert tried[1][3] == plan.allocated and tried[1][7:9] == (0, 0)
    assert {line[0] for line in tried[1:]} == {
        "This plan", "Nets in stock", "Buffer", "Persons per net", "Strategy",
    }  # fmt: skip


def test_sheets_and_columns_are_those_of_the_specification(plan):
    book = load_workbook(io.BytesIO(made(plan, "plan.xlsx")))
    assert [name for name in book.sheetnames if name in SHEETS] == SHEETS
    assert list(WARD_COLUMNS[: len(OF_WARDS)]) == OF_WARDS
    assert list(LGA_COLUMNS) == OF_LGAS
    assert list(next(book["LGAs"].values)) == OF_LGAS
    for text, columns, rows in ((wards_csv(plan), WARD_COLUMNS, plan.wards),
                                (lgas_csv(plan), LGA_COLUMNS, 2)):  # fmt: skip
        assert text.startswith("\ufeff")
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        assert tuple(lines[0]) == columns and len(lines) - 1 == rows
    lgas = list(csv.DictReader(io.StringIO(lgas_csv(plan).removeprefix("\ufeff"))))
    assert sum(int(line["nets"]) for line in lgas) == plan.allocated
    wards = {line["ward"]: line for line in
             csv.DictReader(io.StringIO(wards_csv(plan).removeprefix("\ufeff")))}  # fmt: skip
    assert "'=cmd|'/c calc'!A1" in wards
    assert (wards["A"]["strategy"], wards["A"]["bale_size"]) == ("risk_order", "50")


def test_the_report_of_a_copy_compares_it_with_its_original(plan):
    options = {"buffer": "10", "costs": [{"name": "Net", "kind": "per_net", "unit_cost": "5.5",
                                          "source": "Quotation 7"}]}  # fmt: skip
    copy = duplicate_plan(plan.workflow_id, plan.pk, actor=ACTOR, name="Ten", options=options)
    text = " ".join(" ".join(pages(made(copy, "report.pdf"))).split())
    assert f"Compared with {plan.name}" in text and "buffer 0 → 10" in text
    assert "Quotation 7" in text and "nets x 5.5" in text
    assert "With one thing changed" in text and "Nets in stock 12,024 (-20 %)" in text
    assert f"Compared with {plan.name}" not in " ".join(pages(made(plan, "report.pdf")))


def test_the_report_says_the_sums_the_reasons_and_the_code_on_every_page(plan):
    fix_wards(plan.workflow_id, plan.pk, actor=ACTOR, revision=1, signed_as="M. Musa",
              fixes=[Fix(("KWD", STATE, "L2", "D"), 40, "Flood camp of August")])  # fmt: skip
    plan.refresh_from_db()
    found = pages(made(plan, "report.pdf"))
    text = " ".join(" ".join(found).split())
    assert "Flood camp of August (M. Musa" in text
    assert "15,030" in text and "Ƙofar Ɗan Ɓaure" in text
    assert "the population list has no figure for this ward" in text
    assert all("code " in page and "census, 2024" in page for page in found)


def test_a_page_for_every_served_ward_and_three_copies_of_every_waybill(plan):
    served = list(plan.rows.filter(nets__gt=0).values_list("ward_name", flat=True))
    ward_pages = pages(made(plan, "microplans.pdf"))
    assert len(ward_pages) == len(served)
    assert all(any(name in page for page in ward_pages) for name in served)
    bills = pages(made(plan, "waybills.pdf"))
    lgas = set(plan.rows.filter(nets__gt=0).values_list("lga", flat=True))
    assert len(bills) == 3 * len(lgas)
    total = sum(plan.rows.filter(lga="L1").values_list("nets", flat=True))
    assert f"{in_words(total)} nets" in " ".join(bills[0].split())
    assert len(pages(made(plan, "sign_off.pdf"))) == 1


def test_a_paper_is_made_once_and_anew_when_the_plan_has_changed(plan):
    first = request_document(plan, "sign_off.pdf", actor=ACTOR)
    assert request_document(plan, "sign_off.pdf", actor=ACTOR) == first
    assert make_document(first.pk) and not make_document(first.pk)
    fix_wards(plan.workflow_id, plan.pk, actor=ACTOR, revision=1,
              fixes=[Fix(("KWD", STATE, "L2", "D"), 40, "Flood camp of August")])  # fmt: skip
    plan.refresh_from_db()
    assert document_of(plan, "sign_off.pdf") is None
    second = request_document(plan, "sign_off.pdf", actor=ACTOR)
    assert list(PlanDocument.objects.values_list("pk", flat=True)) == [second.pk]
    with pytest.raises(NotFound):
        request_document(plan, "secrets.pdf", actor=ACTOR)
    assert len(DocumentKind.values) == 5


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "zero"), (15, "fifteen"), (42, "forty-two"), (100, "one hundred"),
        (115, "one hundred and fifteen"), (20_115, "twenty thousand one hundred and fifteen"),
        (1_000_001, "one million and one"),
        (3_000_000, "three million"), (12_345_050, "twelve million three hundred and forty-five "
                                       "thousand and fifty"),
    ],
)  # fmt: skip
def test_numbers_in_words(number, said):
    assert in_words(number) == said
