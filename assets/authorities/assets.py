"""Dagster's face of the authorities: the reference tables, read from the files in ``data``."""

from collections.abc import Iterator

import dagster as dg

from assets.authorities.reference import REFERENCE_TABLES, read_reference_tables
from assets.tables import store
from assets.tables.assets import stored, table_spec
from orchestration.resources import Warehouse

_SPECS = [table_spec(name, group="reference", kinds={"csv", "parquet"}) for name in REFERENCE_TABLES]


@dg.multi_asset(specs=_SPECS)
def reference(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Check the committed CSV files against each other and store them as tables."""
    for name, table in read_reference_tables().items():
        store.write(warehouse.path, name, table)
        yield stored(warehouse.path, name)
