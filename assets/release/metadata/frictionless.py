"""``datapackage.json``: Frictionless Data Package, version 2.

Delimited text files are table resources with a schema: of a table from its declaration, of a view from its
comments in the database. All other files are file resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.release.formats.base import (
    BUILD_COLUMNS,
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    ViewDescription,
)
from assets.release.manifest import sha256
from assets.release.metadata.common import KEYWORDS, Document, complete_files, description, period
from assets.schema.tables import TABLES, Table, allowed_values, field_metadata, field_pattern

FILE_NAME = "datapackage.json"

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

#: The type of a table's column, by its Arrow type; lists are arrays.
_ARROW_TYPES: Mapping[str, str] = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
    "date32[day]": "date",
    "timestamp[us]": "datetime",
}
#: The type of a view's column, by its DuckDB type.
_DUCKDB_TYPES: Mapping[str, str] = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


def document(content: ReleaseContent, version: str) -> Document:
    """Return the data package of a release whose data files have been written."""
    about = content.about
    return {
        "$schema": _PROFILE,
        "name": about["name"],
        "title": about["title"],
        "description": description(about),
        "version": version,
        "created": f"{about['day']}T00:00:00Z",
        "licenses": [{"name": about["licence_id"], "title": about["licence"], "path": about["licence_url"]}],
        "sources": [{"title": about["source"], "path": about["source_url"]}],
        "contributors": [{"title": about["creator"], "roles": ["creator"]}],
        "keywords": [*KEYWORDS, about["place"]],
        "temporal": period(about),
        "spatial": {"name": about["place"], "code": about["place_code"]},
        "method": about["method"],
        "attribution": about["attribution"],
        "software": {name.removeprefix("software_"): about[name] for name in BUILD_COLUMNS},
        "resources": [
            _table_resource(content, release_format, file)
            if release_format.dialect and file.source
            else _file_resource(content.folder, release_format, file)
            for release_format, file in complete_files(content.folder)
        ],
    }


def _table_resource(content: ReleaseContent, release_format: ReleaseFormat, file: DataFile) -> Document:
    source = str(file.source)
    if source in TABLES:
        source_description, schema = TABLES[source].description, _table_schema(TABLES[source])
    else:
        view = content.views[source]
        source_description, schema = view.comment, _view_schema(view)
    return {
        "name": Path(file.path).stem,
        "type": "table",
        "description": source_description,
        **_file_properties(content.folder, release_format, file),
        "encoding": "utf-8",
        "dialect": dict(release_format.dialect or {}),
        "schema": schema,
    }


def _file_resource(folder: Path, release_format: ReleaseFormat, file: DataFile) -> Document:
    if file.source in TABLES:
        text = f"{TABLES[str(file.source)].description}; the schema is in the file"
    elif file.source:
        text = f"The view {file.source}; the schema is in the file"
    else:
        text = release_format.paths.get(file.path, file.path)
    return {
        "name": f"{Path(file.path).stem}-{release_format.name}",
        "type": "file",
        "description": text,
        **_file_properties(folder, release_format, file),
    }


def _file_properties(folder: Path, release_format: ReleaseFormat, file: DataFile) -> Document:
    return {
        "path": file.path,
        "mediatype": release_format.media_type,
        "bytes": (folder / file.path).stat().st_size,
        "hash": f"sha256:{sha256(folder / file.path)}",
        "format": release_format.name,
    }


def _table_schema(table: Table) -> Document:
    # Validators do not support a reference of several columns of which some may be null.
    foreign_keys = [
        {
            "fields": list(reference.columns),
            "reference": {"resource": reference.table, "fields": list(reference.key)},
        }
        for reference in table.references
        if not any(table.schema.field(column).nullable for column in reference.columns)
    ]
    schema: Document = {"fields": list(map(_field, table.schema)), "primaryKey": list(table.key)}
    return schema | ({"foreignKeys": foreign_keys} if foreign_keys else {})


def _field(field: pa.Field[Any]) -> Document:
    values, pattern = allowed_values(field), field_pattern(field)
    constraints: Document = {
        **({} if field.nullable else {"required": True}),
        **({"enum": list(values)} if values else {}),
        **({"pattern": f"^(?:{pattern})$"} if pattern else {}),
    }
    return {
        "name": field.name,
        "type": "array" if pa.types.is_list(field.type) else _ARROW_TYPES[str(field.type)],
        "description": field_metadata(field),
        "unit": field_metadata(field, "unit"),
        # An empty cell of a required text column is the empty string, not a missing value.
        **({"missingValues": []} if field.type == pa.string() and not field.nullable else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _view_schema(view: ViewDescription) -> Document:
    fields = [
        {
            "name": column.name,
            "type": "array" if column.type.endswith("[]") else _DUCKDB_TYPES[column.type],
            "description": column.comment,
        }
        for column in view.columns
    ]
    return {"fields": fields}
