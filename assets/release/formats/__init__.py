"""The output formats of a release: one module per format, registered in ``FORMATS``.

In: the database of a release. Out: the data files in the release folder. Everything that writes, validates
or describes data files iterates over ``FORMATS``: to add a format, implement ``base.ReleaseFormat`` in a
new module and register it here.
"""

from pathlib import PurePosixPath

from assets.release.formats.base import ReleaseFormat
from assets.release.formats.csv import CsvFormat
from assets.release.formats.duckdb import DuckDBFormat
from assets.release.formats.parquet import ParquetFormat
from assets.release.formats.stata import StataFormat
from assets.release.formats.xlsx import XlsxFormat

#: All formats, in the order in which they are written, validated and listed in the data dictionary. The
#: database is the first: the others are written from it.
FORMATS: list[ReleaseFormat] = [DuckDBFormat(), ParquetFormat(), CsvFormat(), StataFormat(), XlsxFormat()]


def format_of(path: str) -> ReleaseFormat | None:
    """Return the format of a file of a release, by its path in the folder; None for a document."""
    roots = {PurePosixPath(pattern).parts[0]: one for one in FORMATS for pattern in one.paths}
    return roots.get(PurePosixPath(path).parts[0])
