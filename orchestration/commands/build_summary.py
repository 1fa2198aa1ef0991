"""The summary that ends a build: reports by family and status, what could not be read, and what changed.

Everything is read from the database, before and after the build. Queries for users belong in ``sql/``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import duckdb
from tabulate import tabulate

from assets.archive.archive import latest_attempts
from assets.database.build import database_path
from assets.database.quoting import quote_identifier
from assets.progress import count
from assets.publications.client import GoneError
from assets.release.diff import PROVENANCE_COLUMNS
from assets.storage.filesystem import local_copy

#: Reports that could not be read are listed up to this number, and counted beyond it.
MAX_LISTED = 10
MAX_LINE_WIDTH = 160
#: The tables whose changes are counted, with their keys.
COMPARED: Mapping[str, tuple[str, ...]] = {"reports": ("report_id",), "judgements": ("report_id", "area")}
#: Columns that change if the same report is fetched or read again.
IGNORED_COLUMNS = PROVENANCE_COLUMNS | {"retrieved_at"}

_COUNTED = ("judgements", "findings", "recommendations")
_FAMILIES = """
    SELECT family, status, count(*) FROM reports GROUP BY ALL ORDER BY family, status"""
_ODDITIES = """
    SELECT reason, authority, detail, coalesce(nullif(text, ''), address)
    FROM listing_issues
    ORDER BY reason, authority, page_url, address, text"""
_PROBLEMS = """
    SELECT report_id, coalesce(authorities.name, ''), reports.publication_year, reports.status,
        string_agg(detail, '; ' ORDER BY code, detail)
    FROM reports
    JOIN extraction_issues AS issues USING (report_id)
    LEFT JOIN authorities ON authorities.urn = reports.urn
    WHERE issues.severity = 'error'
    GROUP BY ALL ORDER BY reports.publication_year DESC, report_id"""
_UNCOUNTED = """
    SELECT report_id, coalesce(authorities.name, ''), reports.publication_year, reports.not_counted_reason
    FROM reports
    LEFT JOIN authorities ON authorities.urn = reports.urn
    WHERE NOT reports.counts AND reports.status IN ('complete', 'partial')
    ORDER BY reports.publication_year DESC, report_id"""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Snapshot:
    """The rows of the compared tables of one database, by table and key."""

    rows: Mapping[str, Mapping[Row, Row]]

    @classmethod
    def read(cls, warehouse: Path) -> "Snapshot | None":
        """Return the snapshot of a warehouse's database; None if there is none, or it cannot be read."""
        try:
            with (
                local_copy(database_path(warehouse)) as path,
                duckdb.connect(path, read_only=True) as connection,
            ):
                return cls({table: _rows_by_key(connection, table, key) for table, key in COMPARED.items()})
        except (OSError, duckdb.Error):
            return None


def _rows_by_key(connection: duckdb.DuckDBPyConnection, table: str, key: tuple[str, ...]) -> dict[Row, Row]:
    others = [name for name in connection.table(table).columns if name not in {*key, *IGNORED_COLUMNS}]
    rows = connection.table(table).select(*key, *map(quote_identifier, others)).fetchall()
    return {row[: len(key)]: row[len(key) :] for row in rows}


def summarise(warehouse: Path, before: Snapshot | None) -> str:
    """Return the summary of a warehouse that was just built; ``before`` is the state before the build."""
    after = Snapshot.read(warehouse)
    assert after is not None
    with (
        local_copy(database_path(warehouse)) as path,
        duckdb.connect(path, read_only=True) as connection,
    ):
        families = connection.sql(_FAMILIES).fetchall()
        counts = {name: len(connection.table(name)) for name in _COUNTED}
        problems = connection.sql(_PROBLEMS).fetchall()
        uncounted = connection.sql(_UNCOUNTED).fetchall()
        oddities = connection.sql(_ODDITIES).fetchall()
    sections = [
        _family_table(families),
        ", ".join(count(number, name.removesuffix("s")) for name, number in counts.items()),
        *_problem_section(warehouse, problems),
        *_uncounted_section(uncounted),
        *_oddity_section(oddities),
        _changes(before, after),
        f"Database: {database_path(warehouse)}",
        'Next: inspections query "SELECT * FROM latest_judgements"\n      inspections website',
    ]
    return "\n\n".join(sections)


