"""Regenerates the extracts in ``data/official`` from the original files of the statistics.

The originals are not part of the project: they are downloaded from their publishers (``data/SOURCES.md``).
An extract keeps the rows and columns that an indicator needs, unchanged, and ``data_sets.csv`` records the
name and the hash of its original. Reading an extract gives the same figures as reading the original.
"""

import csv
import hashlib
import io
from pathlib import Path

import pyarrow as pa

from assets.reference.indicators import (
    DATA_SETS,
    AreaCodes,
    DataSet,
    SourceRow,
    read_declarations,
    read_rows,
)
from assets.schema.csv_files import CsvFile, CsvFileError
from assets.storage.atomic_write import atomic_write


def find_original(originals: Path, data_set: DataSet) -> Path:
    """Return the original file of a data set in a folder.

    Raises:
        CsvFileError: No file, or more than one, has a name that matches the declared pattern.
    """
    paths = sorted(originals.glob(data_set.file_pattern))
    if len(paths) != 1:
        found = ", ".join(path.name for path in paths) or "none"
        raise CsvFileError(f"one file of {data_set.name} must match {data_set.file_pattern}; found: {found}")
    return paths[0]


def write_extracts(originals: Path, folder: Path, authorities: pa.Table, gss_codes: pa.Table) -> list[Path]:
    """Replace the extracts in ``folder`` with those of the files in ``originals``; return their paths.

    All originals are read and checked before the first extract is written.

    Raises:
        CsvFileError: An original is missing or invalid.
        WriteError: A file cannot be written.
    """
    areas = AreaCodes(authorities, gss_codes)
    extracts: dict[str, str] = {}
    sources: dict[str, tuple[str, str]] = {}
    for name, data_set in read_declarations(folder).items():
        original = find_original(originals, data_set)
        rows = read_rows(original, data_set.header, areas, data_set)
        extracts[name] = _to_csv(data_set.extract_header, rows)
        sources[name] = (original.name, hashlib.sha256(original.read_bytes()).hexdigest())
    extracts["data_sets"] = _update_declarations(folder, sources)
    paths = []
    for name, text in extracts.items():
        path = folder / f"{name}.csv"
        with atomic_write(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def _to_csv(header: tuple[str, ...], rows: list[SourceRow]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.cells[name] for name in header] for row in rows)
    return text.getvalue()


def _update_declarations(folder: Path, sources: dict[str, tuple[str, str]]) -> str:
    """Return ``data_sets.csv`` with the names and hashes of the originals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(DATA_SETS.schema.names)
    for row in CsvFile.read(folder / "data_sets.csv", DATA_SETS).rows.to_pylist():
        row["file"], row["sha256"] = sources[row["data_set"]]
        writer.writerow(row.values())
    return text.getvalue()
