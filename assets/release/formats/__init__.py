"""The output formats of a release: one module per format, registered in ``FORMATS``.

In: the database of a release. Out: the data files in the release folder. Everything that writes, validates
or describes data files iterates over ``FORMATS``: to add a format, implement ``base.ReleaseFormat`` in a
new module and register it here.
"""

from assets.release.formats.base import ReleaseFormat
from assets.release.formats.csv import CsvFormat
from assets.release.formats.duckdb import DuckDBFormat
from assets.release.formats.parquet import ParquetFormat
from assets.release.formats.stata import StataFormat
from assets.release.formats.xlsx import XlsxFormat

#: All formats, in the order in which they are written, validated and listed in the data dictionary.
FORMATS: list[ReleaseFormat] = [DuckDBFormat(), ParquetFormat(), CsvFormat(), StataFormat(), XlsxFormat()]
