"""XLSX: a workbook for people who use a spreadsheet: a cover, and sheets with one table each.

``workbook_sheets`` declares the sheets; this module writes and validates them. Text is always text: no cell
is a formula, and a cell is a link only if its column holds addresses and the address is that of an existing
report. Dates are date cells with the format ``yyyy-mm-dd``.
"""

import gc
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import IO, Any, ClassVar
from xml.etree import ElementTree

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.release.formats.base import (
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    count_mismatch,
    count_rows,
)
from assets.release.formats.workbook_sheets import (
    HOW_TO_READ,
    SHEETS,
    Sheet,
    column_vocabulary,
    display_text,
    grade_colours,
)
from assets.schema.vocabularies import GRADES

Formats = Mapping[str, Format]

WORKBOOK = "inspections.xlsx"
COVER = "Cover"

#: Widths of columns, in characters: a column is as wide as its longest value, within the limits of its kind.
MIN_WIDTH, MAX_WIDTH, MAX_GRADE_WIDTH, MAX_COLLAPSED_WIDTH, LINK_WIDTH = 7, 50, 19, 20, 10
#: Characters per unit of width, of values with many capitals and of running text: the unit is the width of a
#: digit, and letters are narrower. Words are not broken, so that a line of running text stays shorter.
_VALUE_CHARACTERS_PER_UNIT, _TEXT_CHARACTERS_PER_UNIT, _UNUSED_CHARACTERS = 1.15, 1.18, 3
#: Headings: lines, points of a line, points of the button of the filter below, characters per unit of width.
_HEADING_LINES, _HEADING_LINE_HEIGHT, _FILTER_HEIGHT, _HEADING_CHARACTERS_PER_UNIT = 3, 12, 16, 1.3
_COVER_WIDTHS = (22, 92, 10, 26)
_LINE_HEIGHT = 15  # points
#: Excel's limits for the text of a cell, for an address, and for the addresses of a sheet.
MAX_CELL_CHARACTERS, MAX_LINK_CHARACTERS, MAX_LINKS = 32_767, 2_000, 65_530
CUT_NOTE = " [cut: a cell holds no more; the dataset has the whole text]"

_TABLE_STYLE = "Table Style Light 1"
#: Codes of xlsxwriter.
_A4, _NO_GRIDLINES_HIDDEN, _ALL_GRIDLINES_HIDDEN = 9, 0, 2
#: A constant creation time, so that equal rows give equal bytes.
_CREATED = datetime(2000, 1, 1)
_BOOK_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
#: Cell formats by use; ``_cell_formats`` adds one per grade.
_TOP = {"valign": "top"}
_LINK = {"font_color": "#0B4A8F", "underline": 1}
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 18},
    "label": {**_TOP, "bold": True},
    "heading": {**_TOP, "bold": True, "text_wrap": True, "bg_color": "#DDE7EE", "bottom": 1, "font_size": 9},
    "text": {**_TOP, "text_wrap": True},
    "line": _TOP,
    "number": {**_TOP, "align": "right", "indent": 1},
    "date": {**_TOP, "align": "left", "num_format": "yyyy-mm-dd"},
    # The alignment "fill" keeps an address from covering the next cell if that is empty.
    "address": {**_TOP, "align": "fill"},
    "linked_address": {**_TOP, "align": "fill", **_LINK},
    "link": {**_TOP, **_LINK},
}
_WRAPPED_FORMATS = frozenset({"text", *GRADES})


class XlsxFormat(ReleaseFormat):
    """One workbook."""

    name = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    is_derived = True
    paths: ClassVar[Mapping[str, str]] = {WORKBOOK: "for spreadsheets: text is always text"}

    def write(self, content: ReleaseContent) -> None:
        """Write the workbook."""
        _write_book(content)
        # The objects of a workbook refer to each other: only the collector frees their memory.
        gc.collect()

    def files(self, folder: Path) -> Iterator[DataFile]:  # noqa: ARG002
        """Yield the workbook."""
        yield DataFile(WORKBOOK)

    def validate(self, content: ReleaseContent) -> Iterator[str]:
        """Compare the row count of every table."""
        with zipfile.ZipFile(content.folder / WORKBOOK) as book:
            # The cover is the first sheet.
            for number, sheet in enumerate(SHEETS, start=2):
                with book.open(f"xl/worksheets/sheet{number}.xml") as file:
                    rows = _count_elements(file, "row")
                expected = count_rows(content.connection, f"({sheet.rows_query})")
                yield from count_mismatch(f"{WORKBOOK}, sheet {sheet.title}", expected, rows - 1)


def _write_book(content: ReleaseContent) -> None:
    about = content.data_about
    with xlsxwriter.Workbook(content.folder / WORKBOOK, _BOOK_OPTIONS) as book:
        book.set_properties(
            {
                "title": about["title"],
                "author": about["creator"],
                "comments": about["attribution"],
                "created": _CREATED,
            }
        )
        formats = _cell_formats(book)
        cover = book.add_worksheet(COVER)
        unlinked = _placeholder_urls(content.connection)
        row_counts = {}
        for sheet in SHEETS:
            worksheet = book.add_worksheet(sheet.title)
            _set_up_printing(worksheet, about)
            result = content.connection.execute(sheet.rows_query)
            row_counts[sheet.title] = _write_table(worksheet, sheet, result, formats, unlinked)
        _set_up_printing(cover, about)
        _write_cover(cover, about, row_counts, formats)


