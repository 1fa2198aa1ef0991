"""Dagster definitions of the reference tables, the vocabularies and the inspection frameworks."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pyarrow as pa
from pydantic import Field

from assets.parsing.frameworks import framework_tables
from assets.publications.client import CrawlPolicy, user_agent
from assets.reference.indicators import INDICATOR_TABLES, read_indicators
from assets.reference.loaders import (
    PROVISIONAL,
    REFERENCE_TABLES,
    VOCABULARY_TABLES,
    add_provisional_authorities,
    read_reference_tables,
    vocabulary_tables,
)
from assets.reference.newer_files import download_newer_files, keep_files, kept_files
from assets.resources import Warehouse
from assets.settings import read_settings
from assets.storage import parquet_store
from assets.storage.filesystem import staging_dir
from assets.table_assets import TABLE_VERSION, latest_metadata, table_result, table_spec

#: Metadata key of the hash of the files and the code from which the official indicators are read.
_SOURCES_VERSION = "sources_version"

_SPECS = [
    table_spec(
        name,
        group="reference",
        kinds={"csv", "parquet"},
        deps=["listing_issues"] if name == "authorities" else [],
    )
    for name in REFERENCE_TABLES
]


@dg.multi_asset(specs=_SPECS)
def reference(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Validate the committed CSV files, also against each other, and store them as tables.

    An authority that the site lists, and the files lack, has a provisional row.
    """
    tables = read_reference_tables()
    issues = parquet_store.read(warehouse.path, "listing_issues")
    tables["authorities"] = add_provisional_authorities(tables["authorities"], issues)
    for name, table in tables.items():
        parquet_store.write(warehouse.path, name, table)
        yield table_result(warehouse.path, name)


class OfficialFilesConfig(dg.Config):
    """Newer files of the official statistics."""

    urls: dict[str, str] = Field(
        default={},
        description="URL of the CSV file of a newer release, by data set (assets/reference/data/official/"
        "data_sets.csv). The file must have the declared columns. It is kept in the warehouse and used from"
        " then on instead of the extract. If it is invalid, the run fails and the tables stay unchanged",
    )


@dg.multi_asset(
    specs=[
        table_spec(name, group="reference", kinds={"csv", "parquet"}, deps=["authorities", "gss_codes"])
        for name in INDICATOR_TABLES
    ]
)
def official_indicators(
    context: dg.AssetExecutionContext, config: OfficialFilesConfig, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Read the official indicators from the extracts, or from newer files that were downloaded.

    Reading takes a second, so it is left out if neither the files nor the code nor the tables changed.
    """
    if not config.urls and _are_indicators_current(context.instance, warehouse):
        for name in INDICATOR_TABLES:
            yield table_result(warehouse.path, name, sources_version=_sources_version(warehouse))
        return
    authorities, gss_codes = (
        parquet_store.read(warehouse.path, name) for name in ("authorities", "gss_codes")
    )
    # The statistics name authorities by codes that provisional rows do not have.
    known = [kind != PROVISIONAL for kind in authorities["authority_type"].to_pylist()]
    authorities = authorities.filter(pa.array(known, pa.bool_()))
    with staging_dir(warehouse.path) as folder:
        settings = read_settings()
        policy = CrawlPolicy(interval=0, user_agent=user_agent(settings.reports_site_contact))
        downloaded = download_newer_files(config.urls, folder, policy)
        tables = read_indicators(
            authorities, gss_codes, newer_files={**kept_files(warehouse.path), **downloaded}
        )
        keep_files(warehouse.path, downloaded)
    for name, table in tables.items():
        parquet_store.write(warehouse.path, name, table)
        yield table_result(warehouse.path, name, sources_version=_sources_version(warehouse))


def _are_indicators_current(instance: dg.DagsterInstance, warehouse: Warehouse) -> bool:
    """Return whether the latest events of the tables state the present files, code and rows."""
    expected = _sources_version(warehouse)
    for name in INDICATOR_TABLES:
        metadata = latest_metadata(instance, name)
        stated = [metadata.get(key) for key in (_SOURCES_VERSION, TABLE_VERSION)]
        if stated != [expected, parquet_store.content_hash(warehouse.path, name)]:
            return False
    return True


def _sources_version(warehouse: Warehouse) -> str:
    """Return a hash of everything that determines the indicators."""
    digest = hashlib.sha256(parquet_store.content_hash(warehouse.path, "authorities", "gss_codes").encode())
    package = Path(__file__).parent
    sources = [*package.glob("*.py"), *(package / "data" / "official").rglob("*")]
    for path in (*sorted(sources), *kept_files(warehouse.path).values()):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


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
