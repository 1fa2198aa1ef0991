"""What all metadata standards share: the document type, file facts, the period and the citation."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assets.release.formats import FORMATS
from assets.release.formats.base import DataFile, ReleaseFormat

Document = dict[str, Any]

KEYWORDS = ("Ofsted", "children's services", "inspection", "local authorities")


def complete_files(folder: Path) -> Iterator[tuple[ReleaseFormat, DataFile]]:
    """Yield the data files of a release with their format, without partitions of files that are listed."""
    for release_format in FORMATS:
        for file in release_format.files(folder):
            if not file.is_partition:
                yield release_format, file


def description(about: Mapping[str, Any]) -> str:
    """Return the description of the dataset with its caveat."""
    return f"{about['description']} {about['caveat']}"


def period(about: Mapping[str, Any]) -> str:
    """Return the publication dates that the dataset covers, as an ISO 8601 interval."""
    return f"{about['published_from']}/{about['published_to']}"


def citation(about: Mapping[str, Any], version: str) -> str:
    """Return how to cite a release."""
    return f"{about['title']}, release {version}. {about['attribution']}"
