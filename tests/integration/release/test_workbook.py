"""The workbook of a release: its sheets, their tables, formats, links and printing, and hostile values."""

from datetime import datetime
from functools import cache
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from assets.database.build import database_path
from assets.release import releases
from assets.release.formats import xlsx
from assets.release.formats.base import ReleaseContent
from assets.release.formats.workbook_sheets import SHEETS, column_vocabulary, display_text, grade_colours
from assets.release.formats.xlsx import CUT_NOTE, MAX_CELL_CHARACTERS, XlsxFormat
from assets.release.validation import read_about
from assets.schema.vocabularies import GRADES
from tests.integration.database.test_views import WORKBOOK_COLUMNS
from tests.integration.release.conftest import HOSTILE, LONG_NAME, PLACEHOLDER, REAL_REPORT
from tests.support.fault_table import Theme, proves

TITLES = [sheet.title for sheet in SHEETS]
VIEW_SHEETS = [sheet for sheet in SHEETS if not sheet.query]

#: Names and order of the columns in workbooks that local authority analysts already use.
FIRST_COLUMNS_IN_USE = (
    "urn",
    "la_code",
    "region_code",
    "la_code_new",
    "stat_neighbours",
    "local_authority",
    "inspection_link",
)
COLUMNS_IN_USE = {
    "Area SEND": (
        "outcome_grade",
        "previous_inspection_date",
        "inspection_start_date",
        "inspection_end_date",
        "publication_date",
        "next_inspection",
        "next_inspection_by_date",
        "inspection_outcome_text",
    ),
    "JTAI": (
        "inspection_start_date",
        "publication_date",
        "inspection_theme",
        "summary_priority_action",
        "summary_improvement",
        "summary_key_strengths",
        "summary_headline_findings",
        "summary_needs_to_improve",
        "case_study_title",
        "summary_case_study",
    ),
}


@pytest.fixture(scope="module")
def sample(sample_release):
    """The workbook of the sample, which has rows for every sheet, and its database."""
    folder = releases.current(sample_release)
    with duckdb.connect(database_path(folder), read_only=True) as connection:
        yield SimpleNamespace(
            content=ReleaseContent(connection, folder, read_about(connection)),
            connection=connection,
            book=workbook(folder),
        )


@cache
def workbook(release):
    """Return the workbook of a release, read once."""
    return openpyxl.load_workbook(release / xlsx.WORKBOOK)


def release_sheet(release, title):
    return workbook(release)[title]


def cells_of(worksheet, column):
    """Return the cells of a column below its heading."""
    (heading,) = (cell for cell in worksheet[1] if cell.value == column)
    return [row[0] for row in worksheet.iter_rows(min_row=2, min_col=heading.column, max_col=heading.column)]


def displayed(column, value):
    """Return a value of the database as its cell has it."""
    if isinstance(value, str | list):
        return display_text(value, column_vocabulary(column))
    return value


def test_sheets_are_in_the_order_of_their_declaration(sample):
    assert sample.book.sheetnames == ["Cover", *TITLES]
    assert TITLES == [
        "Latest judgements",
        "Changes",
        "Recommendations",
        "Neighbours",
        "Focused visits",
        "JTAI",
        "Area SEND",
        "History",
        "Panel",
        "Columns",
    ]


@pytest.mark.parametrize("sheet", SHEETS, ids=TITLES)
def test_sheet_is_one_table_with_the_rows_of_its_query(sample, sheet):
    worksheet = sample.book[sheet.title]
    result = sample.connection.execute(sheet.rows_query)
    columns = [column[0] for column in result.description]
    rows = result.fetchall()
    assert rows, "the sample has rows for every sheet"
    values = [
        tuple(value.date() if isinstance(value, datetime) else value for value in row)
        for row in worksheet.iter_rows(values_only=True)
    ]
    assert values[0] == tuple(columns)
    assert values[1:] == [tuple(map(displayed, columns, row)) for row in rows]
    (table,) = worksheet.tables.values()
    assert table.name == sheet.name
    assert table.ref == f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    assert table.autoFilter.ref == table.ref
    assert table.tableStyleInfo.showRowStripes
    assert [column.name for column in table.tableColumns] == columns


@pytest.mark.parametrize("sheet", SHEETS, ids=TITLES)
def test_headings_and_names_stay_in_place(sample, sheet):
    worksheet = sample.book[sheet.title]
    headings = [cell.value for cell in worksheet[1]]
    frozen = headings.index(sheet.frozen_to) + 1
    assert worksheet.freeze_panes == f"{get_column_letter(frozen + 1)}2"
    widths = [worksheet.column_dimensions[get_column_letter(index + 1)] for index in range(frozen)]
    visible = [
        dimension.width
        for heading, dimension in zip(headings, widths, strict=False)
        if heading not in sheet.collapsed
    ]
    assert sum(visible) < 125, "the frozen columns leave room on a small screen"


