"""XLSX: a workbook for people who use a spreadsheet: two published views, their columns and ``about``.

Text is always text: no cell is a formula, and a cell is a link only if it holds the address of an existing
report. Dates are date cells with the format ``yyyy-mm-dd``.
"""

import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.database.quoting import quote_identifier, quote_literal
from assets.release.formats.base import (
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    count_mismatch,
    count_rows,
    ordered_query,
)

WORKBOOK = "inspections.xlsx"
SHEET_TITLES: Mapping[str, str] = {"latest_judgements": "Latest judgements", "judgement_history": "History"}

#: A column is as wide as its longest value, within these limits.
MIN_WIDTH, MAX_WIDTH = 8, 48  # characters
#: Excel's limits for the text of a cell and for a link.
MAX_CELL_CHARACTERS, MAX_LINK_CHARACTERS = 32_767, 2_000

#: A constant creation time, so that equal rows give equal bytes.
_CREATED = datetime(2000, 1, 1)
_TEXT_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}

Row = Sequence[Any]


class XlsxFormat(ReleaseFormat):
    """One workbook."""

    name = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    paths: ClassVar[Mapping[str, str]] = {WORKBOOK: "for spreadsheets: text is always text"}

    def write(self, content: ReleaseContent) -> None:
        """Write the workbook."""
        about = content.data_about
        book = xlsxwriter.Workbook(
            content.folder / WORKBOOK, {**_TEXT_OPTIONS, "default_date_format": "yyyy-mm-dd"}
        )
        book.set_properties(
            {
                "title": about["title"],
                "author": about["creator"],
                "comments": about["attribution"],
                "created": _CREATED,
            }
        )
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE7EE"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        placeholder_urls = _placeholder_urls(content.connection)
        for view in SHEET_TITLES:
            result = content.connection.execute(ordered_query(view))
            header = [column[0] for column in result.description or ()]
            sheet = book.add_worksheet(SHEET_TITLES[view])
            _fill_sheet(sheet, header, result.fetchall(), heading, unlinked=placeholder_urls)
        _fill_sheet(
            book.add_worksheet("Columns"),
            ["sheet", "column", "meaning"],
            _column_meanings(content.connection),
            heading,
            text=wrapped,
        )
        _fill_sheet(
            book.add_worksheet("About"),
            ["what", "this dataset"],
            [(name.replace("_", " "), value) for name, value in about.items()],
            heading,
            text=wrapped,
        )
        book.close()

    def files(self, folder: Path) -> Iterator[DataFile]:  # noqa: ARG002
        """Yield the workbook."""
        yield DataFile(WORKBOOK)

    def validate(self, content: ReleaseContent) -> Iterator[str]:
        """Compare the row counts of the sheets of views."""
        with zipfile.ZipFile(content.folder / WORKBOOK) as book:
            for number, view in enumerate(SHEET_TITLES, start=1):
                with book.open(f"xl/worksheets/sheet{number}.xml") as sheet:
                    elements = ElementTree.iterparse(sheet)  # noqa: S314
                    rows = sum(element.tag.endswith("}row") for _, element in elements)
                expected = count_rows(content.connection, quote_identifier(view))
                yield from count_mismatch(f"{WORKBOOK}, sheet {number}", expected, rows - 1)


def _fill_sheet(
    sheet: Worksheet,
    header: Sequence[str],
    rows: Sequence[Row],
    heading: Format,
    *,
    text: Format | None = None,
    unlinked: Collection[object] = (),
) -> None:
    sheet.write_row(0, 0, header, heading)
    for row_index, row in enumerate(rows, start=1):
        for column_index, value in enumerate(row):
            _write_cell(sheet, row_index, column_index, value, text, unlinked)
    for column_index, title in enumerate(header):
        longest = max(
            (len(str(row[column_index])) for row in rows if row[column_index] is not None), default=0
        )
        width = min(max(longest, len(title), MIN_WIDTH) + 1, MAX_WIDTH)
        sheet.set_column(column_index, column_index, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(header) - 1)


def _write_cell(
    sheet: Worksheet, row: int, column: int, value: object, text: Format | None, unlinked: Collection[object]
) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif _is_link(str(value)) and value not in unlinked:
        sheet.write_url(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:MAX_CELL_CHARACTERS], text)


def _is_link(value: str) -> bool:
    return value.startswith("https://") and " " not in value and len(value) <= MAX_LINK_CHARACTERS


def _placeholder_urls(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the addresses that contain a placeholder report number and therefore do not exist."""
    rows = connection.execute("SELECT url FROM placeholder_report_ids").fetchall()
    return frozenset(url for (url,) in rows)


def _column_meanings(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the sheet title, the name and the description of each column of the published views."""
    views = ", ".join(map(quote_literal, SHEET_TITLES))
    rows = connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns()"  # noqa: S608
        f" WHERE table_name IN ({views}) ORDER BY list_position([{views}], table_name), column_index"
    )
    return [(SHEET_TITLES[view], column, comment) for view, column, comment in rows.fetchall()]
