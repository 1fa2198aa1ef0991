"""pdfplumber_lines: the same lines as pdfium_lines, ordered by position instead of drawing order."""

from contextlib import nullcontext
from dataclasses import replace
from functools import cache

import pypdfium2
import pypdfium2.raw as api
import pytest

from assets.parsing.report import MAX_PAGES_PDFPLUMBER, read_report
from assets.pdf import pdfium_lines, pdfplumber_lines
from assets.pdf.pdfium_lines import UnreadableError
from tests.support import pdf_builder, sample
from tests.unit.pdf.test_pdfium_lines import page_of, rotated, saved

INSPECTION = "50177455"
FOOTER_TOP = 760  # points from the top; page numbers and running footers are below


def read(*content):
    return pdfplumber_lines.read_lines(pdf_builder.build_pdf([b"".join(content)]))[1]


def texts(lines):
    return [line.text for line in lines]


def rows(tables, name):
    return tables[name].to_pylist()


# --- lines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("report_id", "page"), [("50289041", 4), ("50289041", 2), ("2755760", 7)])
def test_lines_equal_those_of_pdfium(report_id, page):
    pdf = saved(page_of(report_id, page))
    _, first = pdfium_lines.read_lines(pdf)
    _, second = pdfplumber_lines.read_lines(pdf)
    # A page number beside a running footer is one line for one reader and two for the other.
    first, second = ([line for line in lines if line.top < FOOTER_TOP] for lines in (first, second))
    assert texts(second) == texts(first)
    for line, other in zip(second, first, strict=True):
        assert (line.size, line.bold, line.italic, line.starts_with_superscript) == (
            other.size,
            other.bold,
            other.italic,
            other.starts_with_superscript,
        )
        assert (line.x0, line.top, line.x1, line.bottom) == pytest.approx(
            (other.x0, other.top, other.x1, other.bottom), abs=2
        )


@cache
def first_page():
    return pdfplumber_lines.read_lines(saved(page_of(INSPECTION, 1)))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("shift", [(0, 0), (33, -21)], ids=["at the origin", "shifted"])
def test_boxes_of_rotated_and_cropped_page(degrees, shift):
    turned = pdfplumber_lines.read_lines(saved(rotated(page_of(INSPECTION, 1), degrees, shift)))
    assert turned == first_page()


def test_lines_are_sorted_by_position():
    drawn = [pdf_builder.draw_text(70, top, f"Line at {top}") for top in (300, 100, 200)]
    assert texts(read(*drawn)) == ["Line at 100", "Line at 200", "Line at 300"]


def test_column_gap_separates_lines_but_not_number_or_bullet():
    page = (
        pdf_builder.draw_text(70, 100, "Left column"),
        pdf_builder.draw_text(300, 100, "right column"),
        pdf_builder.draw_text(70, 130, "12."),
        pdf_builder.draw_text(106, 130, "A numbered paragraph"),
        pdf_builder.draw_text(70, 160, "•"),
        pdf_builder.draw_text(106, 160, "An item"),
    )
    assert texts(read(*page)) == [
        "Left column",
        "right column",
        "12. A numbered paragraph",
        "• An item",
    ]


def test_columns_at_slightly_different_heights_are_ordered_left_to_right():
    page = [pdf_builder.draw_text(70, 100.4, "Left column"), pdf_builder.draw_text(300, 100, "right column")]
    assert texts(read(*page)) == ["Left column", "right column"]


@pytest.mark.parametrize("mark", ["n", "§"])
def test_letter_of_a_symbol_font_is_a_bullet(mark):
    words = pdf_builder.draw_text(90, 100, "Help is timely.")
    [item] = read(pdf_builder.draw_text(71, 100, mark, font=pdf_builder.SYMBOLS), words)
    assert item.text == "• Help is timely."
    [text] = read(pdf_builder.draw_text(71, 100, mark), words)
    assert text.text == f"{mark} Help is timely."


