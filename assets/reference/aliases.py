"""Other names that people use for authorities: "Bucks", "BCP", "Bristol" for "Bristol, City of".

They help people to find an authority and are not published as a table. A name can stand for several
authorities: "Northants" is North Northamptonshire and West Northamptonshire, and the former county.
"""

from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable

from assets.reference.loaders import read_reference_tables
from assets.schema.csv_files import CsvFileError, read_cells

ALIASES = resources.files(__package__) / "data" / "authority_aliases.csv"


def read_aliases(path: Traversable | None = None) -> Mapping[int, Sequence[str]]:
    """Return the other names of authorities by URN, in the order of the file (default: ``ALIASES``).

    Raises:
        CsvFileError: The file is invalid, names an unknown authority, or has a row twice.
    """
    path = path or ALIASES
    authorities = read_reference_tables()["authorities"].to_pylist()
    known = {str(row["urn"]): int(row["urn"]) for row in authorities}
    aliases: dict[int, list[str]] = {}
    for line, cells in read_cells(path, ("urn", "alias")):
        if cells["urn"] not in known:
            raise CsvFileError(f"{path.name}, line {line}, column urn: {cells['urn']!r} is not an authority")
        alias = " ".join(cells["alias"].split())
        names = aliases.setdefault(known[cells["urn"]], [])
        if not alias or alias.lower() in {name.lower() for name in names}:
            raise CsvFileError(f"{path.name}, line {line}, column alias: the name is empty or repeated")
        names.append(alias)
    return aliases
