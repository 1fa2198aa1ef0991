"""Dagster definitions of the assets ``themes``, ``theme_samples`` and ``theme_matches``."""

from collections.abc import Iterator

import dagster as dg

from assets.resources import Warehouse
from assets.schema.tables import TAGGED_TABLES
from assets.storage import parquet_store
from assets.table_assets import table_result, table_spec
from assets.themes.samples import read_samples
from assets.themes.tagging import read_lexicon, tag


@dg.multi_asset(
    specs=[
        table_spec("themes", group="themes", kinds={"csv", "parquet"}),
        table_spec("theme_samples", group="themes", kinds={"csv", "parquet"}),
        table_spec("theme_matches", group="themes", kinds={"parquet"}, deps=["themes", *TAGGED_TABLES]),
    ]
)
def theme_tables(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Tag the findings and recommendations of all years with the themes of the lexicon.

    The tables are not partitioned: tagging everything takes seconds, and a changed lexicon affects all years.
    """
    lexicon = read_lexicon()
    tables = {
        "themes": lexicon,
        "theme_samples": read_samples(),
        "theme_matches": tag(
            lexicon, {name: parquet_store.read(warehouse.path, name) for name in TAGGED_TABLES}
        ),
    }
    for name, rows in tables.items():
        parquet_store.write(warehouse.path, name, rows)
        yield table_result(warehouse.path, name)
