"""Is a warehouse whole? ``python -m orchestration.commands.verify WAREHOUSE`` says what is wrong, a line for each.

Nothing is believed because this project wrote it: every file of the archive and of the releases is hashed
anew, every rule of the tables' declarations is checked again, and what the listing, the archive's log, the
Parquet files and the database say of the same thing is compared. What must hold of rows across tables is a
query in ``RULES``; add others there. The exit code is 1 if anything is wrong. A warehouse that is just being
built looks broken.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa

from assets.archive.archive import FETCH_LOG_SCHEMA, STORED, ArchiveError, read_log, stored_file_path
from assets.database.build import database_path
from assets.database.sql_files import read_sql_files, sql_folder
from assets.release.manifest import sha256 as fingerprint
from assets.release.releases import current
from assets.release.validation import ReleaseError, validate_files
from assets.schema.tables import REPORT_TABLES, TABLES, Table
from assets.schema.validation import check_references, check_rows
from assets.storage import parquet_store
from assets.storage.filesystem import local_copy, resolve_path

#: Of one rule so many offenders are named, and the rest counted.
MAX_LISTED = 20

_FETCHES = Table("fetches", "The archive's log", ("report_id", "requested_at"), FETCH_LOG_SCHEMA)
_ORDERED = tuple(name for name in REPORT_TABLES if "ordinal" in TABLES[name].key)
_WITH_URN = tuple(name for name in REPORT_TABLES if name != "reports" and "urn" in TABLES[name].schema.names)
_WITH_PAGE = tuple(name for name in REPORT_TABLES if "page" in TABLES[name].schema.names)
_READ = tuple(name for name in REPORT_TABLES if name not in ("reports", "extraction_issues"))


def _each(tables: Iterable[str], query: str) -> str:
    """Ask the same of several tables; ``{table}`` stands for each."""
    return " UNION ALL ".join(query.format(table=name) for name in tables)


#: What must hold, and a query for what breaks it: one column, a few words that name the offender. They read
#: the tables, and the archive's log as ``fetches``.
RULES: Mapping[str, str] = {
    "every publication has its row in reports": """
        SELECT report_id FROM publications ANTI JOIN reports USING (report_id)""",
    "a report is what its publication says": """
        SELECT r.report_id FROM reports AS r JOIN publications AS p USING (report_id)
        WHERE (r.urn, r.family, r.title, r.published, r.source_url)
            IS DISTINCT FROM (p.urn, p.family, p.title, p.published, p.url)""",
    "a report stands in the year of its publication": """
        SELECT format('{}: in {}', report_id, publication_year)
        FROM reports AS r JOIN publications AS p USING (report_id)
        WHERE publication_year
            <> year(coalesce(p.published, p.listed_inspection_date, p.first_seen::DATE))""",
    "a publication is seen first, then last": """
        SELECT report_id FROM publications WHERE first_seen > last_seen""",
    "a report with a file was fetched as it says": """
        SELECT report_id FROM reports AS r WHERE sha256 IS NOT NULL AND NOT EXISTS (
            FROM fetches AS f WHERE f.outcome = 'stored' AND f.report_id = r.report_id AND f.sha256 = r.sha256
            AND f.size_bytes = r.size_bytes AND f.requested_at = r.retrieved_at)""",
    "a report was read from the last file that came": """
        SELECT report_id FROM reports JOIN (
            SELECT report_id, arg_max(sha256, requested_at) AS last
            FROM fetches WHERE outcome = 'stored' GROUP BY report_id
        ) USING (report_id) WHERE sha256 IS DISTINCT FROM last""",
    "a report that was read has a file, its size, its time, its pages and its reader": """
        SELECT report_id FROM reports WHERE status IN ('complete', 'partial', 'not_extracted')
        AND (sha256 IS NULL OR size_bytes IS NULL OR retrieved_at IS NULL OR pages IS NULL
            OR extractor_version IS NULL)""",
    "a missing report has no file, an unreadable one has": """
        SELECT format('{}: {}', report_id, status) FROM reports
        WHERE status IN ('missing', 'unreadable') AND (status = 'missing') = (sha256 IS NOT NULL)""",
    "a report is partial, unreadable or missing if an issue is an error, and only then": """
        SELECT format('{}: {}', report_id, status) FROM reports
        LEFT JOIN (SELECT DISTINCT report_id, true AS wrong FROM extraction_issues WHERE severity = 'error')
            USING (report_id)
        WHERE status <> 'not_extracted' AND (status = 'complete') = coalesce(wrong, false)""",
    "a report that was read has lines": """
        SELECT report_id FROM reports ANTI JOIN report_lines USING (report_id)
        WHERE status IN ('complete', 'partial')""",
    "a report that could not be read has no rows": _each(
        _READ,
        """SELECT DISTINCT format('{{}} in {table}', report_id) FROM {table} JOIN reports USING (report_id)
        WHERE reports.status IN ('missing', 'unreadable')""",
    ),
    "a row is of the authority of its report": _each(
        _WITH_URN,
        """SELECT DISTINCT format('{{}} in {table}', report_id)
        FROM {table} AS t JOIN reports AS r USING (report_id) WHERE t.urn <> r.urn""",
    ),
    "a row stands in the year of its report": _each(
        [name for name in REPORT_TABLES if name != "reports"],
        """SELECT DISTINCT format('{{}} in {table}', report_id)
        FROM {table} AS t JOIN reports AS r USING (report_id)
        WHERE t.publication_year <> r.publication_year""",
    ),
    "a report's rows are counted from 1 without a gap": _each(
        _ORDERED,
        """SELECT format('{{}} in {table}', report_id) FROM {table} GROUP BY report_id
        HAVING min(ordinal) <> 1 OR max(ordinal) <> count(*)""",
    ),
    "the lines of a page are counted from 1 without a gap": """
        SELECT format('{}, page {}', report_id, page) FROM report_lines GROUP BY report_id, page
        HAVING min(line) <> 1 OR max(line) <> count(*)""",
    "a row stands on a page that its report has": _each(
        _WITH_PAGE,
        """SELECT DISTINCT format('{{}} in {table}', report_id) FROM {table} JOIN reports USING (report_id)
        WHERE page NOT BETWEEN 1 AND pages""",
    ),
    "a judgement has a grade and a rank if it is graded, and only then": """
        SELECT format('{} {}', report_id, area) FROM judgements
        WHERE (status = 'graded', status = 'graded') <> (grade IS NOT NULL, grade_rank IS NOT NULL)""",
}


@dataclass(frozen=True)
class _Warehouse:
    """What could be read of a warehouse: where it lies, its tables, and the archive's log."""

    path: Path
    tables: Mapping[str, pa.Table]
    fetches: pa.Table


