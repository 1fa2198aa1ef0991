"""The reference files in ``data/``: authorities, their codes, successions, neighbours, official grades.

They are written by hand and by others (``data/SOURCES.md``), so that nothing in them is believed: every row
must hold to its table's declaration, every reference lead somewhere.
"""

from importlib import resources
from importlib.resources.abc import Traversable

import pyarrow as pa

from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows

#: The tables that are read from files, each after those it refers to.
REFERENCE_TABLES = (
    "authorities",
    "gss_codes",
    "successions",
    "statistical_neighbours",
    "official_judgements",
    "official_differences",
)


def read_reference_tables(folder: Traversable | None = None) -> dict[str, pa.Table]:
    """Return the reference tables by name, checked by themselves and against each other.

    Args:
        folder: Holds ``<table>.csv`` for each of ``REFERENCE_TABLES``; the packaged files if not given.

    Raises:
        ReferenceFileError: The first mistake found.
    """
    folder = folder or resources.files(__package__) / "data"
    files = {name: CsvFile.read(folder / f"{name}.csv", TABLES[name]) for name in REFERENCE_TABLES}
    tables = {name: file.rows for name, file in files.items()}
    faults = [fault for name, rows in tables.items() for fault in check_rows(TABLES[name], rows)]
    for fault in (*faults, *check_references(tables)):
        raise files[fault.table].mistake(fault)
    return tables
