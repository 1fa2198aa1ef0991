"""Pages that are turned, and pages whose content is drawn twice: read correctly, or partial with an issue."""

import io

import pypdfium2 as pdfium
import pypdfium2.raw as api
import pytest

from assets.parsing.report import read_report
from assets.pdf import pdfium_lines, pdfplumber_lines
from tests.support import sample
from tests.support.pdf_builder import build_pdf, draw_text

VISIT = "59000208"
PAGE = 1  # its index; the page has nothing but text


def changed(change):
    """Return the file of a visit after a change of one page."""
    with pdfium.PdfDocument(sample.pdf(VISIT)) as document:
        page = document[PAGE]
        change(document, page)
        buffer = io.BytesIO()
        document.save(buffer)
    return buffer.getvalue()


def turn_by_flag(degrees):
    return changed(lambda _, page: page.set_rotation(degrees))


def turn_content(degrees):
    def change(_, page):
        width, height = page.get_size()
        matrix = {90: (0, -1, 1, 0, 0, width), 180: (-1, 0, 0, -1, width, height)}[degrees]
        api.FPDFPage_TransFormWithClip(page.raw, api.FS_MATRIX(*matrix), None)

    return changed(change)


def draw_again(dx, dy):
    def change(document, page):
        with pdfium.PdfDocument(sample.pdf(VISIT)) as source:
            form = api.FPDF_NewXObjectFromPage(document.raw, source.raw, PAGE)
            copy = api.FPDF_NewFormObjectFromXObject(form)
            api.FPDFPageObj_SetMatrix(copy, api.FS_MATRIX(1, 0, 0, 1, dx, dy))
            api.FPDFPage_InsertObject(page.raw, copy)
            api.FPDFPage_GenerateContent(page.raw)
            api.FPDF_CloseXObject(form)

    return changed(change)


def tables(pdf, report_id=VISIT):
    rows = read_report(pdf, sample.reports()[report_id][0], skip_pdfplumber="it is not needed")
    return {name: table.to_pylist() for name, table in rows.items()}


@pytest.mark.parametrize("turn", [turn_by_flag, turn_content])
@pytest.mark.parametrize("degrees", [90, 180])
def test_report_with_a_turned_page_is_partial(turn, degrees):
    result = tables(turn(degrees))
    issues = [issue for issue in result["extraction_issues"] if issue["code"] == "page_not_upright"]
    assert [(issue["page"], issue["severity"]) for issue in issues] == [(PAGE + 1, "error")]
    assert result["reports"][0]["status"] == "partial"


def test_page_that_is_displayed_upright_is_read():
    """The content is turned in the file, and the page is turned back for display."""
    with pdfium.PdfDocument(turn_content(180)) as document:
        document[PAGE].set_rotation(180)
        buffer = io.BytesIO()
        document.save(buffer)
    assert [row["text"] for row in tables(buffer.getvalue())["findings"]] == [
        row["text"] for row in sample.tables(VISIT)["findings"]
    ]


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (0.3, 0), (1, -1), (3, 2)])
def test_page_that_is_drawn_twice_is_read_once(dx, dy):
    result, expected = tables(draw_again(dx, dy)), sample.tables(VISIT)
    assert [row["text"] for row in result["findings"]] == [row["text"] for row in expected["findings"]]
    assert result["reports"][0]["status"] == "complete"


def test_page_that_is_drawn_twice_with_a_large_offset_is_partial():
    assert tables(draw_again(2, 9))["reports"][0]["status"] == "partial"


@pytest.mark.parametrize("reader", [pdfium_lines, pdfplumber_lines])
def test_direction_and_reprints(reader):
    turned = b"q 0 1 -1 0 600 0 cm " + draw_text(70, 300, "Sideways") + b" Q\n"
    pdf = build_pdf([draw_text(70, 300, "Upright") + draw_text(70, 300, "Upright") + turned])
    lines = reader.read_lines(pdf)[1]
    assert ("Upright", 0) in [(line.text, line.direction) for line in lines]
    assert sum(line.text == "Upright" for line in lines) == 1
    assert {line.direction for line in lines} == {0, 90}


def test_report_with_swapped_pages_is_partial():
    report_id = "59000055"  # its pages print their numbers
    with pdfium.PdfDocument(sample.pdf(report_id)) as document, pdfium.PdfDocument.new() as swapped:
        order = list(range(len(document)))
        order[1:3] = [2, 1]
        swapped.import_pages(document, order)
        buffer = io.BytesIO()
        swapped.save(buffer)
    result = tables(buffer.getvalue(), report_id)
    issues = [issue for issue in result["extraction_issues"] if issue["code"] == "pages_out_of_order"]
    assert [(issue["page"], issue["detail"].split(":")[0]) for issue in issues] == [
        (3, "page 2 follows page 3"),
        (3, "page 3 does not continue page 2"),
        (4, "page 4 does not continue page 3"),
    ]
    assert result["reports"][0]["status"] == "partial"
