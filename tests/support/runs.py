"""Runs of the whole job, for tests: a site of real reports, served, and Dagster itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from assets.partitions import all_years
from assets.resources import Clock
from orchestration.definitions import build_definitions
from tests.support import sample
from tests.support.fake_site import folders, serve
from tests.support.fake_site.server import FakeSite

NOW = "2026-09-01T12:00:00"


def site_of(folder: Path, *report_ids: str) -> Path:
    """Make a folder to serve of some reports of the sample."""
    rows = [row for row in sample.listing() if row["file_id"] in report_ids]
    for path in (Path(row["path"]) for row in rows if row["path"]):
        (folder / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(sample.FOLDER / path, folder / path)
    return folders.write(folder, rows)


@contextmanager
def running(folder: Path, warehouse: Path) -> Iterator[FakeSite]:
    """Serve a folder, with an environment in which everything finds its place."""
    with pytest.MonkeyPatch.context() as environment, serve(folder) as replica:
        environment.setenv("REPORTS_SITE_URL", replica.url)
        environment.setenv("WAREHOUSE", str(warehouse))
        yield replica


def run(*, partition=None, since=None, only=None, at=NOW, **configs):
    """Run the job over all years, those since one, or one; return its result.

    ``configs`` are as in the launchpad: ``run(report_tables={"report_ids": ["50177455"]})``.
    """
    years = all_years()
    range_tags = {
        "dagster/asset_partition_range_start": partition or since or years.start,
        "dagster/asset_partition_range_end": partition or years.end,
    }
    ops = {name: {"config": config} for name, config in configs.items()}
    job = build_definitions(clock=Clock(at=at)).resolve_job_def("build_dataset")
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}, "ops": ops},
            instance=instance,
            tags=range_tags,
            asset_selection=[dg.AssetKey(name) for name in only] if only else None,
        )
    assert result.success
    return result


def read(result):
    """Return how many reports a run read."""
    return metadata(result, "report_lines")["reports_read"].value


def metadata(result, name):
    event = next(
        event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(name)
    )
    return event.materialization.metadata


def parquet(warehouse):
    """Return every Parquet file's bytes and when it was written."""
    return {
        str(path.relative_to(warehouse)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted((warehouse / "parquet").rglob("*.parquet"))
    }
