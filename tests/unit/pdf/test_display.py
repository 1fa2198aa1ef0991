"""Text that a page contains but does not show: typeset pages, and manipulated pages of a real report."""

import ctypes
import io

import pypdfium2
import pypdfium2.raw as api
import pytest

from assets.parsing.report import read_report
from assets.pdf.display import NOT_DISPLAYED, OVERPRINTED, TOO_LARGE, TOO_SMALL, undisplayed_lines
from assets.pdf.pdfium_lines import open_pdf, read_lines
from tests.support import pdf_builder, sample

TEXT = pdf_builder.draw_text(70, 100, "Overall effectiveness Good")
#: The box of the word 'Good', and of the whole line, in PDF coordinates.
WORD, LINE = b"183 729 40 15", b"60 725 200 24"
COVERED_LINE = LINE + b" re f "
WHITE_WORD = b"1 g " + WORD + b" re f 0 g "


def reasons(*content):
    pdf = pdf_builder.build_pdf([b"".join(content)])
    return [reason for _, reason in undisplayed_lines(pdf, read_lines(pdf)[1])]


def test_displayed_line():
    assert reasons(TEXT) == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param((b"0.8 0.9 1 rg " + LINE + b" re f 0 g ", TEXT), id="coloured background"),
        pytest.param((TEXT, b"60 725 200 24 re S "), id="border"),
        pytest.param((TEXT, b"70 728 m 220 728 l S "), id="underline"),
        pytest.param((b"0 g " + LINE + b" re f 1 g ", TEXT), id="white on black"),
        pytest.param((b"q 0 700 600 60 re W n ", TEXT, b"Q "), id="clipping around the line"),
        pytest.param((TEXT, pdf_builder.draw_text(70, 115, "Another line below")), id="next line"),
    ],
)
def test_displayed_line_with_decoration(content):
    assert reasons(*content) == []


@pytest.mark.parametrize(
    ("content", "word", "reason"),
    [
        pytest.param((b"3 Tr ", TEXT), "Overall", NOT_DISPLAYED, id="render mode"),
        pytest.param((b"1 g ", TEXT), "Overall", NOT_DISPLAYED, id="white"),
        pytest.param((b"0.95 g ", TEXT), "Overall", NOT_DISPLAYED, id="nearly white"),
        pytest.param((b"q 0 0 10 10 re W n ", TEXT, b"Q "), "Overall", NOT_DISPLAYED, id="clipped"),
        pytest.param((TEXT, b"1 g " + COVERED_LINE), "Overall", NOT_DISPLAYED, id="covered line"),
        pytest.param((TEXT, WHITE_WORD), "Good", NOT_DISPLAYED, id="covered word"),
        pytest.param((TEXT, b"0.5 0.7 1 rg " + COVERED_LINE), "Overall", NOT_DISPLAYED, id="colour"),
        pytest.param((TEXT, b"1 w 70 735 m 230 735 l S "), "Overall", OVERPRINTED, id="struck out"),
        pytest.param((TEXT, b"1 w 187 735 m 220 735 l S "), "Good", OVERPRINTED, id="word struck out"),
        pytest.param((TEXT, b"187 730 m 215 742 l S "), "Good", OVERPRINTED, id="crossed out"),
    ],
)
def test_undisplayed_line(content, word, reason):
    assert reasons(*content) == [f"'{word}' {reason}"]


def test_tiny_text():
    [reason] = reasons(pdf_builder.draw_text(70, 100, "Good", size=1))
    assert reason.endswith(TOO_SMALL)


def test_word_covered_and_printed_anew():
    """The new word is displayed; the old one, which pdfium returns too, is not."""
    new = pdf_builder.draw_text(183, 100, "Inadequate")
    assert f"'Good' {OVERPRINTED}" in reasons(TEXT, WHITE_WORD, new)


@pytest.mark.parametrize(("state", "expected"), [("ON", []), ("OFF", [f"'Overall' {NOT_DISPLAYED}"])])
def test_layer(state, expected):
    resources = "<</Font<</F1 3 0 R>>/Properties<</Layer 4 0 R>>>>"
    objects = [
        f"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[4 0 R]/D<</{state}[4 0 R]>>>>>>",
        "<</Type/Pages/Count 1/Kids[5 0 R]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/OCG/Name(Layer)>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources {resources}/Contents 6 0 R>>",
    ]
    content = pdf_builder.stream(b"/OC /Layer BDC " + TEXT + b" EMC")
    pdf = pdf_builder.build_file([*(text.encode() for text in objects), content])
    assert reasons_of(pdf) == expected


def test_page_that_is_too_large_is_not_rendered():
    pdf = pdf_builder.build_pdf([TEXT]).replace(b"[0 0 595 842]", b"[0 0 90000 842]")
    assert reasons_of(pdf) == [f"'Overall effectiveness Good' {TOO_LARGE}"]