def _family_table(families: list[Row]) -> str:
    """Return a table of the number of reports by family and status."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for family, status, number in families:
        counts[family][status] = number
    statuses = sorted({status for _, status, _ in families})
    rows = [
        [family, *(own[status] or "" for status in statuses), own.total()]
        for family, own in sorted(counts.items(), key=lambda item: -item[1].total())
    ]
    totals = [sum(own[status] for own in counts.values()) for status in statuses]
    rows.append(["all", *totals, sum(totals)])
    return str(tabulate(rows, ["reports", *statuses, "total"], tablefmt="simple"))


def _problem_section(warehouse: Path, problems: list[Row]) -> Iterator[str]:
    """Yield what could not be read, one line per report, and one line for all files that no longer exist."""
    attempts = latest_attempts(warehouse / "archive")
    gone = {
        report_id
        for report_id, _, _, status, _ in problems
        if status == "missing" and attempts.get(report_id, {}).get("outcome") == GoneError.outcome
    }
    others = [row for row in problems if row[0] not in gone]
    if others:
        lines = [
            shorten(
                f"  {report_id} {authority}, {year} ({status}): {details}", MAX_LINE_WIDTH, placeholder=" …"
            )
            for report_id, authority, year, status, details in others[:MAX_LISTED]
        ]
        if len(others) > MAX_LISTED:
            lines.append(f"and {len(others) - MAX_LISTED:,} more: see the table extraction_issues")
        yield "\n  ".join(["Not completely read:", *lines])
    if gone:
        yield f"{count(len(gone), 'file is', 'files are')} listed but no longer available."


def _uncounted_section(uncounted: list[Row]) -> Iterator[str]:
    """Yield the reports that no view counts, one line each with the reason."""
    if not uncounted:
        return
    lines = [
        shorten(f"  {report_id} {authority}, {year}: {reason}", MAX_LINE_WIDTH, placeholder=" …")
        for report_id, authority, year, reason in uncounted[:MAX_LISTED]
    ]
    if len(uncounted) > MAX_LISTED:
        lines.append(
            f"and {len(uncounted) - MAX_LISTED:,} more: see the column not_counted_reason of reports"
        )
    yield "\n  ".join(["Read, but not counted in any view:", *lines])


def _oddity_section(oddities: list[Row]) -> Iterator[str]:
    """Yield the oddities of the site's pages, one line each."""
    if oddities:
        lines = [
            shorten(f"  {authority}: {detail} ({reason}): {text}", MAX_LINE_WIDTH, placeholder=" …")
            for reason, authority, detail, text in oddities[:MAX_LISTED]
        ]
        if len(oddities) > MAX_LISTED:
            counts = Counter(reason for reason, *_ in oddities)
            listed = ", ".join(f"{reason} {number}" for reason, number in sorted(counts.items()))
            lines.append(f"and {len(oddities) - MAX_LISTED:,} more: see the table listing_issues ({listed})")
        yield "\n  ".join(["Oddities of the site's pages:", *lines])


def _changes(before: Snapshot | None, after: Snapshot) -> str:
    if before is None:
        return "First build."
    parts = []
    for table in COMPARED:
        old, new = before.rows[table], after.rows[table]
        numbers = {
            "new": len(new.keys() - old.keys()),
            "changed": sum(old[key] != new[key] for key in old.keys() & new.keys()),
            "removed": len(old.keys() - new.keys()),
        }
        parts += [
            count(number, f"{what} {table.removesuffix('s')}") for what, number in numbers.items() if number
        ]
    return f"Since the last build: {', '.join(parts)}." if parts else "Nothing changed since the last build."
