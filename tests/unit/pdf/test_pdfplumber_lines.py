"""The second reader: the same lines as the first, by where they stand and not by when they were drawn."""

from dataclasses import replace

import pypdfium2
import pypdfium2.raw as api
import pytest

from assets.parsing.report import MAX_PAGES_PDFPLUMBER, read_report
from assets.pdf import pdfium_lines as first_reader
from assets.pdf import pdfplumber_lines
from assets.pdf.pdfium_lines import UnreadableError
from tests.support import pdf_builder, sample
from tests.unit.pdf.test_pdfium_lines import page_of, saved, turned

INSPECTION = "50177455"
FURNITURE = 760  # points from the top: below stand page numbers and running headers


def read(*content):
    return pdfplumber_lines.read_lines(pdf_builder.build_pdf([b"".join(content)]))[1]


def texts(lines):
    return [line.text for line in lines]


def rows(tables, name):
    return tables[name].to_pylist()


# --- lines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("report_id", "page"), [("50289041", 4), ("50289041", 2), ("2755760", 7)])
def test_a_page_has_the_same_lines_for_both(report_id, page):
    pdf = saved(page_of(report_id, page))
    _, first = first_reader.read_lines(pdf)
    _, second = pdfplumber_lines.read_lines(pdf)
    # Page numbers and running headers stand side by side, and are one line for one of them.
    first, second = ([line for line in lines if line.top < FURNITURE] for lines in (first, second))
    assert texts(second) == texts(first)
    for line, other in zip(second, first, strict=True):
        assert (line.size, line.bold, line.starts_with_superscript) == (
            other.size,
            other.bold,
            other.starts_with_superscript,
        )
        assert (line.x0, line.top, line.x1, line.bottom) == pytest.approx(
            (other.x0, other.top, other.x1, other.bottom), abs=2
        )


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("shift", [(0, 0), (33, -21)], ids=["at the origin", "shifted"])
def test_boxes_are_those_of_the_page_as_displayed(turn, shift):
    plain = pdfplumber_lines.read_lines(saved(page_of(INSPECTION, 1)))
    assert pdfplumber_lines.read_lines(saved(turned(page_of(INSPECTION, 1), turn, shift))) == plain


def test_lines_come_from_the_top_however_they_are_drawn():
    drawn = [pdf_builder.draw_text(70, top, f"Line at {top}") for top in (300, 100, 200)]
    assert texts(read(*drawn)) == ["Line at 100", "Line at 200", "Line at 300"]


def test_words_far_apart_are_two_lines_but_a_number_or_bullet_belongs_to_its_text():
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


def test_columns_side_by_side_come_from_the_left_though_one_stands_a_little_lower():
    page = [pdf_builder.draw_text(70, 100.4, "Left column"), pdf_builder.draw_text(300, 100, "right column")]
    assert texts(read(*page)) == ["Left column", "right column"]


def test_footnote_marks_are_dropped_and_footnotes_raised():
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


def test_parts_of_a_word_in_two_fonts_are_one_word():
    page = (
        pdf_builder.draw_text(70, 100, "children"),
        pdf_builder.draw_text(112, 100, "’s services", font=pdf_builder.BOLD),
    )
    [line] = read(*page)
    assert line.text == "children’s services"
    assert not line.bold
    [heading] = read(pdf_builder.draw_text(70, 100, "A heading", font=pdf_builder.BOLD))
    assert heading.bold


def test_a_file_without_text():
    with pytest.raises(UnreadableError, match="none of the 2 pages has text") as error:
        pdfplumber_lines.read_lines(pdf_builder.build_pdf([b"", pdf_builder.draw_rectangle(10, 10, 50, 50)]))
    assert error.value.code == "no_text"


# --- tables ----------------------------------------------------------------------------------------------

TABLE = [
    (100, "The impact of leaders on social work", "Good"),
    (150, "The experiences of children in care", "Outstanding"),
    (200, "Overall effectiveness", "Good"),
]


def test_a_ruled_table_comes_cell_by_cell():
    """Labels wrap, grades stand lower than their label, and all is drawn from the end."""
    content = [pdf_builder.draw_text(70, 60, "Above"), pdf_builder.draw_text(70, 270, "Below")]
    for top, label, grade in TABLE:
        beginning, end = label.rsplit(" ", 1)
        content += [
            pdf_builder.draw_rectangle(66, top - 6, 300, top + 44),
            pdf_builder.draw_rectangle(300, top - 6, 500, top + 44),
            pdf_builder.draw_text(70, top, beginning),
            pdf_builder.draw_text(70, top + 15, end),
            pdf_builder.draw_text(304, top + 9, grade),
        ]
    wanted = ["Above"]
    for _, label, grade in TABLE:
        wanted += [*label.rsplit(" ", 1), grade]
    assert texts(read(*reversed(content))) == [*wanted, "Below"]