def verify(path: Path) -> list[str]:
    """Return what is wrong with a warehouse, a sentence each that says where; nothing if it is whole."""
    wrong: list[str] = []
    tables = {name: table for name in TABLES if (table := _table(path, name, wrong)) is not None}
    try:
        fetches = read_log(path / "archive")
    except ArchiveError as error:
        wrong.append(str(error))
        fetches = FETCH_LOG_SCHEMA.empty_table()
    found = _Warehouse(path, tables, fetches)
    for check in (_archive, _keys_and_references, _rules, _database, _releases, _leftovers):
        wrong.extend(check(found))
    return wrong


def _table(path: Path, name: str, wrong: list[str]) -> pa.Table | None:
    """Read a table file by file, and check each against its declaration; None if one cannot be read."""
    years = parquet_store.stored_years(path, name) if TABLES[name].by_year else (None,)
    if not all(parquet_store.table_path(path, name, year).is_file() for year in years) or not years:
        wrong.append(f"parquet/{name}: there is no file")
    parts = []
    for year in years:
        where = parquet_store.table_path(path, name, year).relative_to(path)
        try:
            rows = parquet_store.read(path, name, year)
        except parquet_store.ReadError as error:
            wrong.append(f"{where}: {error}")
            return None
        faults = check_rows(TABLES[name], rows, year)
        # Keys are looked at over all years at once.
        wrong.extend(f"{where}: {fault}" for fault in faults if fault.rule != "key")
        parts.append(rows)
    return pa.concat_tables(parts) if parts else TABLES[name].schema.empty_table()


def _archive(found: _Warehouse) -> Iterator[str]:
    """Hash every file, and compare the files with the log."""
    archive = found.path / "archive"
    yield from (f"archive/fetches.parquet: {fault}" for fault in check_rows(_FETCHES, found.fetches))
    stored = {row["sha256"]: row for row in found.fetches.to_pylist() if row["outcome"] == STORED}
    for sha256, row in stored.items():
        file = stored_file_path(archive, str(sha256))
        where = f"{file.relative_to(found.path)} (report {row['report_id']})"
        if not file.is_file():
            yield f"{where}: the file is gone"
        elif (size := file.stat().st_size) != row["size_bytes"]:
            yield f"{where}: it has {size:,} bytes, not {row['size_bytes']:,}"
        elif fingerprint(file) != sha256:
            yield f"{where}: its content has another fingerprint"
    for file in sorted((archive / "files").glob("*")):
        if file.suffix != ".pdf" or file.stem not in stored:
            yield f"{file.relative_to(found.path)}: the log knows of no such file"


def _keys_and_references(found: _Warehouse) -> Iterator[str]:
    """Look for keys that are there twice, be it in two years, and for references that lead nowhere."""
    for name, rows in found.tables.items():
        yield from (f"parquet/{fault}" for fault in check_rows(TABLES[name], rows) if fault.rule == "key")
    yield from (f"parquet/{fault}" for fault in check_references(found.tables))


