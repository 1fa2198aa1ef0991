"""``dataset.jsonld``: schema.org's Dataset with the corresponding terms of DCAT, for catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assets.release.formats.base import ReleaseContent
from assets.release.manifest import sha256
from assets.release.metadata.common import KEYWORDS, Document, citation, complete_files, description, period

FILE_NAME = "dataset.jsonld"

_CONTEXT: Document = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
}


def document(content: ReleaseContent, version: str) -> Document:
    """Return the JSON-LD description of a release whose data files have been written."""
    about = content.about
    columns = content.connection.execute(
        "SELECT DISTINCT column_name FROM duckdb_columns() WHERE table_name IN ('judgements', 'findings',"
        " 'recommendations', 'reports') ORDER BY 1"
    ).fetchall()
    return {
        "@context": _CONTEXT,
        "@type": ["Dataset", "dcat:Dataset"],
        "name": about["title"],
        "identifier": f"{about['name']}-{version}",
        "description": description(about),
        "version": version,
        "dateModified": str(about["day"]),
        "license": about["licence_url"],
        "dct:license": {"@id": about["licence_url"]},
        "creditText": about["attribution"],
        "citation": citation(about, version),
        "creator": {"@type": "Organization", "name": about["creator"]},
        "isBasedOn": {"@type": "WebSite", "name": about["source"], "url": about["source_url"]},
        "measurementTechnique": about["method"],
        "temporalCoverage": period(about),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": str(about["published_from"]),
            "dcat:endDate": str(about["published_to"]),
        },
        "spatialCoverage": {
            "@type": "Country",
            "name": about["place"],
            "identifier": about["place_code"],
        },
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "variableMeasured": [name for (name,) in columns],
        "distribution": sorted(_distributions(content.folder), key=lambda entry: str(entry["name"])),
    }


def _distributions(folder: Path) -> Iterator[Document]:
    for release_format, file in complete_files(folder):
        path = folder / file.path
        yield {
            "@type": ["DataDownload", "dcat:Distribution"],
            "name": file.path,
            "contentUrl": file.path,
            "encodingFormat": release_format.media_type,
            "dcat:mediaType": release_format.media_type,
            "contentSize": f"{path.stat().st_size} B",
            "sha256": sha256(path),
        }