def test_part_of_a_page_has_the_pixels_of_the_whole_page():
    with open_pdf(sample.pdf(REPORT)) as document, document.page(1) as page:
        whole = document.render(page, 0.75, 0, page.raw.get_height())
        part = document.render(page, 0.75, 200.3, 300.7)
    rows = (0, 150, whole.width, 226)
    assert part.size == whole.size
    assert part.crop(rows).tobytes() == whole.crop(rows).tobytes()
    assert part.getextrema() == (0, 255)  # black outside, and white between the words inside


def reasons_of(pdf):
    return [reason for _, reason in undisplayed_lines(pdf, read_lines(pdf)[1])]


def test_check_does_not_change_how_the_next_file_is_read():
    """These reports do not embed all fonts, and rendering adapts the substitutes."""
    before = {report_id: read_lines(sample.pdf(report_id)) for report_id in ("50000222", "50004305")}
    for report_id, (_, lines) in before.items():
        undisplayed_lines(sample.pdf(report_id), [line for line in lines if line.page == 1])
    assert {report_id: read_lines(sample.pdf(report_id)) for report_id in before} == before


# --- first pages of a real report -------------------------------------------------------------------------

REPORT = "50177455"
#: Words of the first page: the authority, the dates, the lead inspector, and grades.
TARGETS = ("Bournemouth", "December", "Steve", "Requires improvement", "Inadequate")


def manipulated(change, target):
    """Return the report with a change of the text object that contains a word on the first page."""
    with pypdfium2.PdfDocument(sample.pdf(REPORT)) as document:
        page = document[0]
        text_page = page.get_textpage()
        texts = [
            text for text in page.get_objects([api.FPDF_PAGEOBJ_TEXT]) if target in text_of(text, text_page)
        ]
        assert texts, target
        for text in texts:
            change(page, text)
        text_page.close()
        page.gen_content()
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def text_of(text, text_page):
    size = api.FPDFTextObj_GetText(text, text_page, None, 0)
    buffer = ctypes.create_string_buffer(size * 2)
    api.FPDFTextObj_GetText(text, text_page, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", "ignore")


def hide(page, text):
    api.FPDFTextObj_SetTextRenderMode(text, api.FPDF_TEXTRENDERMODE_INVISIBLE)


def whiten(page, text):
    api.FPDFPageObj_SetFillColor(text, 255, 255, 255, 255)


def make_transparent(page, text):
    api.FPDFPageObj_SetFillColor(text, 0, 0, 0, 0)


def cover(page, text, top=1.0, bottom=0.0, colour=(255, 255, 255)):
    left, low, right, high = text.get_bounds()
    height = high - low
    shape = api.FPDFPageObj_CreateNewRect(left, low + bottom * height, right - left, (top - bottom) * height)
    api.FPDFPageObj_SetFillColor(shape, *colour, 255)
    api.FPDFPath_SetDrawMode(shape, api.FPDF_FILLMODE_WINDING, False)
    api.FPDFPage_InsertObject(page, shape)


def strike(page, text):
    cover(page, text, top=0.55, bottom=0.45, colour=(0, 0, 0))


def cover_in_grey(page, text):
    cover(page, text, colour=(200, 200, 200))


def annotate(page, text):
    """Cover the text with an annotation that has an appearance of its own."""
    left, low, right, high = text.get_bounds()
    annotation = api.FPDFPage_CreateAnnot(page, api.FPDF_ANNOT_SQUARE)
    api.FPDFAnnot_SetRect(annotation, ctypes.byref(api.FS_RECTF(left - 2, high + 2, right + 2, low - 2)))
    api.FPDFAnnot_SetColor(annotation, api.FPDFANNOT_COLORTYPE_InteriorColor, 255, 255, 255, 255)
    box = f"{left - 2} {low - 2} {right - left + 4} {high - low + 4}"
    content = ctypes.create_string_buffer(f"1 g {box} re f".encode("utf-16-le") + b"\0\0")
    pointer = ctypes.cast(content, ctypes.POINTER(ctypes.c_ushort))
    api.FPDFAnnot_SetAP(annotation, api.FPDF_ANNOT_APPEARANCEMODE_NORMAL, pointer)
    api.FPDFPage_CloseAnnot(annotation)


CHANGES = (hide, whiten, make_transparent, cover, strike, cover_in_grey, annotate)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_manipulated_first_page_is_not_complete(change, target):
    publication = sample.reports()[REPORT][0]
    tables = read_report(manipulated(change, target), publication, "it is not the subject of this test")
    [report] = tables["reports"].to_pylist()
    issues = {row["code"] for row in tables["extraction_issues"].to_pylist()}
    assert "not_as_displayed" in issues
    assert (report["status"], report["counts"]) == ("partial", False)


def test_untouched_first_page_is_complete():
    publication = sample.reports()[REPORT][0]
    tables = read_report(manipulated(lambda _page, _text: None, "Steve"), publication)
    assert tables["reports"].to_pylist()[0]["status"] == "complete"
