"""What every asset that materialises a table shows in Dagster, derived from the table's declaration.

Belongs here: specs, metadata and previews shared by the packages' ``assets.py``. Does not belong here: asset
definitions, and anything specific to one asset.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

import dagster as dg
import pyarrow as pa
from tabulate import tabulate

from assets.schema.tables import REPORT_TABLES, SHARED_COLUMNS, TABLES, allowed_values, field_metadata
from assets.schema.vocabularies import GRADES
from assets.storage import parquet_store

OWNERS = ["team:children-services-inspections"]

#: Upstream tables of every table that is extracted from reports.
_UPSTREAM_OF_REPORT_TABLES = ("publications", "report_lines")

#: Tags by which Dagster records the version of a table, and the event and version of each of its inputs.
DATA_VERSION_TAG = "dagster/data_version"
_INPUT_VERSION_TAG = "dagster/input_data_version/"
_INPUT_EVENT_TAG = "dagster/input_event_pointer/"

#: Size of a preview, in rows and in characters per cell.
PREVIEW_ROWS = 5
PREVIEW_WIDTH = 80

#: Metadata keys: the hash of all rows of a table, and the hashes of several tables by name.
TABLE_VERSION, TABLE_VERSIONS = "table_version", "table_versions"

#: Metadata that a step adds to those of its table.
Metadata = dg.MetadataValue[Any] | dict[str, Any] | list[Any] | str | int | float | None


def table_spec(
    name: str,
    *,
    group: str,
    kinds: set[str],
    deps: Iterable[str] = (),
    partitions_def: dg.PartitionsDefinition | None = None,
    code_version: str | None = None,
) -> dg.AssetSpec:
    """Return the spec of the asset that materialises a table."""
    declared = TABLES[name]
    return dg.AssetSpec(
        name,
        deps=list(deps),
        description=declared.description,
        group_name=group,
        kinds=kinds,
        owners=OWNERS,
        metadata={"dagster/column_schema": _columns(name), "dagster/table_name": name},
        partitions_def=partitions_def,
        code_version=code_version,
    )


def table_result(
    warehouse: Path, name: str, year: int | None = None, **metadata: Metadata
) -> dg.MaterializeResult[None]:
    """Return the result of materialising a table: row count, preview, folder and data version.

    The data version is a hash of the stored files, so it changes only if the rows do. ``yearly_results``
    replaces it for tables that are stored by year.

    Args:
        warehouse: Root of the warehouse.
        name: Name of the table.
        year: Year whose rows the preview shows; all years if not given.
        metadata: Further metadata of the step.
    """
    file = parquet_store.table_path(warehouse, name, 0 if TABLES[name].by_year else None)
    version = parquet_store.content_hash(warehouse, name)
    return dg.MaterializeResult(
        asset_key=name,
        metadata={
            "dagster/column_lineage": _lineage(name),
            "dagster/row_count": parquet_store.count_rows(warehouse, name),
            "preview": dg.MetadataValue.md(_preview(warehouse, name, year)),
            "folder": dg.MetadataValue.path(
                str((file.parents[1] if TABLES[name].by_year else file.parent).resolve())
            ),
            TABLE_VERSION: version,
            **metadata,
        },
        data_version=dg.DataVersion(version),
    )


def yearly_results(
    context: dg.AssetExecutionContext,
    warehouse: Path,
    years: Sequence[int],
    metadata: Mapping[str, Mapping[str, Metadata]],
) -> Iterator[dg.MaterializeResult[None]]:
    """Yield the results of tables of which some years were written; each year has its own data version.

    A result has one data version for all partitions of its run. If the run wrote several years, each has a
    second event with the hash of its own rows. These come last: an event of an asset between the results of
    its step would be taken for one of another run.

    Args:
        context: The context of the step.
        warehouse: Root of the warehouse.
        years: The years that were written.
        metadata: Further metadata of the step, by table.
    """
    results = {}
    for name, further in metadata.items():
        for key in context.partition_keys:
            rows = parquet_store.count_rows(warehouse, name, int(key))
            context.add_asset_metadata(
                {"dagster/partition_row_count": rows}, asset_key=name, partition_key=key
            )
        result = table_result(warehouse, name, max(years), **further)
        if len(years) == 1:
            version = parquet_store.year_hash(warehouse, name, years[0])
            result = result._replace(data_version=dg.DataVersion(version))
        results[name] = result
        yield result
    if len(years) > 1:
        logged = {name: _latest_tags(context.instance, name) for name in results}
        for year in years:
            _log_versions(context, warehouse, year, results, logged)


def latest_metadata(instance: dg.DagsterInstance, name: str) -> dict[str, Any]:
    """Return the values of the metadata of the latest event that materialised a table, by key."""
    materialization = _latest_materialization(instance, name)
    metadata = materialization.metadata if materialization else {}
    return {key: entry.value for key, entry in metadata.items()}


def _latest_tags(instance: dg.DagsterInstance, name: str) -> Mapping[str, str]:
    """Return the tags of the latest event that materialised a table."""
    materialization = _latest_materialization(instance, name)
    return (materialization.tags if materialization else None) or {}


def _latest_materialization(instance: dg.DagsterInstance, name: str) -> dg.AssetMaterialization | None:
    latest = instance.get_latest_materialization_event(dg.AssetKey(name))
    return latest.asset_materialization if latest else None


def _log_versions(
    context: dg.AssetExecutionContext,
    warehouse: Path,
    year: int,
    results: Mapping[str, dg.MaterializeResult[None]],
    logged: Mapping[str, Mapping[str, str]],
) -> None:
    """Log an event for each table with the version of one year, and with the tags of its event of the step.

    The tags also name the inputs that Dagster compares to decide what is stale: of an input that is a table
    of this step, the event and the version of the same year, which were logged before.
    """
    inputs = {tag for tags in logged.values() for tag in tags if tag.startswith(_INPUT_VERSION_TAG)}
    input_tags: dict[str, dict[str, str]] = {}
    for name, result in results.items():
        version = parquet_store.year_hash(warehouse, name, year)
        tags = {**logged[name], DATA_VERSION_TAG: version}
        for tag in tags.keys() & input_tags.keys():
            tags |= input_tags[tag]
        metadata = result.metadata or {}
        context.log_event(
            dg.AssetMaterialization(
                name,
                partition=str(year),
                metadata={
                    "dagster/row_count": metadata["dagster/row_count"],
                    "dagster/partition_row_count": parquet_store.count_rows(warehouse, name, year),
                    TABLE_VERSION: metadata[TABLE_VERSION],
                },
                tags=tags,
            )
        )
        if _INPUT_VERSION_TAG + name in inputs:
            event = str(_latest_event(context.instance, name, year))
            input_tags[_INPUT_VERSION_TAG + name] = {
                _INPUT_VERSION_TAG + name: version,
                _INPUT_EVENT_TAG + name: event,
            }


def _latest_event(instance: dg.DagsterInstance, name: str, year: int) -> int:
    """Return the number of the latest event that materialised a year of a table."""
    records = dg.AssetRecordsFilter(asset_key=dg.AssetKey(name), asset_partitions=[str(year)])
    return instance.fetch_materializations(records, limit=1).records[0].storage_id


def png_metadata(png: bytes, name: str) -> dg.MarkdownMetadataValue:
    """Return a PNG as metadata, embedded as a data URL: the UI cannot show files of the warehouse."""
    return dg.MetadataValue.md(f"![{name}](data:image/png;base64,{b64encode(png).decode()})")


def grade_counts(judgements: pa.Table) -> dg.MarkdownMetadataValue:
    """Return a Markdown table with the number of judgements per area and grade, most judged area first.

    Args:
        judgements: Rows of the table ``judgements``; rows without a grade are not counted.
    """
    counts = Counter(
        (row["area"], row["grade"])
        for row in judgements.select(["area", "grade"]).to_pylist()
        if row["grade"]
    )
    totals: Counter[str] = Counter()
    for (area, _), count in counts.items():
        totals[area] += count
    grades = [grade for grade in GRADES if any(counted == grade for _, counted in counts)]
    table = [
        {"area": area, **{grade: counts[area, grade] for grade in grades}, "total": totals[area]}
        for area in sorted(totals, key=lambda area: (-totals[area], area))
    ]
    if not table:
        return dg.MetadataValue.md("No judgement has a grade.")
    return dg.MetadataValue.md(tabulate(table, headers="keys", tablefmt="github"))


def _preview(warehouse: Path, name: str, year: int | None) -> str:
    """Return a table's first rows as Markdown."""
    rows = parquet_store.read(warehouse, name, year).slice(0, PREVIEW_ROWS).to_pylist()
    if not rows:
        return "The table has no rows."
    shown = [{key: _cell(value) for key, value in row.items()} for row in rows]
    return str(tabulate(shown, headers="keys", tablefmt="github", disable_numparse=True))