def test_footnote_references_are_removed_and_footnotes_marked():
    page = (
        pdf_builder.draw_text(70, 100, "The board"),
        pdf_builder.draw_text(123, 98, "1", size=7),
        pdf_builder.draw_text(130, 100, "met."),
        pdf_builder.draw_text(70, 700, "1", size=5),
        pdf_builder.draw_text(76, 700, "A footnote.", size=9),
    )
    board, footnote = read(*page)
    assert (board.text, board.starts_with_superscript) == ("The board met.", False)
    assert (footnote.text, footnote.starts_with_superscript) == ("1 A footnote.", True)


def test_word_in_two_fonts_is_one_word():
    page = (
        pdf_builder.draw_text(70, 100, "children"),
        pdf_builder.draw_text(112, 100, "’s services", font=pdf_builder.BOLD),
    )
    [line] = read(*page)
    assert line.text == "children’s services"
    assert not line.bold
    [heading] = read(pdf_builder.draw_text(70, 100, "A heading", font=pdf_builder.BOLD))
    assert heading.bold


@pytest.mark.parametrize("read_lines", [pdfium_lines.read_lines, pdfplumber_lines.read_lines])
def test_italic_lines(read_lines):
    page = (
        pdf_builder.draw_text(70, 100, "An italic font", font=pdf_builder.ITALIC),
        pdf_builder.draw_text(70, 120, "A slanted font", slant=0.33),
        pdf_builder.draw_text(70, 140, "An upright font"),
    )
    _, lines = read_lines(pdf_builder.build_pdf([b"".join(page)]))
    assert [line.italic for line in lines] == [True, True, False]


def test_file_without_text_raises():
    with pytest.raises(UnreadableError, match="none of the 2 pages has text") as error:
        pdfplumber_lines.read_lines(pdf_builder.build_pdf([b"", pdf_builder.draw_rectangle(10, 10, 50, 50)]))
    assert error.value.code == "no_text"


# --- tables ----------------------------------------------------------------------------------------------

TABLE = [
    (100, "The impact of leaders on social work", "Good"),
    (150, "The experiences of children in care", "Outstanding"),
    (200, "Overall effectiveness", "Good"),
]


def test_ruled_table_is_read_cell_by_cell():
    """Labels wrap, grades are lower than their label, and everything is drawn in reverse order."""
    content = [pdf_builder.draw_text(70, 60, "Above"), pdf_builder.draw_text(70, 270, "Below")]
    for top, label, grade in TABLE:
        first_line, second_line = label.rsplit(" ", 1)
        content += [
            pdf_builder.draw_rectangle(66, top - 6, 300, top + 44),
            pdf_builder.draw_rectangle(300, top - 6, 500, top + 44),
            pdf_builder.draw_text(70, top, first_line),
            pdf_builder.draw_text(70, top + 15, second_line),
            pdf_builder.draw_text(304, top + 9, grade),
        ]
    expected = ["Above"]
    for _, label, grade in TABLE:
        expected += [*label.rsplit(" ", 1), grade]
    assert texts(read(*reversed(content))) == [*expected, "Below"]


def test_highlighted_text_is_not_a_table():
    """A highlighted line has a rectangle behind it. Text beside the rectangle stays on the line."""
    content = []
    for index in range(4):
        top = 100 + 14.4 * index
        content += [
            pdf_builder.draw_rectangle(88, top, 400, top + 14.4, b"f"),
            pdf_builder.draw_text(90, top, f"words of line {index}"),
        ]
    content.append(pdf_builder.draw_text(70, 100, "7."))
    assert texts(read(*content)) == [
        "7. words of line 0",
        *(f"words of line {index}" for index in (1, 2, 3)),
    ]


# --- reports ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("report_id", [INSPECTION, "50285308", "50308602", "50004255"])
def test_rows_equal_those_of_pdfium(report_id, monkeypatch):
    publication = sample.reports()[report_id][0]
    first = sample.tables(report_id)
    monkeypatch.setattr("assets.parsing.report.open_pdf", nullcontext)
    monkeypatch.setattr("assets.parsing.report.read_lines", pdfplumber_lines.read_lines)
    second = read_report(sample.pdf(report_id), publication)

    def content(tables):
        return (
            [(row["area"], row["label"], row["grade"], row["status"]) for row in tables["judgements"]],
            [(row["kind"], row["paragraph"], row["text"], row["area"]) for row in tables["findings"]],
            [(row["kind"], row["text"]) for row in tables["recommendations"]],
            [row["name"] for row in tables["inspectors"]],
            [(row["inspection_start"], row["inspection_end"], row["status"]) for row in tables["reports"]],
        )

    assert content({name: rows(second, name) for name in second}) == content(first)
    assert len(first["judgements"]) >= 4


