"""The workbook for those who open a spreadsheet: latest judgements, history, what the columns mean, about.

Text is text, whatever it begins with: no cell is ever a formula, and only an address that a report really has
is a link. Dates are dates, shown as 2026-06-08. The same rows give the same bytes.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.database.quoting import quote_identifier, quote_literal
from assets.release.formats.tabular import SHEETS

TITLES: Mapping[str, str] = {"latest_judgements": "Latest judgements", "judgement_history": "History"}

#: Columns are as wide as their longest value, within these numbers of letters.
MIN_WIDTH, MAX_WIDTH = 8, 48
#: Excel takes no more letters in a cell, and no more in a link.
MAX_CELL_CHARACTERS, MAX_LINK_CHARACTERS = 32_767, 2_000

#: No time of making: equal workbooks are equal files.
_MADE = datetime(2000, 1, 1)
_PLAIN = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}

Row = Sequence[Any]


def write_workbook(connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any], path: Path) -> None:
    """Write the workbook of a database; ``facts`` is the row of its view ``about``."""
    book = xlsxwriter.Workbook(path, {**_PLAIN, "default_date_format": "yyyy-mm-dd"})
    book.set_properties(
        {
            "title": facts["title"],
            "author": facts["creator"],
            "comments": facts["attribution"],
            "created": _MADE,
        }
    )
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE7EE"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    placeholder_report_ids = _stand_ins(connection)
    for view in SHEETS:
        found = connection.execute(f"SELECT * FROM {quote_identifier(view)}")  # noqa: S608
        header = [column[0] for column in found.description or ()]
        _add_sheet(
            book.add_worksheet(TITLES[view]),
            header,
            found.fetchall(),
            heading,
            unlinked=placeholder_report_ids,
        )
    _add_sheet(
        book.add_worksheet("Columns"),
        ["sheet", "column", "meaning"],
        _meanings(connection),
        heading,
        text=wrapped,
    )
    about = [(key.replace("_", " "), value) for key, value in facts.items()]
    _add_sheet(book.add_worksheet("About"), ["what", "this dataset"], about, heading, text=wrapped)
    book.close()


def _add_sheet(
    sheet: Worksheet,
    header: Sequence[str],
    rows: Sequence[Row],
    heading: Format,
    *,
    text: Format | None = None,
    unlinked: Collection[object] = (),
) -> None:
    sheet.write_row(0, 0, header, heading)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write(sheet, number, place, value, text, unlinked)
    for place, column in enumerate(header):
        widest = max((len(str(row[place])) for row in rows if row[place] is not None), default=0)
        sheet.set_column(place, place, min(max(widest, len(column), MIN_WIDTH) + 1, MAX_WIDTH))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(header) - 1)


def _write(
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


def _stand_ins(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the addresses that lead nowhere, for the number in them is a stand-in."""
    return frozenset(
        url for (url,) in connection.execute("SELECT url FROM placeholder_report_ids").fetchall()
    )


def _meanings(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    listed = ", ".join(map(quote_literal, SHEETS))
    found = connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns()"  # noqa: S608
        f" WHERE table_name IN ({listed}) ORDER BY list_position([{listed}], table_name), column_index"
    )
    return [(TITLES[view], column, comment) for view, column, comment in found.fetchall()]