@pytest.mark.parametrize("sheet", SHEETS, ids=TITLES)
def test_sheet_prints_on_landscape_pages_with_repeated_headings(sample, sheet):
    worksheet = sample.book[sheet.title]
    assert worksheet.page_setup.orientation == "landscape"
    assert worksheet.sheet_properties.pageSetUpPr.fitToPage
    assert (worksheet.page_setup.fitToWidth or 1, worksheet.page_setup.fitToHeight) == (1, 0)
    assert worksheet.print_title_rows == "$1:$1"
    assert worksheet.oddFooter.center.text == "&A"
    assert worksheet.oddFooter.right.text == "Page &P of &N"
    folded = {cell.value for cell in worksheet[1] if worksheet.column_dimensions[cell.column_letter].hidden}
    # openpyxl reads equal neighbouring columns as one group.
    assert folded <= sheet.collapsed
    assert bool(folded) == bool(sheet.collapsed)


@pytest.mark.parametrize("sheet", SHEETS, ids=TITLES)
def test_printed_text_is_large_enough_to_read(sample, sheet):
    worksheet = sample.book[sheet.title]
    assert worksheet.print_area.partition("!")[2].replace("$", "") == worksheet.dimensions
    # openpyxl reads equal neighbouring columns as one group.
    groups = worksheet.column_dimensions.values()
    width = sum(
        group.width * (group.max - group.min + 1) for group in groups if group.min and not group.hidden
    )
    page_width, unit_width, font_size = 842 - 2 * 0.4 * 72, 5.25, 11  # points
    assert font_size * page_width / (width * unit_width) > 5.5


def test_latest_judgements_start_with_the_columns_of_workbooks_in_use(sample):
    headings = [cell.value for cell in sample.book["Latest judgements"][1]]
    assert headings[: len(WORKBOOK_COLUMNS)] == WORKBOOK_COLUMNS
    assert headings == sample.connection.table("latest_judgements").columns


@pytest.mark.parametrize(("title", "columns"), COLUMNS_IN_USE.items())
def test_sheets_of_other_inspections_have_the_columns_of_workbooks_in_use(sample, title, columns):
    headings = [cell.value for cell in sample.book[title][1]]
    expected = [*FIRST_COLUMNS_IN_USE, *columns]
    assert headings[: len(expected)] == expected


@pytest.mark.parametrize("sheet", VIEW_SHEETS, ids=TITLES[:-1])
def test_grades_are_labels_in_their_colours(sample, sheet):
    labels = {grade.label: code for code, grade in GRADES.items()}
    columns = [cell.value for cell in sample.book[sheet.title][1] if column_vocabulary(cell.value) is GRADES]
    grades = [
        cell
        for column in columns
        for cell in cells_of(sample.book[sheet.title], column)
        if isinstance(cell.value, str) and ";" not in cell.value
    ]
    assert {cell.value for cell in grades} <= labels.keys()
    for cell in grades:
        background, text = grade_colours(labels[cell.value])
        assert (cell.fill.fgColor.rgb, cell.font.color.rgb) == (f"FF{background[1:]}", f"FF{text[1:]}")


