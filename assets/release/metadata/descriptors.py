"""What catalogues and validators read: one description of the dataset in three standards.

``datapackage.json`` (Frictionless Data Package, version 2), ``croissant.json`` (Croissant 1.0) and
``dataset.jsonld`` (schema.org with DCAT). Columns come from the declaration of the tables and, for views,
from their comments in the database; time, place, licence, source and method from the view ``about``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.release.formats.tabular import NOT_IN_CSV, SHEETS
from assets.release.manifest import sha256, write_json
from assets.schema.tables import TABLES, Table, allowed_values, field_metadata, field_pattern

Document = dict[str, Any]

#: What each standard calls a type, by its name in Arrow; all lists are arrays.
_FRICTIONLESS: Mapping[str, str] = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
    "date32[day]": "date",
    "timestamp[us]": "datetime",
}
_CROISSANT: Mapping[str, str] = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "double": "sc:Float",
    "bool": "sc:Boolean",
    "date32[day]": "sc:Date",
    "timestamp[us]": "sc:DateTime",
}
#: And by its name in DuckDB, for the columns of views.
_FRICTIONLESS_OF_VIEWS: Mapping[str, str] = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
_MEDIA_TYPES: Mapping[str, str] = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".duckdb": "application/vnd.duckdb",
}
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_CROISSANT_VERSION = "http://mlcommons.org/croissant/1.0"


def write_metadata(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any], version: str, folder: Path
) -> None:
    """Describe the files that a release has so far; ``facts`` is the row of the view ``about``."""
    documents = {
        "datapackage.json": _data_package(connection, facts, version, folder),
        "croissant.json": _croissant(facts, version, folder),
        "dataset.jsonld": _linked_data(connection, facts, version, folder),
    }
    for file, document in documents.items():
        write_json(folder / file, document)


# --- Frictionless ------------------------------------------------------------------------------------------


def _data_package(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any], version: str, folder: Path
) -> Document:
    tables = (declared for declared in TABLES.values() if declared.name not in NOT_IN_CSV)
    return {
        "$schema": _SCHEMA,
        "name": facts["name"],
        "title": facts["title"],
        "description": f"{facts['description']} {facts['caveat']}",
        "version": version,
        "created": f"{facts['day']}T00:00:00Z",
        "licenses": [{"name": facts["licence_id"], "title": facts["licence"], "path": facts["licence_url"]}],
        "sources": [{"title": facts["source"], "path": facts["source_url"]}],
        "contributors": [{"title": facts["creator"], "roles": ["creator"]}],
        "keywords": ["Ofsted", "children's services", "inspection", "local authorities", facts["place"]],
        "temporal": _period(facts),
        "spatial": {"name": facts["place"], "code": facts["place_code"]},
        "method": facts["method"],
        "attribution": facts["attribution"],
        "resources": [
            *(_csv_resource(declared, folder) for declared in tables),
            *(_view_resource(connection, view, folder) for view in SHEETS),
            *(_parquet_resource(declared, folder) for declared in TABLES.values()),
        ],
    }


def _csv_resource(declared: Table, folder: Path) -> Document:
    # A reference of several columns, of which some may be null, is no rule that validators know.
    links = [
        {"fields": list(link.columns), "reference": {"resource": link.table, "fields": list(link.key)}}
        for link in declared.references
        if not any(declared.schema.field(column).nullable for column in link.columns)
    ]
    schema: Document = {"fields": list(map(_field, declared.schema)), "primaryKey": list(declared.key)}
    return {
        "name": declared.name,
        "type": "table",
        "description": declared.description,
        **_file(folder, f"csv/{declared.name}.csv"),
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": schema | ({"foreignKeys": links} if links else {}),
    }


def _view_resource(connection: duckdb.DuckDBPyConnection, view: str, folder: Path) -> Document:
    (comment,) = connection.execute(
        "SELECT comment FROM duckdb_views() WHERE view_name = ?", [view]
    ).fetchone() or (None,)
    columns = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ?"
        " ORDER BY column_index",
        [view],
    ).fetchall()
    return {
        "name": view,
        "type": "table",
        "description": comment,
        **_file(folder, f"csv/{view}.csv"),
        "format": "csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": name, "type": _FRICTIONLESS_OF_VIEWS[kind], "description": meaning}
                for name, kind, meaning in columns
            ]
        },
    }


def _parquet_resource(declared: Table, folder: Path) -> Document:
    return {
        "name": f"{declared.name}-parquet",
        "type": "file",
        "description": f"{declared.description}; the schema is in the file",
        **_file(folder, f"parquet/{declared.name}.parquet"),
        "format": "parquet",
    }


def _file(folder: Path, path: str) -> Document:
    return {
        "path": path,
        "mediatype": _MEDIA_TYPES[Path(path).suffix],
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{sha256(folder / path)}",
    }


def _field(field: pa.Field[Any]) -> Document:
    values, pattern = allowed_values(field), field_pattern(field)
    rules: Document = {
        **({} if field.nullable else {"required": True}),
        **({"enum": list(values)} if values else {}),
        **({"pattern": f"^(?:{pattern})$"} if pattern else {}),
    }
    return {
        "name": field.name,
        "type": "array" if pa.types.is_list(field.type) else _FRICTIONLESS[str(field.type)],
        "description": field_metadata(field),
        "unit": field_metadata(field, "unit"),
        # Where there must be a value, an empty cell is one: words of no letters.
        **({"missingValues": []} if field.type == pa.string() and not field.nullable else {}),
        **({"constraints": rules} if rules else {}),
    }


# --- Croissant ---------------------------------------------------------------------------------------------


def _croissant(facts: Mapping[str, Any], version: str, folder: Path) -> Document:
    return {
        "@context": _CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _CROISSANT_VERSION,
        "name": facts["name"],
        "alternateName": facts["title"],
        "description": f"{facts['description']} {facts['caveat']}",
        "version": _semantic(version),
        "identifier": version,
        "datePublished": str(facts["day"]),
        "license": facts["licence_url"],
        "creator": {"@type": "sc:Organization", "name": facts["creator"]},
        "url": facts["source_url"],
        "isBasedOn": facts["source_url"],
        "citeAs": _citation(facts, version),
        "creditText": facts["attribution"],
        "temporalCoverage": _period(facts),
        "spatialCoverage": facts["place"],
        "measurementTechnique": facts["method"],
        "distribution": [_file_object(folder, declared) for declared in TABLES.values()],
        "recordSet": [_record_set(declared) for declared in TABLES.values()],
    }


def _semantic(version: str) -> str:
    """Return a version as the standard wants it: '2026.9.1', or '2026.9.1+2' for the third of a day."""
    year, month, day, *more = map(int, version.split("."))
    return f"{year}.{month}.{day}" + "".join(f"+{number}" for number in more)


def _file_object(folder: Path, declared: Table) -> Document:
    path = f"parquet/{declared.name}.parquet"
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": f"{declared.name}.parquet",
        "description": declared.description,
        "contentUrl": path,
        "contentSize": f"{(folder / path).stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256(folder / path),
    }


def _record_set(declared: Table) -> Document:
    links = {link.columns[0]: link for link in declared.references if len(link.columns) == 1}
    return {
        "@type": "cr:RecordSet",
        "@id": declared.name,
        "name": declared.name,
        "description": declared.description,
        "key": [{"@id": f"{declared.name}/{column}"} for column in declared.key],
        "field": [_croissant_field(declared, field, links) for field in declared.schema],
    }


def _croissant_field(declared: Table, field: pa.Field[Any], links: Mapping[str, Any]) -> Document:
    own = f"{declared.name}/{field.name}"
    source = {
        "fileObject": {"@id": f"parquet/{declared.name}.parquet"},
        "extract": {"column": field.name},
    }
    told: Document = {
        "@type": "cr:Field",
        "@id": own,
        "name": own,
        "description": f"{field_metadata(field)} [{field_metadata(field, 'unit')}]",
        "source": source,
    }
    if field.name in links:
        link = links[field.name]
        told["references"] = {"field": {"@id": f"{link.table}/{link.key[0]}"}}
    if not pa.types.is_list(field.type):
        return told | {"dataType": _CROISSANT[str(field.type)]}
    parts = field.type.value_type
    if not pa.types.is_struct(parts):
        return told | {"dataType": _CROISSANT[str(parts)], "repeated": True}
    return told | {
        "repeated": True,
        "subField": [
            {
                "@type": "cr:Field",
                "@id": f"{own}/{part.name}",
                "name": f"{own}/{part.name}",
                "dataType": _CROISSANT[str(part.type)],
                "source": source | {"transform": {"jsonPath": part.name}},
            }
            for part in parts
        ],
    }


# --- schema.org and DCAT -----------------------------------------------------------------------------------


def _linked_data(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[str, Any], version: str, folder: Path
) -> Document:
    columns = connection.execute(
        "SELECT DISTINCT column_name FROM duckdb_columns() WHERE table_name IN ('judgements', 'findings',"
        " 'recommendations', 'reports') ORDER BY 1"
    ).fetchall()
    return {
        "@context": {"@vocab": "https://schema.org/", "dcat": "http://www.w3.org/ns/dcat#"}
        | {"dct": "http://purl.org/dc/terms/"},
        "@type": ["Dataset", "dcat:Dataset"],
        "name": facts["title"],
        "identifier": f"{facts['name']}-{version}",
        "description": f"{facts['description']} {facts['caveat']}",
        "version": version,
        "dateModified": str(facts["day"]),
        "license": facts["licence_url"],
        "dct:license": {"@id": facts["licence_url"]},
        "creditText": facts["attribution"],
        "citation": _citation(facts, version),
        "creator": {"@type": "Organization", "name": facts["creator"]},
        "isBasedOn": {"@type": "WebSite", "name": facts["source"], "url": facts["source_url"]},
        "measurementTechnique": facts["method"],
        "temporalCoverage": _period(facts),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": str(facts["published_from"]),
            "dcat:endDate": str(facts["published_to"]),
        },
        "spatialCoverage": {
            "@type": "Country",
            "name": facts["place"],
            "identifier": facts["place_code"],
        },
        "isAccessibleForFree": True,
        "keywords": ["Ofsted", "children's services", "inspection", "local authorities"],
        "variableMeasured": [name for (name,) in columns],
        "distribution": list(_distributions(folder)),
    }


def _distributions(folder: Path) -> Iterator[Document]:
    """Give the files that hold data; what is cut by year is there as whole tables."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _MEDIA_TYPES):
        within = path.relative_to(folder)
        if within.parts[0] == "parquet_by_year":
            continue
        yield {
            "@type": ["DataDownload", "dcat:Distribution"],
            "name": within.as_posix(),
            "contentUrl": within.as_posix(),
            "encodingFormat": _MEDIA_TYPES[path.suffix],
            "dcat:mediaType": _MEDIA_TYPES[path.suffix],
            "contentSize": f"{path.stat().st_size} B",
            "sha256": sha256(path),
        }


def _period(facts: Mapping[str, Any]) -> str:
    return f"{facts['published_from']}/{facts['published_to']}"


def _citation(facts: Mapping[str, Any], version: str) -> str:
    return f"{facts['title']}, release {version}. {facts['attribution']}"


_CROISSANT_CONTEXT: Document = {
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
