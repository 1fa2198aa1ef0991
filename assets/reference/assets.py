"""Dagster definitions of the reference tables, the vocabularies and the inspection frameworks."""

from collections.abc import Iterator

import dagster as dg

from assets.parsing.frameworks import framework_tables
from assets.reference.loaders import (
    REFERENCE_TABLES,
    VOCABULARY_TABLES,
    read_reference_tables,
    vocabulary_tables,
)
from assets.resources import Warehouse
from assets.storage import parquet_store
from assets.table_assets import table_result, table_spec

_SPECS = [table_spec(name, group="reference", kinds={"csv", "parquet"}) for name in REFERENCE_TABLES]


@dg.multi_asset(specs=_SPECS)
def reference(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Validate the committed CSV files, also against each other, and store them as tables."""
    for name, table in read_reference_tables().items():
        parquet_store.write(warehouse.path, name, table)
        yield table_result(warehouse.path, name)


@dg.multi_asset(specs=[table_spec(name, group="reference", kinds={"parquet"}) for name in VOCABULARY_TABLES])
def vocabularies(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Store the labels and the order of report families, judgement areas and grades."""
    for name, table in vocabulary_tables().items():
        parquet_store.write(warehouse.path, name, table)
        yield table_result(warehouse.path, name)


@dg.multi_asset(
    specs=[
        table_spec("frameworks", group="reference", kinds={"parquet"}),
        table_spec("framework_areas", group="reference", kinds={"parquet"}),
    ]
)
def inspection_frameworks(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Store the inspection frameworks and their areas, as the parser defines them."""
    for name, table in zip(("frameworks", "framework_areas"), framework_tables(), strict=True):
        parquet_store.write(warehouse.path, name, table)
        yield table_result(warehouse.path, name)