def report_copy(*, redrawn):
    """Return a copy of a report; ``redrawn`` draws the table's grades last, from the bottom up."""
    with pypdfium2.PdfDocument(sample.pdf(INSPECTION)) as report:
        document = pypdfium2.PdfDocument.new()
        document.import_pages(report)
    if redrawn:
        page = document[0]
        texts = list(page.get_objects([api.FPDF_PAGEOBJ_TEXT]))
        grades = [text for text in texts if text.get_bounds()[0] >= 300 and 365 < text.get_bounds()[1] < 508]
        for grade in sorted(grades, key=lambda text: text.get_bounds()[1]):
            page.remove_obj(grade)
            page.insert_obj(grade)
        page.gen_content()
    return saved(document)


@cache
def tables_of_copy():
    return read_report(report_copy(redrawn=False), sample.reports()[INSPECTION][0])


@pytest.mark.slow
def test_second_reader_reads_table_drawn_in_other_order():
    publication, untouched = sample.reports()[INSPECTION][0], tables_of_copy()
    assert rows(untouched, "reports")[0]["status"] == "complete"
    pdf = report_copy(redrawn=True)
    first_only = read_report(pdf, publication, skip_pdfplumber="this is a test")
    assert rows(first_only, "reports")[0]["status"] == "partial"
    evidence = {row["area"]: row["evidence"] for row in rows(first_only, "judgements")}
    assert evidence.pop("overall_effectiveness") is None
    assert set(evidence.values()) == {"heading"}
    both = read_report(pdf, publication)
    assert rows(both, "reports")[0]["status"] == "complete"
    issues = [(row["code"], row["severity"], row["detail"]) for row in rows(both, "extraction_issues")]
    detail = "the pdfplumber reading was used; it resolved judgement_missing (1), judgement_table_unread (1)"
    assert issues == [("second_reader", "warning", detail)]
    for name, columns in {
        "judgements": ["area", "label", "grade"],
        "findings": ["paragraph", "text"],
    }.items():
        assert both[name].select(columns) == untouched[name].select(columns)
        assert both[name].num_rows >= 4


@pytest.mark.slow
def test_first_extraction_is_kept_without_improvement():
    publication = sample.reports()[INSPECTION][0]
    tables = read_report(report_copy(redrawn=False), replace(publication, authority="Derby"))
    assert [row["code"] for row in rows(tables, "extraction_issues")] == ["authority_not_named"]
    assert tables["report_lines"] == tables_of_copy()["report_lines"]


def test_first_extraction_is_kept_if_second_reader_fails():
    """pdfium repairs this file, pdfminer does not."""
    publication = sample.reports()["59000055"][0]
    page = pdf_builder.build_pdf([pdf_builder.draw_text(70, 100, "No focused visit at all.")])
    broken = page.replace(b"/Contents", b"/Rotate 45/Contents")
    tables = read_report(broken, publication)
    assert texts_of(tables) == ["No focused visit at all."]
    details = {row["code"]: row["detail"] for row in rows(tables, "extraction_issues")}
    assert details["second_reader"] == "pdfplumber was not used: KeyError: 45"


def texts_of(tables):
    return [row["text"] for row in rows(tables, "report_lines")]


def test_long_report_is_not_read_again():
    publication = sample.reports()["59000055"][0]
    pages = MAX_PAGES_PDFPLUMBER + 1
    tables = read_report(
        pdf_builder.build_pdf([pdf_builder.draw_text(70, 100, "A page.")] * pages), publication
    )
    details = {row["code"]: row["detail"] for row in rows(tables, "extraction_issues")}
    assert (
        details["second_reader"]
        == f"pdfplumber was not used: {pages} pages are more than {MAX_PAGES_PDFPLUMBER}"
    )
