"""Dagster's face of the tables: what every asset that is a table shows, derived from its declaration."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
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

#: What the tables of reports are read from.
_READ_FROM = ("publications", "report_lines")

#: A preview shows so many rows, and so many letters of a cell.
PREVIEW_ROWS = 5
PREVIEW_WIDTH = 80


def table_spec(
    name: str,
    *,
    group: str,
    kinds: set[str],
    deps: Iterable[str] = (),
    partitions_def: dg.PartitionsDefinition | None = None,
    code_version: str | None = None,
) -> dg.AssetSpec:
    """Describe the asset that is a table of the contract."""
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
    warehouse: Path, name: str, year: int | None = None, **told: Any
) -> dg.MaterializeResult[None]:
    """Report that a table is stored: its rows, where they lie, and a version that only news changes.

    ``year`` is the one whose rows the preview shows; ``told`` is what the step itself has to tell.
    """
    file = parquet_store.table_path(warehouse, name, 0 if TABLES[name].by_year else None)
    return dg.MaterializeResult(
        asset_key=name,
        metadata={
            "dagster/column_lineage": _lineage(name),
            "dagster/row_count": parquet_store.count_rows(warehouse, name),
            "preview": dg.MetadataValue.md(_preview(warehouse, name, year)),
            "folder": dg.MetadataValue.path(
                str((file.parents[1] if TABLES[name].by_year else file.parent).resolve())
            ),
            **told,
        },
        data_version=dg.DataVersion(parquet_store.content_hash(warehouse, name)),
    )


def png_metadata(png: bytes, name: str) -> dg.MarkdownMetadataValue:
    """Put a picture into the metadata themselves: the UI shows no file of ours."""
    return dg.MetadataValue.md(f"![{name}](data:image/png;base64,{b64encode(png).decode()})")


def grade_counts(judgements: pa.Table) -> dg.MarkdownMetadataValue:
    """Return a Markdown table of how many judgements each area has at each grade, the most judged area first.

    ``judgements`` are rows of that table; those without a grade are left out.
    """
    counts = Counter(
        (row["area"], row["grade"])
        for row in judgements.select(["area", "grade"]).to_pylist()
        if row["grade"]
    )
    totals: Counter[str] = Counter()
    for (area, _), count in counts.items():
        totals[area] += count
    grades = [grade for grade in GRADES if any(given == grade for _, given in counts)]
    shown = [
        {"area": area, **{grade: counts[area, grade] for grade in grades}, "total": totals[area]}
        for area in sorted(totals, key=lambda area: (-totals[area], area))
    ]
    if not shown:
        return dg.MetadataValue.md("No judgement has a grade.")
    return dg.MetadataValue.md(tabulate(shown, headers="keys", tablefmt="github"))


def _preview(warehouse: Path, name: str, year: int | None) -> str:
    """Return a table's first rows as Markdown."""
    rows = parquet_store.read(warehouse, name, year).slice(0, PREVIEW_ROWS).to_pylist()
    if not rows:
        return "It has no rows."
    shown = [{key: _cell(value) for key, value in row.items()} for row in rows]
    return str(tabulate(shown, headers="keys", tablefmt="github", disable_numparse=True))


def _cell(value: object) -> str:
    words = "" if value is None else str(value).replace("|", "\\|")
    return shorten(words, PREVIEW_WIDTH, placeholder=" …")


def _lineage(name: str) -> dg.TableColumnLineage:
    """Tell which columns come from which: those that mean the same where it is read from, or that refer."""
    declared = TABLES[name]
    same = {
        (column, table): column
        for table in (_READ_FROM if name in REPORT_TABLES else ())
        for column in declared.schema.names
        if column in SHARED_COLUMNS and column in TABLES[table].schema.names
    }
    references = {
        (column, reference.table): key
        for reference in declared.references
        for column, key in zip(reference.columns, reference.key, strict=True)
    }
    sources: dict[str, list[dg.TableColumnDep]] = {}
    for (column, table), key in (same | references).items():
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
