"""Descriptions of a release for catalogues and validators: one module per standard, see ``STANDARDS``.

In: the table declarations, the view ``about`` and the data files of a release. Out: JSON documents next to
the data files. Each module has a ``FILE_NAME`` and a function ``document``; ``common`` has what they share.
"""

from collections.abc import Callable

from assets.release.formats.base import ReleaseContent
from assets.release.manifest import write_json
from assets.release.metadata import croissant, dcat, frictionless
from assets.release.metadata.common import Document

#: The function that creates each document, by file name.
STANDARDS: dict[str, Callable[[ReleaseContent, str], Document]] = {
    module.FILE_NAME: module.document for module in (frictionless, croissant, dcat)
}


def write_metadata(content: ReleaseContent, version: str) -> None:
    """Write all documents into a release folder whose data files have been written."""
    for file_name, document in STANDARDS.items():
        write_json(content.folder / file_name, document(content, version))
