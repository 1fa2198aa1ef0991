"""Dagster's face of the themes: the lexicon, what it finds, and how well, as tables."""

from collections.abc import Iterator

import dagster as dg

from assets.tables import store
from assets.tables.assets import stored, table_spec
from assets.tables.schemas import TAGGED
from assets.themes.samples import read_samples
from assets.themes.tagging import read_lexicon, tag
from orchestration.resources import Warehouse


@dg.multi_asset(
    specs=[
        table_spec("themes", group="themes", kinds={"csv", "parquet"}),
        table_spec("theme_samples", group="themes", kinds={"csv", "parquet"}),
        table_spec("theme_matches", group="themes", kinds={"parquet"}, deps=["themes", *TAGGED]),
    ]
)
def theme_tables(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Tag the findings and recommendations of all years: it takes seconds, and one lexicon holds for all."""
    lexicon = read_lexicon()
    tables = {
        "themes": lexicon,
        "theme_samples": read_samples(),
        "theme_matches": tag(lexicon, {name: store.read(warehouse.path, name) for name in TAGGED}),
    }
    for name, rows in tables.items():
        store.write(warehouse.path, name, rows)
        yield stored(warehouse.path, name)