def _cell(value: object) -> str:
    text = "" if value is None else str(value).replace("|", "\\|")
    return shorten(text, PREVIEW_WIDTH, placeholder=" …")


def _lineage(name: str) -> dg.TableColumnLineage:
    """Return the lineage of a table's columns.

    A column comes from the columns that it references and, in a table extracted from reports, from the shared
    column of the same name in an upstream table.
    """
    declared = TABLES[name]
    shared = {
        (column, table): column
        for table in (_UPSTREAM_OF_REPORT_TABLES if name in REPORT_TABLES else ())
        for column in declared.schema.names
        if column in SHARED_COLUMNS and column in TABLES[table].schema.names
    }
    references = {
        (column, reference.table): key
        for reference in declared.references
        for column, key in zip(reference.columns, reference.key, strict=True)
    }
    sources: dict[str, list[dg.TableColumnDep]] = {}
    for (column, table), key in (shared | references).items():
        if table != name:
            sources.setdefault(column, []).append(dg.TableColumnDep(dg.AssetKey(table), key))
    return dg.TableColumnLineage(sources)


def _columns(name: str) -> dg.TableSchema:
    declared = TABLES[name]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                field.name,
                str(field.type),
                f"{field_metadata(field)} ({field_metadata(field, 'unit')})",
                dg.TableColumnConstraints(
                    nullable=field.nullable,
                    unique=declared.key == (field.name,),
                    other=[f"one of: {', '.join(values)}"] if (values := allowed_values(field)) else [],
                ),
            )
            for field in declared.schema
        ]
    )
