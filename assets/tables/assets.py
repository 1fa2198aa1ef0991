"""Dagster's face of the tables: what every asset that is a table shows, derived from its declaration."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg

from assets.tables.schemas import TABLES, closed_vocabulary, described
from assets.tables.store import count_rows, location

OWNERS = ["team:children-services-inspections"]


def table_spec(
    name: str,
    *,
    group: str,
    kinds: set[str],
    deps: Iterable[str | dg.AssetDep] = (),
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


def table_metadata(warehouse: Path, name: str) -> dict[str, Any]:
    """Return what a materialisation of a table tells: how many rows it has, and where they lie."""
    file = location(warehouse, name, 0 if TABLES[name].by_year else None)
    folder = file.parents[1] if TABLES[name].by_year else file.parent
    rows = count_rows(warehouse, name)
    return {"dagster/row_count": rows, "folder": dg.MetadataValue.path(folder)}


def _columns(name: str) -> dg.TableSchema:
    declared = TABLES[name]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                field.name,
                str(field.type),
                f"{described(field)} ({described(field, 'unit')})",
                dg.TableColumnConstraints(
                    nullable=field.nullable,
                    unique=declared.key == (field.name,),
                    other=[f"one of: {', '.join(values)}"] if (values := closed_vocabulary(field)) else [],
                ),
            )
            for field in declared.schema
        ]
    )