def test_text_marked_line_by_line_is_no_table():
    """A highlighter leaves a rectangle behind each line: text beside it stays on its line."""
    content = []
    for place in range(4):
        top = 100 + 14.4 * place
        content += [
            pdf_builder.draw_rectangle(88, top, 400, top + 14.4, b"f"),
            pdf_builder.draw_text(90, top, f"words of line {place}"),
        ]
    content.append(pdf_builder.draw_text(70, 100, "7."))
    assert texts(read(*content)) == [
        "7. words of line 0",
        *(f"words of line {place}" for place in (1, 2, 3)),
    ]


# --- reports ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report_id", [INSPECTION, "50285308", "50308602", "50004255"])
def test_reports_say_the_same_to_both(report_id, monkeypatch):
    publication = sample.reports()[report_id][0]
    first = sample.tables(report_id)
    monkeypatch.setattr("assets.parsing.report.read_lines", pdfplumber_lines.read_lines)
    second = read_report(sample.pdf(report_id), publication)

    def said(tables):
        return (
            [(row["area"], row["label"], row["grade"], row["status"]) for row in tables["judgements"]],
            [(row["kind"], row["paragraph"], row["text"], row["area"]) for row in tables["findings"]],
            [(row["kind"], row["text"]) for row in tables["recommendations"]],
            [row["name"] for row in tables["inspectors"]],
            [(row["inspection_start"], row["inspection_end"], row["status"]) for row in tables["reports"]],
        )

    assert said({name: rows(second, name) for name in second}) == said(first)
    assert len(first["judgements"]) >= 4


def beginning(*, redrawn):
    """Return a report's first three pages; if redrawn, its table's grades come last, and from the bottom."""
    with pypdfium2.PdfDocument(sample.pdf(INSPECTION)) as whole:
        document = pypdfium2.PdfDocument.new()
        document.import_pages(whole, [0, 1, 2])
    if redrawn:
        page = document[0]
        texts = list(page.get_objects([api.FPDF_PAGEOBJ_TEXT]))
        grades = [each for each in texts if each.get_bounds()[0] >= 300 and 365 < each.get_bounds()[1] < 508]
        for each in sorted(grades, key=lambda each: each.get_bounds()[1]):
            page.remove_obj(each)
            page.insert_obj(each)
        page.gen_content()
    return saved(document)


def test_a_table_drawn_in_another_order_is_read_by_the_second_reader():
    publication = sample.reports()[INSPECTION][0]
    untouched = read_report(beginning(redrawn=False), publication)
    assert rows(untouched, "reports")[0]["status"] == "complete"
    pdf = beginning(redrawn=True)
    alone = read_report(pdf, publication, skip_pdfplumber="this is a test")
    assert rows(alone, "reports")[0]["status"] == "partial"
    assert rows(alone, "judgements") == []
    both = read_report(pdf, publication)
    assert rows(both, "reports")[0]["status"] == "complete"
    issues = [(row["code"], row["severity"], row["detail"]) for row in rows(both, "extraction_issues")]
    detail = "the pdfplumber reading was used; it resolved no_framework (1)"
    assert issues == [("second_reader", "warning", detail)]
    for name, columns in {
        "judgements": ["area", "label", "grade"],
        "findings": ["paragraph", "text"],
    }.items():
        assert both[name].select(columns) == untouched[name].select(columns)
        assert both[name].num_rows >= 4


def test_where_it_settles_nothing_the_first_reading_stands():
    publication = sample.reports()[INSPECTION][0]
    pdf = beginning(redrawn=False)
    tables = read_report(pdf, replace(publication, authority="Derby"))
    assert [row["code"] for row in rows(tables, "extraction_issues")] == ["authority_not_named"]
    assert tables["report_lines"] == read_report(pdf, publication)["report_lines"]


def test_where_it_fails_the_first_reading_stands_and_says_so():
    """A file that pdfium mends and pdfminer does not."""
    publication = sample.reports()["59000055"][0]
    page = pdf_builder.build_pdf([pdf_builder.draw_text(70, 100, "No focused visit at all.")])
    broken = page.replace(b"/Contents", b"/Rotate 45/Contents")
    tables = read_report(broken, publication)
    assert texts_of(tables) == ["No focused visit at all."]
    details = {row["code"]: row["detail"] for row in rows(tables, "extraction_issues")}
    assert details["second_reader"] == "pdfplumber was not used: KeyError: 45"


def texts_of(tables):
    return [row["text"] for row in rows(tables, "report_lines")]


def test_a_long_report_is_read_once():
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
