"""``croissant.json``: Croissant 1.0, for machine learning tools.

Every table is a record set that is read from its Parquet file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.release.formats.base import ReleaseContent
from assets.release.formats.parquet import table_file
from assets.release.manifest import sha256
from assets.release.metadata.common import Document, citation, description, period
from assets.schema.tables import TABLES, Reference, Table, field_metadata

FILE_NAME = "croissant.json"

_CROISSANT_VERSION = "http://mlcommons.org/croissant/1.0"
#: The type of a column, by its Arrow type.
_ARROW_TYPES: Mapping[str, str] = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "double": "sc:Float",
    "bool": "sc:Boolean",
    "date32[day]": "sc:Date",
    "timestamp[us]": "sc:DateTime",
}


def document(content: ReleaseContent, version: str) -> Document:
    """Return the Croissant description of a release whose data files have been written."""
    about = content.about
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _CROISSANT_VERSION,
        "name": about["name"],
        "alternateName": about["title"],
        "description": description(about),
        "version": _semantic_version(version),
        "identifier": version,
        "datePublished": str(about["day"]),
        "license": about["licence_url"],
        "creator": {"@type": "sc:Organization", "name": about["creator"]},
        "url": about["source_url"],
        "isBasedOn": about["source_url"],
        "citeAs": citation(about, version),
        "creditText": about["attribution"],
        "temporalCoverage": period(about),
        "spatialCoverage": about["place"],
        "measurementTechnique": about["method"],
        "distribution": [_file_object(content.folder, table) for table in TABLES.values()],
        "recordSet": [_record_set(table) for table in TABLES.values()],
    }


def _semantic_version(version: str) -> str:
    """Return a release's version in the standard's form: '2026.9.1', or '2026.9.1+2' for '2026.09.01.2'."""
    year, month, day, *suffix = map(int, version.split("."))
    return f"{year}.{month}.{day}" + "".join(f"+{number}" for number in suffix)


def _file_object(folder: Path, table: Table) -> Document:
    path = table_file(table.name)
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": f"{table.name}.parquet",
        "description": table.description,
        "contentUrl": path,
        "contentSize": f"{(folder / path).stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256(folder / path),
    }


def _record_set(table: Table) -> Document:
    # Croissant can only express references of a single column.
    references = {
        reference.columns[0]: reference for reference in table.references if len(reference.columns) == 1
    }
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": [_field(table, field, references.get(field.name)) for field in table.schema],
    }


def _field(table: Table, field: pa.Field[Any], reference: Reference | None) -> Document:
    field_id = f"{table.name}/{field.name}"
    source = {
        "fileObject": {"@id": table_file(table.name)},
        "extract": {"column": field.name},
    }
    entry: Document = {
        "@type": "cr:Field",
        "@id": field_id,
        "name": field_id,
        "description": f"{field_metadata(field)} [{field_metadata(field, 'unit')}]",
        "source": source,
    }
    if reference:
        entry["references"] = {"field": {"@id": f"{reference.table}/{reference.key[0]}"}}
    if not pa.types.is_list(field.type):
        return entry | {"dataType": _ARROW_TYPES[str(field.type)]}
    element_type = field.type.value_type
    if not pa.types.is_struct(element_type):
        return entry | {"dataType": _ARROW_TYPES[str(element_type)], "repeated": True}
    return entry | {
        "repeated": True,
        "subField": [
            {
                "@type": "cr:Field",
                "@id": f"{field_id}/{part.name}",
                "name": f"{field_id}/{part.name}",
                "dataType": _ARROW_TYPES[str(part.type)],
                "source": source | {"transform": {"jsonPath": part.name}},
            }
            for part in element_type
        ],
    }


_CONTEXT: Document = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
