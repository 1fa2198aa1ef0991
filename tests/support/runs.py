"""Runs of jobs, for tests: a served site of real reports, and Dagster."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path

import dagster as dg
import pytest

from assets.partitions import all_years
from assets.resources import Clock
from orchestration.definitions import build_definitions
from tests.support import sample
from tests.support.fake_site import folders, serve
from tests.support.fake_site.server import FakeSite
from tests.support.instances import memory_instance

DATABASE = dg.AssetKey("inspections_database")
NOW = "2026-09-01T12:00:00"
#: The configuration of a run that logs nothing.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def site_of(folder: Path, *report_ids: str) -> Path:
    """Write a folder of some reports of the sample, to be served."""
    rows = [row for row in sample.listing() if row["file_id"] in report_ids]
    for path in (Path(row["path"]) for row in rows if row["path"]):
        (folder / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(sample.FOLDER / path, folder / path)
    return folders.write(folder, rows)


def write_small_site(folder: Path) -> Path:
    """Write a folder to serve: one report of 2022, and one whose file no longer exists."""
    shutil.copy(sample.reports()["59000055"][1], folder / "59000055.pdf")
    listed = {
        "name": "City of London Corporation",
        "family": "focused_visit",
        "title": "Children's services focused visit",
        "published": "2022-12-13",
        "inspected": "",
    }
    rows = [folders.row(80450, "59000055", **listed), folders.row(80450, "59000056", path="", **listed)]
    return folders.write(folder, rows)


@contextmanager
def serving(folder: Path, warehouse: Path) -> Iterator[FakeSite]:
    """Serve a folder, and set the environment to the site and the warehouse."""
    with pytest.MonkeyPatch.context() as environment, serve(folder) as fake_site:
        environment.setenv("REPORTS_SITE_URL", fake_site.url)
        environment.setenv("WAREHOUSE", str(warehouse))
        yield fake_site


def run(*, partition=None, since=None, only=None, at=NOW, sql_checks=False, instance=None, **configs):
    """Run ``build_dataset`` over all years, over those from ``since`` on, or over one; return its result.

    The checks of ``sql/checks``, which take as long as the rest of a small build, run only on request.
    Without an instance, the run is forgotten.

    ``configs`` are as in the launchpad: ``run(report_tables={"report_ids": ["50177455"]})``.
    """
    years = all_years()
    range_tags = {
        "dagster/asset_partition_range_start": partition or since or years.start,
        "dagster/asset_partition_range_end": partition or years.end,
    }
    ops = {name: {"config": config} for name, config in configs.items()}
    job = _job(at)
    selected = [dg.AssetKey(name) for name in only] if only else job.asset_layer.executable_asset_keys
    if not sql_checks:
        job = without_sql_checks(job, set(selected))
    with nullcontext(instance) if instance else memory_instance() as used:
        result = job.execute_in_process(
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}, "ops": ops},
            instance=used,
            tags=range_tags,
        )
    assert result.success
    return result


def without_sql_checks(job: dg.JobDefinition, assets: set[dg.AssetKey]) -> dg.JobDefinition:
    """Return a job of some of its assets, with all their checks except those of ``sql/checks``."""
    checks = {
        key for key in job.asset_layer.asset_graph.asset_check_keys if key.asset_key in assets - {DATABASE}
    }
    return job.get_subset(asset_selection=assets, asset_check_selection=checks)


@cache
def _job(at: str) -> dg.JobDefinition:
    return build_definitions(clock=Clock(at=at)).resolve_job_def("build_dataset")


def reports_read(result):
    """Return how many reports a run read."""
    return metadata(result, "report_lines")["reports_read"].value


def metadata(result, name):
    """Return the metadata of an asset's materialisation in a run."""
    event = next(
        event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(name)
    )
    return event.materialization.metadata


def parquet_files(warehouse):
    """Return the bytes and the time of modification of every Parquet file, by path."""
    return {
        str(path.relative_to(warehouse)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted((warehouse / "parquet").rglob("*.parquet"))
    }