def _rules(found: _Warehouse) -> Iterator[str]:
    """Ask what breaks each rule; a table that could not be read is wrong anyway, and nothing can be asked."""
    if found.tables.keys() != TABLES.keys():
        return
    with duckdb.connect() as connection:
        for name, rows in (*found.tables.items(), ("fetches", found.fetches)):
            connection.register(name, rows)
        for rule, query in RULES.items():
            offenders = sorted(str(row[0]) for row in connection.execute(query).fetchall())
            yield from _some(f"it does not hold that {rule}", offenders)


def _some(wrong: str, offenders: list[str]) -> Iterator[str]:
    yield from (f"{wrong}: {offender}" for offender in islice(offenders, MAX_LISTED))
    if len(offenders) > MAX_LISTED:
        yield f"{wrong}: and {len(offenders) - MAX_LISTED} more"


def _database(found: _Warehouse) -> Iterator[str]:
    """Compare the database with the Parquet files, row by row, and look at every view."""
    path = database_path(found.path)
    if not path.is_file():
        yield f"{path.name}: there is no database"
        return
    try:
        with local_copy(path) as file, duckdb.connect(file, read_only=True) as connection:
            yield from (f"{path.name}: {problem}" for problem in _in_database(connection, found.tables))
    except duckdb.Error as error:
        yield f"{path.name}: {str(error).splitlines()[0]}"


def _in_database(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> Iterator[str]:
    present = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    yield from (f"there is no table {name}" for name in TABLES if name not in present)
    derived = {table.name for table in read_sql_files(sql_folder() / "tables")}
    yield from (f"{name} is no table of ours" for name in sorted(present - TABLES.keys() - derived))
    keyed = connection.execute(
        "SELECT table_name, constraint_column_names FROM duckdb_constraints()"
        " WHERE constraint_type = 'PRIMARY KEY'"
    ).fetchall()
    for name in (name for name in tables if name in present):
        if (name, list(TABLES[name].key)) not in keyed:
            yield f"table {name} has no key, or another than ({', '.join(TABLES[name].key)})"
        connection.register("stored", tables[name])
        # Names are from TABLES.
        more, less = (
            f"SELECT count(*) FROM (SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other})"  # noqa: S608
            for one, other in ((f'"{name}"', "stored"), ("stored", f'"{name}"'))
        )
        for query, sentence in (
            (more, "are not in the Parquet files"),
            (less, "of the Parquet files are not in it"),
        ):
            if (count := connection.execute(query).fetchall()[0][0]) > 0:
                yield f"table {name}: {count} rows {sentence}"
    yield from _views(connection)


def _views(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    present = {name for (name,) in views}
    yield from (
        f"there is no view {view.name}"
        for view in read_sql_files(sql_folder() / "views")
        if view.name not in present
    )
    for name in sorted(present):
        try:
            connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608 (a name the database gave)
        except duckdb.Error as error:
            yield f"view {name}: {str(error).splitlines()[0]}"


def _releases(found: _Warehouse) -> Iterator[str]:
    """Hash every file of every release, and look at what names the current one."""
    folders = (path for path in (found.path / "releases").glob("*") if path.is_dir())
    for folder in sorted(path for path in folders if not path.name.startswith(".")):
        try:
            validate_files(folder)
        except ReleaseError as error:
            yield str(error)
    try:
        current(found.path)
    except ReleaseError as error:
        yield str(error)


def _leftovers(found: _Warehouse) -> Iterator[str]:
    """Look for what an interrupted run may leave, and for what nobody reads."""
    known = {
        parquet_store.table_path(found.path, name, year)
        for name in TABLES
        for year in (parquet_store.stored_years(found.path, name) if TABLES[name].by_year else (None,))
    }
    parquet, main = found.path / "parquet", database_path(found.path)
    strange = [
        *(path for path in parquet.rglob("*") if path.is_file() and path not in known),
        *(path for path in found.path.glob(f"{main.name}*") if path != main),
        *found.path.rglob(".new-*"),
        *(found.path / "archive").glob("*.part"),
    ]
    yield from (f"{path.relative_to(found.path)}: it belongs to nothing" for path in sorted(set(strange)))


def main() -> int:
    """Run the command line."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m orchestration.commands.verify WAREHOUSE\n")
        return 2
    path = resolve_path(sys.argv[1])
    if not path.is_dir():
        sys.stderr.write(f"{path} is no folder\n")
        return 1
    wrong = verify(path)
    sys.stdout.writelines(f"{problem}\n" for problem in wrong)
    if not wrong:
        rows = sum(parquet_store.count_rows(path, name) for name in TABLES)
        files = len(list((path / "archive" / "files").glob("*.pdf")))
        sys.stdout.write(f"{path} is whole: {files:,} files, {len(TABLES)} tables, {rows:,} rows.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
