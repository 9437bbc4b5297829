"""Papers of a plan: made once by a worker, adding up to the plan, readable in black and white."""

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from chatmrpt.common.errors import NotFound
from itn.domain.spelled import in_words
from itn.models import DocumentKind, ItnPlan, PlanDocument
from itn.printing.facts import WARD_COLUMNS
from itn.services.make_document import make_document
from itn.services.make_plan import make_plan
from itn.services.overrides import Fix, fix_wards
from itn.services.request_document import document_of, request_document
from itn.tests.world import A_TO_D, ACTOR, STATE, finished_world

pytestmark = pytest.mark.django_db


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
