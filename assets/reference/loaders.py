"""Reads and validates the reference data: the CSV files in ``data/``, and the vocabularies as tables.

The files are edited by hand and come from several sources (``data/SOURCES.md``). Every row must satisfy the
declaration of its table, and every reference must exist; the first violation is an error.
"""

import re
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable

import pyarrow as pa

from assets.publications.issues import UNKNOWN_AUTHORITY
from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES
from assets.schema.validation import check_references, check_rows
from assets.schema.vocabularies import AREAS, FAMILIES, GRADES, Term

#: The tables that are read from files. A table follows those that it refers to.
REFERENCE_TABLES = (
    "authorities",
    "gss_codes",
    "successions",
    "statistical_neighbours",
    "official_judgements",
    "official_inspections",
    "official_differences",
    "topics",
    "abbreviations",
)

#: The type and the region of authorities that only the site's listing names.
PROVISIONAL, UNKNOWN_REGION = "provisional", "Not known"

#: The tables that publish a vocabulary, by name. The key column holds the code of each term.
VOCABULARY_TABLES: Mapping[str, Mapping[str, Term]] = {
    "families": FAMILIES,
    "areas": AREAS,
    "grades": GRADES,
}


def read_reference_tables(folder: Traversable | None = None) -> dict[str, pa.Table]:
    """Return the reference tables by name.

    Args:
        folder: Holds ``<table>.csv`` for each of ``REFERENCE_TABLES``; by default the packaged files.

    Raises:
        CsvFileError: A file is invalid, or a reference does not exist; the first error is reported.
    """
    folder = folder or resources.files(__package__) / "data"
    files = {name: CsvFile.read(folder / f"{name}.csv", TABLES[name]) for name in REFERENCE_TABLES}
    tables = {name: file.rows for name, file in files.items()}
    violations = [violation for name, rows in tables.items() for violation in check_rows(TABLES[name], rows)]
    for violation in (*violations, *check_references(tables)):
        raise files[violation.table].error(violation)
    return tables


def add_provisional_authorities(authorities: pa.Table, listing_issues: pa.Table) -> pa.Table:
    """Return the authorities, with a provisional row for each that only the site's listing names.

    Args:
        authorities: The authorities of the reference data.
        listing_issues: Rows of ``listing_issues``.
    """
    known = set(authorities["urn"].to_pylist())
    names = {
        row["urn"]: row["authority"]
        for row in listing_issues.to_pylist()
        if row["reason"] == UNKNOWN_AUTHORITY and row["urn"] not in known
    }
    provisional = [
        {
            "urn": urn,
            "name": _short_name(name),
            "official_name": name,
            "authority_type": PROVISIONAL,
            "region_name": UNKNOWN_REGION,
        }
        for urn, name in sorted(names.items())
    ]
    return pa.concat_tables([authorities, pa.Table.from_pylist(provisional, schema=authorities.schema)])


def _short_name(official_name: str) -> str:
    """Return a name without the words for the kind of council, as in the reference data."""
    name = re.sub(r"^(?:(?:London|Royal) Borough|City|County) of (?=\w)", "", official_name)
    kind = r"(?: (?:Metropolitan (?:Borough|District)|County|City|Borough|District))?"
    return re.sub(rf"(?<=\w){kind} (?:Council|Corporation)$", "", name)


def vocabulary_tables() -> dict[str, pa.Table]:
    """Return the tables of ``VOCABULARY_TABLES`` by name."""
    return {
        name: pa.Table.from_pylist(
            [
                {column: getattr(term, column, code) for column in TABLES[name].schema.names}
                for code, term in terms.items()
            ],
            schema=TABLES[name].schema,
        )
        for name, terms in VOCABULARY_TABLES.items()
    }
