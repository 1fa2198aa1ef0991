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

from assets.parsing.models import Issue
from assets.parsing.report import Publication, empty_tables, extractor_version
from assets.schema.tables import REPORT_TABLES

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


def years_to_build(
    wanted: Iterable[int], listed: Mapping[str, int], stored: Mapping[str, Iterable[int]]
) -> tuple[int, ...]:
    """Return the years to build together, so that no report is left in two of them, or in none.

    Reports move when the site dates them anew: ``listed`` gives the year each belongs to, ``stored`` those in
    which it has rows. Where one comes from and goes to is built with the years that are wanted.
    """
    moves = [{year, *stored.get(report_id, ())} for report_id, year in listed.items()]
    years = set(wanted)
    while more := {year for move in moves if move & years for year in move} - years:
        years |= more
    return tuple(sorted(years))


def _is_current(publication: Publication, known: Mapping[str, dict[str, Any]]) -> bool:
    row = known.get(publication.report_id)
    if row is None or row["status"] == "unreadable":  # its worker may have died of a passing cause
        return False
    version = extractor_version() + publication.corrections
    return bool(row["extractor_version"] == version and _listed(publication).items() <= row.items())


def pending_reports(publications: Iterable[tuple[Publication, Path | None]], before: pa.Table) -> list[str]:
    """Return the reports of which something else is listed, archived or corrected than their rows say.

    That the code which reads them is another is no news: it shows as stale, and a person decides.
    """
    known = {row["report_id"]: row for row in before.to_pylist()}
    listed = {publication.report_id: publication for publication, _ in publications}
    gone = known.keys() - listed.keys()
    return sorted({key for key, each in listed.items() if _is_news(each, known.get(key))} | gone)


def _is_news(publication: Publication, row: Mapping[str, Any] | None) -> bool:
    if row is None or not _listed(publication).items() <= row.items():
        return True
    _, plus, corrections = row["extractor_version"].partition("+")
    return bool(plus + corrections != publication.corrections)


def _listed(publication: Publication) -> dict[str, Any]:
    """Return what a publication's row in ``reports`` says of it as it is listed and archived."""
    return {key: value for key, value in asdict(publication).items() if key not in _NOT_STORED}


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


def missing_report_tables(publication: Publication) -> dict[str, pa.Table]:
    """Return the rows of a publication whose file could not be had."""
    return empty_tables(publication, "missing", Issue("missing", publication.missing))
