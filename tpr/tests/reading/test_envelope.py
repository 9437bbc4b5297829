"""Workbooks that would stop the server are refused before the spreadsheet reader sees them."""

import time
import zipfile

import pytest

from tpr.domain.verdict import Refused
from tpr.reading.envelope import check_archive, check_workbook
from tpr.reading.guard import read_in_child
from tpr.reading.limits import Limits

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(path, rows, *, part="xl/worksheets/sheet1.xml", extra=None):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    target = part.removeprefix("xl/")
    rels = (
        '<Relationships xmlns="{}/relationships">'
        '<Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/{part}" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": rels.format(PACKAGE, REL, "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{NS}" xmlns:r="{REL}">'
        '<sheets><sheet name="raw" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels.format(PACKAGE, REL, "worksheet", target),
        part: rows if rows.startswith("<") and "worksheet" in rows[:300] else sheet(rows),
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def sheet(rows):
    return f'<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>'


FAR = {
    "two corners": '<row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "single quotes": "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>",
    "spaces around the sign": '<row><c r="A1"><v>1</v></c><c r = "XFD1048576"><v>1</v></c></row>',
    "inside the old width": '<row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="999999"><c r="ZZ999999"><v>1</v></c></row>',
    "without references": f"<row>{'<c><v>1</v></c>' * 5000}</row>{'<row/>' * 90000}"
    "<row><c><v>1</v></c></row>",
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR.keys())
def test_cells_in_far_corners_are_refused_in_no_time(tmp_path, rows):
    path = workbook(tmp_path / "far.xlsx", rows)
    assert path.stat().st_size < 10_000
    started = time.process_time()
    with pytest.raises(Refused) as refused:
        check_workbook(path, Limits())
    assert refused.value.code == "HOSTILE_FILE"
    assert time.process_time() - started < 5


def test_a_namespace_prefix_hides_nothing(tmp_path):
    xml = (
        f'<x:worksheet xmlns:x="{NS}"><x:sheetData><x:row><x:c r="A1"><x:v>1</x:v></x:c>'
        '<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    with pytest.raises(Refused) as refused:
        check_workbook(workbook(tmp_path / "far.xlsx", xml), Limits())
    assert refused.value.code == "HOSTILE_FILE"


def test_a_sheet_under_another_name_is_checked_too(tmp_path):
    path = workbook(tmp_path / "far.xlsx", FAR["two corners"], part="xl/media/picture.png")
    with pytest.raises(Refused):
        check_workbook(path, Limits())


def test_through_the_child_it_is_a_refusal_and_not_a_crash(tmp_path):
    path = workbook(tmp_path / "far.xlsx", FAR["two corners"])
    out = tmp_path / "out"
    out.mkdir()
    result = read_in_child(path, out, {"today": "2026-01-01"}, on_progress=lambda *_: None)
    assert result["status"] == "rejected"
    assert result["error"]["code"] == "HOSTILE_FILE"


def test_a_formatted_but_empty_far_cell_is_harmless(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="3"/></row><row r="1048576" s="1"/>'
    found = check_workbook(workbook(tmp_path / "wide.xlsx", rows), Limits())
    assert max(found.extents.values()) == (1, 1, 1)


def test_an_honest_sheet_passes_with_its_extent_and_formulas(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="C2"><f>A1</f><v>1</v></c></row>'
    found = check_workbook(workbook(tmp_path / "small.xlsx", rows), Limits())
    assert max(found.extents.values()) == (2, 3, 2)
    assert found.formulas == 1
    assert not found.macros


def test_macros_and_links_are_seen_and_not_opened(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    extra = {"xl/vbaProject.bin": "x", "xl/externalLinks/externalLink1.xml": "<a/>"}
    found = check_workbook(workbook(tmp_path / "m.xlsx", rows, extra=extra), Limits())
    assert found.macros
    assert found.links


def test_more_than_the_allowed_cells_is_refused_with_the_counts(tmp_path):
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>1</v></c></row>' for i in range(1, 60))
    with pytest.raises(Refused) as refused:
        check_workbook(workbook(tmp_path / "long.xlsx", rows), Limits(rows=50))
    assert refused.value.code == "TOO_MANY_CELLS"
    assert refused.value.facts["rows"] == 59


@pytest.mark.parametrize("text", ["<!DOCTYPE x>", '<!ENTITY a "b">'])
@pytest.mark.parametrize("part", ["xl/styles.xml", "docProps/core.xml"])
def test_a_document_type_in_any_part_is_refused(tmp_path, text, part):
    path = workbook(tmp_path / "e.xlsx", "<row/>", extra={part: f"{text}<a/>"})
    with pytest.raises(Refused) as refused:
        check_workbook(path, Limits())
    assert refused.value.code == "HOSTILE_FILE"


def test_real_expansion_counts_and_not_only_the_declared_one(tmp_path):
    path = workbook(tmp_path / "big.xlsx", "<row/>", extra={"xl/a.bin": "0" * 300_000})
    with pytest.raises(Refused) as refused:
        check_workbook(path, Limits(expanded_bytes=200_000))
    assert refused.value.code == "TOO_LARGE_EXPANDED"


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv"])
def test_a_path_that_leads_outside_is_refused(tmp_path, name):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "a,b")
    with pytest.raises(Refused) as refused:
        check_archive(path, Limits())
    assert refused.value.code == "HOSTILE_FILE"


def test_an_archive_with_two_tables_names_both(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", "a,b")
        archive.writestr("two.csv", "a,b")
    out = tmp_path / "out"
    out.mkdir()
    result = read_in_child(path, out, {"today": "2026-01-01"}, on_progress=lambda *_: None)
    assert result["error"]["code"] == "ARCHIVE_CONTENT"
    assert "one.csv" in result["error"]["message"]
    assert "two.csv" in result["error"]["message"]