def _cell_formats(book: xlsxwriter.Workbook) -> Formats:
    """Return the cell formats of a workbook: by use, and by code for grades."""
    grades = {
        code: {**_FORMATS["text"], **dict(zip(("bg_color", "font_color"), grade_colours(code), strict=True))}
        for code in GRADES
    }
    return {name: book.add_format(dict(properties)) for name, properties in {**_FORMATS, **grades}.items()}


def _set_up_printing(worksheet: Worksheet, about: Mapping[str, Any]) -> None:
    """Print on landscape A4, one page wide, with a footer."""
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(1, 0)
    worksheet.hide_gridlines(_NO_GRIDLINES_HIDDEN)
    title = f"{about['title']}, {about['day']}".replace("&", "&&")
    worksheet.set_footer(f"&L{title}&C&A&RPage &P of &N")


# --- sheets with tables ------------------------------------------------------------------------------------


def _write_table(
    worksheet: Worksheet,
    sheet: Sheet,
    result: duckdb.DuckDBPyConnection,
    formats: Formats,
    unlinked: Collection[str],
) -> int:
    """Write the rows of a query as an Excel table, and return their number."""
    columns = [column[0] for column in result.description or ()]
    rows = result.fetchall()
    texts = [[_displayed(column, value) for column, value in zip(columns, row, strict=True)] for row in rows]
    widths = [_width(column, [row[index] for row in texts], sheet) for index, column in enumerate(columns)]
    headings = [{"header": column, "header_format": formats["heading"]} for column in columns]
    # A table has at least one row below its heading.
    cells = (0, 0, max(len(rows), 1), len(columns) - 1)
    worksheet.add_table(*cells, {"name": sheet.name, "style": _TABLE_STYLE, "columns": headings})
    # Without it, LibreOffice prints empty columns if the addresses of the last column are wider than it.
    worksheet.print_area(*cells)
    _lay_out(worksheet, sheet, columns, widths)
    # Further rows have their addresses as text.
    linked_rows = MAX_LINKS // max(sum(map(_has_addresses, columns)), 1)
    for number, (row, row_texts) in enumerate(zip(rows, texts, strict=True), start=1):
        lines = 1
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            cell, text = (number, index), row_texts[index]
            if not text:
                continue
            if number <= linked_rows and _is_link(column, value, unlinked):
                worksheet.write_url(*cell, value, formats["linked_address"])
                continue
            name = _format_name(column, value, sheet)
            _write_value(worksheet, cell, value, text, formats[name])
            if name in _WRAPPED_FORMATS:
                lines = max(lines, _count_lines(text, widths[index]))
        worksheet.set_row(number, min(lines, sheet.max_lines) * _LINE_HEIGHT)
    return len(rows)


def _displayed(column: str, value: object) -> str:
    """Return the text that a cell displays; an empty text for None."""
    if isinstance(value, str | list):
        return display_text(value, column_vocabulary(column))
    return "" if value is None else str(value)


