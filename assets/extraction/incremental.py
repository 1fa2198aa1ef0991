"""Incremental extraction: which reports of a year to read, which rows to keep, and the resulting tables.

A report is read again only if its file, its publication, its corrections or the extractor version changed.
Otherwise its stored rows are kept. Reading is done in ``worker_pool``, storing in ``assets``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.parsing.models import Issue
from assets.parsing.report import Publication, empty_tables, extractor_version
from assets.schema.tables import REPORT_TABLES

Tables = Mapping[str, pa.Table]

#: Fields of ``Publication`` that are not columns of ``reports``.
_NOT_STORED = ("authority", "missing", "listed_as", "corrections")


@dataclass(frozen=True)
class Plan:
    """The work for a year: ids of reports to keep, files to read, and publications without a file."""

    kept: frozenset[str]
    to_read: tuple[tuple[Publication, Path], ...]
    missing: tuple[Publication, ...]


def years_to_build(
    requested: Iterable[int], listed: Mapping[str, int], stored: Mapping[str, Iterable[int]]
) -> tuple[int, ...]:
    """Return the years that must be built together so that every report ends up in exactly one of them.

    A report moves to another year if the site changes its publication date.

    Args:
        requested: The years of the run.
        listed: The year of each listed report, by report id.
        stored: The years in which each report has rows, by report id.
    """
    moves = [{year, *stored.get(report_id, ())} for report_id, year in listed.items()]
    years = set(requested)
    while added := {year for move in moves if move & years for year in move} - years:
        years |= added
    return tuple(sorted(years))


def plan_year(
    publications: Iterable[tuple[Publication, Path | None]], stored: pa.Table, forced: frozenset[str]
) -> Plan:
    """Compare the publications of a year with its stored reports.

    Args:
        publications: The publications of the year, each with its archived file, if there is one.
        stored: The stored rows of ``reports`` of the year.
        forced: Ids of reports that are read even if nothing changed.
    """
    rows = _rows_by_report(stored)
    kept, to_read, missing = set(), [], []
    for publication, path in publications:
        report_id = publication.report_id
        if path is None:
            missing.append(publication)
        elif report_id not in forced and _is_current(publication, rows.get(report_id)):
            kept.add(report_id)
        else:
            to_read.append((publication, path))
    return Plan(frozenset(kept), tuple(to_read), tuple(missing))


def pending_reports(publications: Iterable[tuple[Publication, Path | None]], stored: pa.Table) -> list[str]:
    """Return the ids of reports whose publication, file or corrections differ from their stored rows.

    Reports that another version of the parser read are not included (``outdated_reports``).
    """
    rows = _rows_by_report(stored)
    listed = {publication.report_id: publication for publication, _ in publications}
    changed = {
        report_id
        for report_id, publication in listed.items()
        if _has_changed(publication, rows.get(report_id))
    }
    return sorted(changed | (rows.keys() - listed.keys()))


def outdated_reports(stored: pa.Table) -> list[str]:
    """Return the ids of the stored reports that another version of the parser read."""
    return sorted(
        row["report_id"] for row in stored.to_pylist() if _parser_version(row) != extractor_version()
    )


def other_listings(files: Iterable[tuple[str, str, str | None]]) -> dict[str, str]:
    """Return the other publications of each file that is published more than once, by report id.

    Args:
        files: Report id, name of the authority and hash of the file, if there is one, of all publications.
    """
    publications: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for report_id, authority, sha256 in files:
        if sha256 is not None:
            publications[sha256].append((report_id, authority))
    return {
        report_id: "the same file as "
        + " and ".join(f"{other} ({name})" for other, name in sorted(same_file) if other != report_id)
        for same_file in publications.values()
        if len(same_file) > 1
        for report_id, _ in same_file
    }


def assemble_tables(stored: Tables, kept: frozenset[str], extracted: Iterable[Tables]) -> dict[str, pa.Table]:
    """Concatenate the kept rows of a year's stored tables and the newly extracted rows.

    The result is a copy. Empty buffers of tables from another process can have addresses that Arrow warns of.
    """
    new_tables = list(extracted)
    kept_ids = pa.array(sorted(kept), pa.string())
    return {
        name: pa.concat_tables(
            [
                stored[name].filter(pc.is_in(stored[name].column("report_id"), value_set=kept_ids)),
                *(tables[name] for tables in new_tables),
            ]
        ).combine_chunks()
        for name in REPORT_TABLES
    }


def missing_report_tables(publication: Publication) -> dict[str, pa.Table]:
    """Return the rows of a publication without a file."""
    return empty_tables(publication, "missing", Issue("missing", publication.missing))


def _rows_by_report(reports: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["report_id"]: row for row in reports.to_pylist()}


def _is_current(publication: Publication, row: Mapping[str, Any] | None) -> bool:
    if row is None or row["status"] == "unreadable":  # a worker can die for a temporary reason
        return False
    version = extractor_version() + publication.corrections
    return bool(row["extractor_version"] == version and _stored_columns(publication).items() <= row.items())


def _has_changed(publication: Publication, row: Mapping[str, Any] | None) -> bool:
    if row is None or not _stored_columns(publication).items() <= row.items():
        return True
    corrections = row["extractor_version"].removeprefix(_parser_version(row))
    return bool(corrections != publication.corrections)


def _parser_version(row: Mapping[str, Any]) -> str:
    """Return the version of the parser that read a report, without the hash of the corrections."""
    return str(row["extractor_version"]).partition("+")[0]


def _stored_columns(publication: Publication) -> dict[str, Any]:
    """Return the columns of ``reports`` that come from the publication."""
    return {name: value for name, value in asdict(publication).items() if name not in _NOT_STORED}
