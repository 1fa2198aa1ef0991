"""Dagster definitions of the assets ``themes``, ``theme_samples`` and ``theme_matches``.

Tagging all texts takes seconds, so only the years whose texts changed are tagged. The metadata of
``theme_matches`` state from what its rows were made; other stored rows are not reused.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.code_hash import code_hash
from assets.parsing.grammar.sentences import SENTENCE_BREAK
from assets.resources import Warehouse
from assets.schema.tables import TABLES, TAGGED_TABLES
from assets.storage import parquet_store
from assets.table_assets import TABLE_VERSION, latest_metadata, table_result, table_spec
from assets.themes.samples import read_samples
from assets.themes.tagging import read_lexicon, tag

MATCHES = "theme_matches"
#: Metadata key of the hashes of the texts, the lexicon and the code, by year.
_SOURCES_VERSIONS = "sources_versions"


@dg.multi_asset(
    specs=[
        table_spec("themes", group="themes", kinds={"csv", "parquet"}),
        table_spec("theme_samples", group="themes", kinds={"csv", "parquet"}),
        table_spec(MATCHES, group="themes", kinds={"parquet"}, deps=["themes", *TAGGED_TABLES]),
    ]
)
def theme_tables(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Tag the findings and recommendations of all years with the themes of the lexicon.

    The tables are not partitioned, since a changed lexicon affects all years. The stored rows of a year are
    kept if its texts, the lexicon and the code are those that they were made from.
    """
    lexicon = read_lexicon()
    for name, rows in {"themes": lexicon, "theme_samples": read_samples()}.items():
        parquet_store.write(warehouse.path, name, rows)
        yield table_result(warehouse.path, name)
    versions = _sources_versions(warehouse.path)
    kept = _kept_rows(warehouse.path, versions, latest_metadata(context.instance, MATCHES))
    tagged = {
        year: tag(lexicon, {name: parquet_store.read(warehouse.path, name, year) for name in TAGGED_TABLES})
        for year in map(int, versions.keys() - kept.keys())
    }
    matches = pa.concat_tables([TABLES[MATCHES].schema.empty_table(), *kept.values(), *tagged.values()])
    parquet_store.write(warehouse.path, MATCHES, matches)
    yield table_result(warehouse.path, MATCHES, sources_versions=versions, years_tagged=sorted(tagged))


def _sources_versions(warehouse: Path) -> dict[str, str]:
    """Return, for each year with texts, a hash of everything that determines its matches."""
    made_by = f"{TABLES[MATCHES].schema}{SENTENCE_BREAK.pattern}"
    made_by += code_hash(Path(__file__).parent, suffixes=(".py", ".csv"))
    years = {year for name in TAGGED_TABLES for year in parquet_store.stored_years(warehouse, name)}
    versions = {}
    for year in sorted(years):
        texts = "".join(parquet_store.year_hash(warehouse, name, year) for name in TAGGED_TABLES)
        versions[str(year)] = hashlib.sha256(f"{made_by}{texts}".encode()).hexdigest()[:16]
    return versions


def _kept_rows(
    warehouse: Path, versions: Mapping[str, str], stated: Mapping[str, object]
) -> dict[str, pa.Table]:
    """Return the stored matches by year, of the years that were made from the present sources.

    There are none if the stored table is not the one that the metadata of its latest event describe.
    """
    old = stated.get(_SOURCES_VERSIONS)
    if not isinstance(old, dict) or stated.get(TABLE_VERSION) != parquet_store.content_hash(
        warehouse, MATCHES
    ):
        return {}
    rows = parquet_store.read(warehouse, MATCHES)
    return {
        year: rows.filter(pc.field("publication_year") == int(year))
        for year, version in versions.items()
        if old.get(year) == version
    }
