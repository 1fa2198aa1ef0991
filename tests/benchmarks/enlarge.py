"""Makes a warehouse several times as large: copies of its rows with other identities and dates.

Each copy is a period of its own, ``PERIOD_YEARS`` after the one before: its reports are published then, and
its authorities exist then. So there are as many times the reports, authorities and years, no two
Parquet files are equal, and the rows satisfy every rule that the original satisfies. Vocabularies, lexicons
and corrections are not copied. The archive's files are shared by the copies of a report.

The views of reporting years end with 2099, so they do not show the last periods.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.archive.archive import FETCH_LOG_SCHEMA, LOG_FILE, read_log
from assets.database.connection import connect
from assets.database.quoting import quote_identifier
from assets.schema.tables import TABLES
from assets.storage import parquet_store

#: Distance between two copies: the years from the first to the last publication, and no less.
PERIOD_YEARS = 15
#: The number of a period is one digit of its identities.
MAX_FACTOR = 10
#: Distance between the URNs of two copies.
_URNS = 10_000_000

_URN_COLUMNS = frozenset({"urn", "predecessor_urn", "successor_urn", "neighbour_urn"})
_URL_COLUMNS = frozenset({"url", "source_url", "public_url", "provider_url", "page_url", "address"})
_YEAR_COLUMNS = frozenset({"publication_year", "year", "population_year"})
#: Dates of reviews and of vocabularies, which are not part of a period.
_UNDATED_TABLES = frozenset({"acknowledged_issues"})


def enlarge(source: Path, target: Path, factor: int) -> None:
    """Write a warehouse with ``factor`` times the reports, authorities and years of another.

    It has no database and no release. Both are local. ``factor`` is at most ``MAX_FACTOR``.
    """
    periods = range(factor)
    for name, table in TABLES.items():
        for year in parquet_store.stored_years(source, name) if table.by_year else (None,):
            rows = parquet_store.read(source, name, year)
            if not (_URN_COLUMNS | {"report_id"}).intersection(rows.column_names):
                parquet_store.write(target, name, rows)
                continue
            copies = [_shift(name, rows, period, is_last=period == periods[-1]) for period in periods]
            if year is None:
                parquet_store.write(target, name, pa.concat_tables(copies))
                continue
            for period, copy in zip(periods, copies, strict=True):
                parquet_store.write(target, name, copy, year + PERIOD_YEARS * period)
    _enlarge_archive(source / "archive", target / "archive", periods)


def _enlarge_archive(source: Path, target: Path, periods: range) -> None:
    shutil.copytree(source / "files", target / "files", copy_function=_link)
    log = read_log(source)
    copies = [_with_identities(log, period) for period in periods]
    pq.write_table(pa.concat_tables(copies).cast(FETCH_LOG_SCHEMA), target / LOG_FILE)


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _shift(name: str, rows: pa.Table, period: int, *, is_last: bool) -> pa.Table:
    """Return the rows of a table in another period."""
    shifted = _with_identities(rows, period)
    years = PERIOD_YEARS * period
    with connect() as connection:
        connection.register("shifted", shifted)
        replaced = ", ".join(
            f"{expression} AS {quote_identifier(column)}"
            for column, expression in _dates(name, rows, years, is_last=is_last)
        )
        query = f"SELECT * REPLACE ({replaced}) FROM shifted" if replaced else "FROM shifted"
        return connection.execute(query).fetch_arrow_table()


def _dates(name: str, rows: pa.Table, years: int, *, is_last: bool) -> Iterator[tuple[str, str]]:
    """Yield the date and year columns of a table, each with its expression in SQL."""
    if name in _UNDATED_TABLES:
        return
    for field in rows.schema:
        column = quote_identifier(field.name)
        moved = f"CAST({column} + INTERVAL ({years}) YEAR AS DATE)"
        if name == "authorities" and field.name == "valid_from":
            first = f"DATE '{_FIRST_YEAR + years}-01-01'"
            yield field.name, f"coalesce({moved}, {first})"
        elif name == "authorities" and field.name == "valid_to" and not is_last:
            last = f"DATE '{_FIRST_YEAR + years + PERIOD_YEARS - 1}-12-31'"
            yield field.name, f"coalesce({moved}, {last})"
        elif pa.types.is_date(field.type):
            yield field.name, moved
        elif field.name in _YEAR_COLUMNS:
            yield field.name, f"CAST({column} + {years} AS INTEGER)"


#: First year of the original's period.
_FIRST_YEAR = 2012


def _with_identities(rows: pa.Table, period: int) -> pa.Table:
    """Return the rows with the identities of another period; those of period 0 are kept."""
    if period == 0:
        return rows
    for name in rows.column_names:
        values = rows[name]
        if name in _URN_COLUMNS:
            changed = pc.add(values, pa.scalar(period * _URNS, pa.int32()))
        elif name == "report_id":
            changed = pc.binary_join_element_wise(str(period), pc.utf8_lpad(values, 9, "0"), "")
        elif name in ("gss_code", "area_code"):
            # Of authorities only: the last four digits number them within their kind, the two before are 0.
            changed = pc.replace_substring_regex(values, "^(E(?:06|07|08|09|10))00", rf"\10{period}")
        elif name in _URL_COLUMNS:
            changed = pc.replace_substring_regex(values, "([0-9]+)$", rf"{period}00\1")
            changed = pc.replace_substring_regex(changed, "[0-9]*([0-9]{9})$", rf"{period}\1")
        else:
            continue
        rows = rows.set_column(rows.column_names.index(name), rows.field(name), changed)
    if {"urn", "name", "official_name"} <= set(rows.column_names):
        names = pc.binary_join_element_wise(rows["name"], str(period), " ")
        rows = rows.set_column(rows.column_names.index("name"), rows.field("name"), names)
    return rows
