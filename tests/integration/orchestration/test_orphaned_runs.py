"""Runs whose process was killed are failed, and no others; failed runs that should be retried are."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.events import StepMaterializationData
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG
from dagster._daemon.auto_run_reexecution.auto_run_reexecution import filter_runs_to_should_retry

from assets.run_process import process_tags
from orchestration import jobs
from orchestration.definitions import build_definitions, defs
from orchestration.orphaned_runs import fail_orphaned_runs, remove_old_runs, repeat_forgotten_failures
from tests.support.fault_table import Theme, proves
from tests.support.instances import memory_instance

STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def instance():
    with memory_instance() as instance:
        yield instance


def start_run(instance, tags, run_id=None):
    """Create a started run with these tags; return its id."""
    job = defs().resolve_job_def(jobs.crawl_site.name)
    return instance.create_run_for_job(job, run_id=run_id, tags=tags, status=STARTED).run_id


@pytest.fixture
def ended(monkeypatch):
    """Return a function that returns the tags of a run whose process has ended."""

    def tags(run_id):
        with subprocess.Popen(["true"]) as process, monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: process.pid)
            return process_tags(run_id)

    return tags


def status(instance, run_id):
    return instance.get_run_by_id(run_id).status


def test_run_without_a_process_is_failed(instance, ended):
    run_id = str(uuid4())
    start_run(instance, ended(run_id), run_id)
    assert fail_orphaned_runs(instance) == [run_id]
    assert status(instance, run_id) == FAILURE
    assert fail_orphaned_runs(instance) == []


def test_sensor_is_on_and_fails_orphaned_runs(instance, ended):
    """It is on in the UI too, where the other sensors are off: a queued run must not wait for an orphan."""
    for automatic in (True, False):
        sensor = build_definitions(automatic=automatic).resolve_sensor_def("orphaned_runs_sensor")
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    run_id = str(uuid4())
    start_run(instance, ended(run_id), run_id)
    with dg.build_sensor_context(instance) as context:
        assert sensor.evaluate_tick(context).skip_message == f"Failed orphaned runs: {run_id}"
        assert status(instance, run_id) == FAILURE
        assert sensor.evaluate_tick(context).skip_message == "There are no orphaned runs"


def test_run_with_a_living_process_is_kept(instance):
    run_id = str(uuid4())
    start_run(instance, process_tags(run_id), run_id)
    fail_orphaned_runs(instance)
    assert status(instance, run_id) == STARTED


def test_reexecution_is_kept(instance, ended):
    """Dagster copies the tags of the first run; the process of the second has not set its own yet."""
    run_id = start_run(instance, ended("the first run"))
    fail_orphaned_runs(instance)
    assert status(instance, run_id) == STARTED


def test_run_of_another_machine_is_kept(instance, ended):
    run_id = str(uuid4())
    start_run(instance, ended(run_id) | {"inspections/host": "elsewhere"}, run_id)
    fail_orphaned_runs(instance)
    assert status(instance, run_id) == STARTED


@proves(
    "Dagster's daemon reads the failure of a run before the run has failed",
    theme=Theme.INTERRUPTION,
    does="retries the run a minute later; otherwise never, and its backfill would not end",
)
def test_forgotten_failure_is_reported_again():
    """Once for each run, although a retry gets the tags of the run before it."""
    retries = {"run_retries": {"enabled": True, "max_retries": 2}}
    with dg.DagsterInstance.ephemeral(settings=retries) as instance:
        forgotten, retried = (start_run(instance, {}) for _ in range(2))
        for run_id in (forgotten, retried):
            instance.report_run_failed(instance.get_run_by_id(run_id))
            assert instance.get_run_by_id(run_id).tags[WILL_RETRY_TAG] == "true"
        instance.add_run_tags(retried, {AUTO_RETRY_RUN_ID_TAG: str(uuid4())})
        seen = newest_failure(instance)
        now, minute = datetime.now(UTC), timedelta(minutes=1)
        assert repeat_forgotten_failures(instance, now - 2 * minute, now - minute) == []
        assert repeat_forgotten_failures(instance, now + minute, now + 2 * minute) == []
        assert repeat_forgotten_failures(instance, now - minute, now + minute) == [forgotten]
        assert newest_failure(instance).storage_id > seen.storage_id
        assert newest_failure(instance).run_id == forgotten
        [again] = filter_runs_to_should_retry([instance.get_run_by_id(forgotten)], instance)
        assert repeat_forgotten_failures(instance, now - minute, now + minute) == []
        copied = start_run(instance, {**again.tags})
        instance.report_run_failed(instance.get_run_by_id(copied))
        assert repeat_forgotten_failures(instance, now - minute, now + minute) == [copied]


def newest_failure(instance):
    [record] = instance.fetch_run_status_changes(dg.DagsterEventType.RUN_FAILURE, 1).records
    return record


def test_run_without_retries_fails_once(instance):
    run_id = start_run(instance, {})
    instance.report_run_failed(instance.get_run_by_id(run_id))
    now, minute = datetime.now(UTC), timedelta(minutes=1)
    assert repeat_forgotten_failures(instance, now - minute, now + minute) == []


def test_old_runs_are_removed_except_those_of_the_present_rows(instance):
    """The run of the latest event of an asset or year stays, as do new runs and those of other projects."""
    job = defs().resolve_job_def(jobs.crawl_site.name)
    ids = [instance.create_run_for_job(job, status=dg.DagsterRunStatus.SUCCESS).run_id for _ in range(4)]
    for run_id, year in ((ids[0], "2021"), (ids[1], "2021"), (ids[2], "2022")):
        instance.report_dagster_event(
            dg.DagsterEvent(
                dg.DagsterEventType.ASSET_MATERIALIZATION.value,
                job.name,
                event_specific_data=StepMaterializationData(
                    dg.AssetMaterialization("report_lines", partition=year)
                ),
            ),
            run_id,
        )

    @dg.op
    def other_op() -> None:
        """An op of another project."""

    @dg.job
    def other_job() -> None:
        """A job of another project."""
        other_op()

    other = instance.create_run_for_job(other_job, status=dg.DagsterRunStatus.SUCCESS).run_id
    now = datetime.now(UTC)
    assert remove_old_runs(instance, now - timedelta(days=1)) == []
    assert set(remove_old_runs(instance, now + timedelta(days=1))) == {ids[0], ids[3]}
    assert {run.run_id for run in instance.get_runs()} == {ids[1], ids[2], other}