def test_colours_of_grades_have_enough_contrast():
    def luminance(colour):
        channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
        linear = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for code in (*GRADES, "a grade of a later framework"):
        darker, lighter = sorted(map(luminance, grade_colours(code)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, code


def test_changes_are_improvements_and_declines_of_grades_in_force(sample):
    worksheet = sample.book["Changes"]
    ranks = {grade.label: grade.sort_order for grade in GRADES.values()}
    before, after = cells_of(worksheet, "previous_grade"), cells_of(worksheet, "grade")
    for change, old, new in zip(cells_of(worksheet, "change"), before, after, strict=True):
        assert change.value == ("Improved" if ranks[new.value] < ranks[old.value] else "Declined")


def test_recommendations_have_themes_and_lead_to_the_page(sample):
    worksheet = sample.book["Recommendations"]
    links = cells_of(worksheet, "page_link")
    pages = cells_of(worksheet, "page")
    linked = [(link, page) for link, page in zip(links, pages, strict=True) if link.hyperlink]
    assert linked
    for link, page in linked:
        assert link.hyperlink.location == f"page={page.value}"
        assert link.value == f"{link.hyperlink.target}#page={page.value}"
    themes = {cell.value for cell in cells_of(worksheet, "themes") if cell.value}
    assert any("Management oversight" in theme for theme in themes)
    assert not any("_" in theme for theme in themes)


def test_columns_of_all_sheets_are_explained(sample):
    explained = {row[:2] for row in sample.book["Columns"].iter_rows(min_row=2, values_only=True) if row[2]}
    assert explained == {
        (sheet.title, cell.value) for sheet in VIEW_SHEETS for cell in sample.book[sheet.title][1]
    }


def test_cover_states_date_licence_and_contents(sample):
    cover = sample.book["Cover"]
    about = sample.content.about
    text = "\n".join(str(cell.value) for row in cover.iter_rows() for cell in row if cell.value is not None)
    for name in ("title", "description", "day", "published_to", "caveat", "licence", "attribution", "method"):
        assert str(about[name]) in text
    links = {cell.value: cell.hyperlink for row in cover.iter_rows() for cell in row if cell.hyperlink}
    assert [links[title].location for title in TITLES] == [f"'{title}'!A1" for title in TITLES]
    assert links[about["licence_url"]].target == about["licence_url"]
    rows = {row[0].value: row[2].value for row in cover.iter_rows()}
    for title in TITLES:
        assert rows[title] == sample.book[title].max_row - 1
    colours = {row[0].value: row[0].fill.fgColor.rgb for row in cover.iter_rows()}
    for code, grade in GRADES.items():
        assert colours[grade.label] == f"FF{grade_colours(code)[0][1:]}"


def test_dates_are_date_cells(sample):
    formats = {
        cell.number_format
        for worksheet in sample.book
        for row in worksheet.iter_rows()
        for cell in row
        if isinstance(cell.value, datetime)
    }
    assert formats == {"yyyy-mm-dd"}


def test_rows_are_as_high_as_their_text_up_to_a_limit(sample):
    worksheet = sample.book["JTAI"]
    heights = [worksheet.row_dimensions[row].height for row in range(2, worksheet.max_row + 1)]
    (sheet,) = (sheet for sheet in SHEETS if sheet.title == "JTAI")
    assert max(heights) == 15 * sheet.max_lines
    latest = sample.book["Latest judgements"]
    assert latest.row_dimensions[2].height is None, "one line has the usual height"


def test_sheet_without_rows_has_an_empty_table(folder):
    """The first release of the tests has no joint inspections."""
    worksheet = release_sheet(folder, "JTAI")
    (table,) = worksheet.tables.values()
    assert table.ref.endswith("2")
    assert [cell.value for row in worksheet.iter_rows(min_row=2) for cell in row if cell.value] == []


@pytest.mark.slow
def test_validation_compares_the_rows_of_every_sheet(sample, folder):
    assert list(XlsxFormat().validate(sample.content)) == []
    with duckdb.connect(folder / "inspections.duckdb", read_only=True) as other:
        content = ReleaseContent(other, sample.content.folder, sample.content.about)
        differences = list(XlsxFormat().validate(content))
    assert [text.partition(":")[0] for text in differences] == [
        f"inspections.xlsx, sheet {title}"
        for title in TITLES
        if title not in {"Latest judgements", "Neighbours", "Columns"}
    ]


@pytest.mark.slow
def test_addresses_are_links_up_to_the_limit_of_a_sheet(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_LINKS", 10)
    XlsxFormat().write(ReleaseContent(sample.connection, tmp_path, sample.content.about))
    cells = cells_of(release_sheet(tmp_path, "History"), "source_url")
    # The limit counts rows, whether or not their addresses exist.
    assert all(cell.hyperlink is None for cell in cells[10:])
    assert any(cell.hyperlink for cell in cells[:10])
    assert all(cell.value.startswith("https://") for cell in cells)


def test_addresses_are_links_unless_they_have_a_placeholder(hostile):
    links = {
        cell.value: cell.hyperlink is not None
        for cell in cells_of(release_sheet(hostile, "History"), "source_url")
    }
    assert links[f"https://files.ofsted.gov.uk/v1/file/{REAL_REPORT}"]
    assert not links[f"https://files.ofsted.gov.uk/v1/file/{PLACEHOLDER['report_id']}"]


@proves(
    "Text that a spreadsheet would interpret as a formula or a link",
    theme=Theme.HOSTILE,
    does="writes it into the workbook as text",
)
def test_hostile_text_is_text_in_the_workbook(hostile):
    book = workbook(hostile)
    names = {cell.value: cell for cell in cells_of(book["Latest judgements"], "local_authority")}
    assert {cell.data_type for cell in names.values()} == {"s"}
    assert {name for name in HOSTILE.values() if len(name) <= MAX_CELL_CHARACTERS} <= names.keys()
    assert not any(cell.hyperlink for cell in names.values())
    formulas = [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas == []


def test_text_that_a_cell_cannot_hold_is_cut_with_a_note(hostile):
    names = [cell.value for cell in cells_of(release_sheet(hostile, "Latest judgements"), "local_authority")]
    (cut,) = (name for name in names if name.endswith(CUT_NOTE))
    assert len(cut) == MAX_CELL_CHARACTERS
    assert LONG_NAME.startswith(cut.removesuffix(CUT_NOTE))
