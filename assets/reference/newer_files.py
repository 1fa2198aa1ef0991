"""Newer files of the official statistics: downloaded by URL, and kept in the warehouse.

A kept file replaces the packaged extract of its data set in every later run, until it is deleted.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from assets.publications.client import CrawlPolicy, SiteClient
from assets.reference.indicators import read_declarations
from assets.schema.csv_files import CsvFileError
from assets.storage.atomic_write import atomic_write

#: Folder of the warehouse that holds ``<data set>/<file>.csv``.
FOLDER = "official"


def download_newer_files(urls: Mapping[str, str], folder: Path, policy: CrawlPolicy) -> dict[str, Path]:
    """Download a file per data set to ``folder``; return the paths by data set.

    Raises:
        CsvFileError: A data set is not declared.
        SiteError: A file cannot be downloaded.
    """
    unknown = sorted(urls.keys() - read_declarations().keys())
    if unknown:
        raise CsvFileError(f"data set {unknown[0]!r} is not in data_sets.csv")
    paths = {}
    for data_set, url in urls.items():
        name = PurePosixPath(unquote(urlsplit(url).path)).name or data_set
        paths[data_set] = folder / (name if name.endswith(".csv") else f"{name}.csv")
        with SiteClient(urljoin(url, "/"), policy) as client:
            paths[data_set].write_bytes(client.page(url))
    return paths


def kept_files(warehouse: Path) -> dict[str, Path]:
    """Return the file that was downloaded last, by data set."""
    return {path.parent.name: path for path in sorted((warehouse / FOLDER).glob("*/*.csv"))}


def keep_files(warehouse: Path, paths: Mapping[str, Path]) -> None:
    """Keep downloaded files in the warehouse, one per data set."""
    for data_set, path in paths.items():
        kept = warehouse / FOLDER / data_set / path.name
        content = path.read_bytes()
        with atomic_write(kept) as temporary:
            temporary.write_bytes(content)
        for older in kept.parent.glob("*.csv"):
            if older.name != kept.name:
                older.unlink()