def _format_name(column: str, value: object, sheet: Sheet) -> str:
    """Return the name of the format of a cell that is not a link."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    if isinstance(value, date):
        return "date"
    if _has_addresses(column):
        return "address"
    if column_vocabulary(column) is GRADES and value in GRADES:
        return str(value)
    return "line" if column in sheet.collapsed else "text"


def _write_value(
    worksheet: Worksheet, cell: tuple[int, int], value: object, text: str, cell_format: Format
) -> None:
    if isinstance(value, bool):
        worksheet.write_boolean(*cell, value, cell_format)
    elif isinstance(value, int | float):
        worksheet.write_number(*cell, value, cell_format)
    elif isinstance(value, date):
        worksheet.write_datetime(*cell, value, cell_format)
    else:
        worksheet.write_string(*cell, _cut(text), cell_format)


def _cut(text: str) -> str:
    """Return a text, or its beginning and a note if a cell cannot hold it."""
    if len(text) <= MAX_CELL_CHARACTERS:
        return text
    return text[: MAX_CELL_CHARACTERS - len(CUT_NOTE)] + CUT_NOTE


def _has_addresses(column: str) -> bool:
    return column.endswith(("_link", "_url", "_link_to_all_inspections"))


def _is_link(column: str, value: object, unlinked: Collection[str]) -> bool:
    """Return whether a value becomes a link: an address of an existing file or page that Excel accepts."""
    return (
        _has_addresses(column)
        and isinstance(value, str)
        and value.startswith("https://")
        and " " not in value
        and len(value) <= MAX_LINK_CHARACTERS
        and value.partition("#")[0] not in unlinked
    )


def _width(column: str, texts: Iterable[str], sheet: Sheet) -> int:
    """Return the width of a column in characters: as wide as its longest line, within limits."""
    if _has_addresses(column):
        limit = LINK_WIDTH
    elif column in sheet.collapsed:
        limit = MAX_COLLAPSED_WIDTH
    elif column_vocabulary(column) is GRADES:
        limit = MAX_GRADE_WIDTH
    else:
        limit = sheet.widths.get(column, MAX_WIDTH)
    longest = max((len(line) for text in texts for line in text.splitlines()), default=0)
    own_width = ceil(longest / _VALUE_CHARACTERS_PER_UNIT) + 2
    heading_width = ceil(len(column) / (_HEADING_LINES * _HEADING_CHARACTERS_PER_UNIT)) + 1
    return max(min(own_width, limit), heading_width, MIN_WIDTH)


def _count_lines(text: str, width: int) -> int:
    """Return the number of lines that a text takes in a column, estimated from its characters."""
    # The last of the lines may be full.
    line_length = width * _TEXT_CHARACTERS_PER_UNIT - _UNUSED_CHARACTERS
    return sum(max(ceil((len(line) - _UNUSED_CHARACTERS) / line_length), 1) for line in text.splitlines())


def _lay_out(worksheet: Worksheet, sheet: Sheet, columns: Sequence[str], widths: Sequence[int]) -> None:
    """Set widths, fold columns, and keep headings and names in place on screen and on paper."""
    folded = [column in sheet.collapsed for column in columns]
    for index, width in enumerate(widths):
        if folded[index]:
            worksheet.set_column(index, index, width, None, {"level": 1, "hidden": True})
            # The column after a fold has the button that unfolds it; the next step may set its width.
            worksheet.set_column(index + 1, index + 1, None, None, {"collapsed": True})
        else:
            is_after_fold = index > 0 and folded[index - 1]
            worksheet.set_column(index, index, width, None, {"collapsed": is_after_fold})
    worksheet.set_row(0, _HEADING_LINES * _HEADING_LINE_HEIGHT + _FILTER_HEIGHT)
    worksheet.freeze_panes(1, columns.index(sheet.frozen_to) + 1)
    worksheet.repeat_rows(0)


# --- the cover ---------------------------------------------------------------------------------------------


def _write_cover(
    worksheet: Worksheet, about: Mapping[str, Any], row_counts: Mapping[str, int], formats: Formats
) -> None:
    """Write what the workbook is, as of when, its licence, how to read it, and its contents with links."""
    worksheet.hide_gridlines(_ALL_GRIDLINES_HIDDEN)
    worksheet.set_portrait()
    worksheet.fit_to_pages(1, 1)
    for index, width in enumerate(_COVER_WIDTHS):
        worksheet.set_column(index, index, width)
    rows: list[tuple[str, object]] = [
        ("Dataset", about["description"]),
        ("As of", about["day"]),
        ("Reports published", f"{about['published_from']} to {about['published_to']}"),
        ("Please note", about["caveat"]),
        ("Licence", about["licence"]),
        ("", about["licence_url"]),
        ("Attribution", about["attribution"]),
        ("Source", about["source"]),
        ("", about["source_url"]),
        ("Method", about["method"]),
        *(("" if number else "How to read", sentence) for number, sentence in enumerate(HOW_TO_READ)),
    ]
    worksheet.write_string(0, 0, about["title"], formats["title"])
    for row, (label, value) in enumerate(rows, start=2):
        worksheet.write_string(row, 0, label, formats["label"])
        if str(value).startswith("https://"):
            worksheet.write_url(row, 1, str(value), formats["link"])
        else:
            worksheet.write_string(row, 1, str(value), formats["text"])
            worksheet.set_row(row, _count_lines(str(value), _COVER_WIDTHS[1]) * _LINE_HEIGHT)
    top = len(rows) + 3
    for index, heading in enumerate(("Sheet", "Contents", "Rows", "Name of the table")):
        worksheet.write_string(top, index, heading, formats["heading"])
    for row, sheet in enumerate(SHEETS, start=top + 1):
        worksheet.write_url(row, 0, f"internal:'{sheet.title}'!A1", formats["link"], sheet.title)
        worksheet.write_string(row, 1, sheet.contents, formats["text"])
        worksheet.write_number(row, 2, row_counts[sheet.title], formats["number"])
        worksheet.write_string(row, 3, sheet.name, formats["line"])
    top += len(SHEETS) + 2
    worksheet.write_string(top, 0, "Colours of grades", formats["label"])
    for row, (code, grade) in enumerate(GRADES.items(), start=top + 1):
        worksheet.write_string(row, 0, grade.label, formats[code])
        worksheet.set_row(row, _count_lines(grade.label, _COVER_WIDTHS[0]) * _LINE_HEIGHT)


def _count_elements(file: IO[bytes], name: str) -> int:
    """Return the number of XML elements with a local name."""
    count = 0
    for _, element in ElementTree.iterparse(file):  # noqa: S314
        count += element.tag.endswith(f"}}{name}")
        element.clear()
    return count


def _placeholder_urls(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the addresses that contain a placeholder report number and therefore do not exist."""
    rows = connection.execute("SELECT url FROM placeholder_report_ids").fetchall()
    return frozenset(url for (url,) in rows)
