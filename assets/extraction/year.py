"""One year's reports: which to read, which rows to keep, and the tables they come to.

A report is read again only if its file, what the site lists of it, its corrections, or the code that reads
changed; else its rows are carried over as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.extraction.report import Publication, extractor_version, without_rows
from assets.extraction.rows import Issue
from assets.tables.schemas import REPORT_TABLES

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Plan:
    """What is to be done for a year: reports to carry over, files to read, publications without a file."""

    kept: frozenset[str]
    to_read: tuple[tuple[Publication, Path], ...]
    missing: tuple[Publication, ...]


def plan(
    publications: Iterable[tuple[Publication, Path | None]], before: pa.Table, again: frozenset[str]
) -> Plan:
    """Compare a year's publications and their files with its table ``reports`` as it is.

    ``again`` names reports to read whatever is known of them.
    """
    known = {row["report_id"]: row for row in before.to_pylist()}
    kept, to_read, missing = set(), [], []
    for publication, path in publications:
        if path is None:
            missing.append(publication)
        elif publication.report_id not in again and _is_current(publication, known):
            kept.add(publication.report_id)
        else:
            to_read.append((publication, path))
    return Plan(frozenset(kept), tuple(to_read), tuple(missing))


def _is_current(publication: Publication, known: Mapping[str, dict[str, Any]]) -> bool:
    row = known.get(publication.report_id)
    if row is None or row["status"] == "unreadable":  # its worker may have died of a passing cause
        return False
    listed = {key: value for key, value in asdict(publication).items() if key not in _NOT_STORED}
    version = extractor_version() + publication.corrections
    return bool(row["extractor_version"] == version and listed.items() <= row.items())


_NOT_STORED = ("authority", "missing", "corrections")


def assemble(before: Tables, kept: frozenset[str], read: Iterable[Tables]) -> dict[str, pa.Table]:
    """Put a year's tables together: rows carried over, and rows just read."""
    fresh = list(read)
    ids = pa.array(sorted(kept), pa.string())
    return {
        name: pa.concat_tables(
            [
                before[name].filter(pc.is_in(before[name].column("report_id"), value_set=ids)),
                *(tables[name] for tables in fresh),
            ]
        )
        for name in REPORT_TABLES
    }


def rows_of_missing(publication: Publication) -> dict[str, pa.Table]:
    """Return the rows of a publication whose file could not be had."""
    return without_rows(publication, "missing", Issue("missing", publication.missing))
