"""Housekeeping of runs: orphaned runs are failed, forgotten retries requested again, old runs removed.

An orphaned run is one whose process was killed; Dagster would show it as running for ever.

A queue that admits one run at a time would wait for them. Every run is tagged with the process that executes
it (``assets.run_process``), so that runs without a living process can be failed. The command line does so
before a run, the sensors while the daemon runs.
"""

import os
import platform
from datetime import datetime

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG

from assets.run_process import HOST_TAG, PROCESS_TAG, process_start_time
from orchestration.checks import BLOCKING_CHECKS, VERIFICATION_CHECKS
from orchestration.jobs import own_runs

#: Statuses of runs that a process should be executing.
UNFINISHED_STATUSES = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]

#: Names the run itself, since a retry gets the tags of the run before it.
_REPORTED_AGAIN_TAG = "inspections/reported_again"


def fail_orphaned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Fail every unfinished run of this machine whose process no longer exists; return their ids."""
    failed = []
    for run in instance.get_runs(RunsFilter(statuses=UNFINISHED_STATUSES, tags={HOST_TAG: platform.node()})):
        run_id, pid, *start_time = run.tags[PROCESS_TAG].split(" ")
        if run_id == run.run_id and not _is_alive(int(pid), start_time):
            instance.report_run_failed(run, "The process of this run was killed.")
            # Otherwise the slot in its pool would stay occupied.
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            failed.append(run.run_id)
    return failed


def _is_alive(pid: int, start_time: list[str]) -> bool:
    """Return whether a process exists and, where the start time is known, is the one that started then."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it exists, and belongs to another user
    return process_start_time(pid).split() == start_time


def repeat_forgotten_failures(instance: dg.DagsterInstance, after: datetime, before: datetime) -> list[str]:
    """Report again, once, the failure of runs that Dagster should have retried; return their ids.

    Where Dagster retries runs (on a cluster), its daemon looks once at the event of a failure. If the status
    of the run has not followed yet, as can be on a busy machine, the run is never retried, and its backfill
    never ends.

    Args:
        instance: Dagster's instance.
        after: Runs that failed earlier are left alone: what they were to do has been done by later runs.
        before: Runs that failed later may still be retried by Dagster.
    """
    failed = RunsFilter(
        statuses=[DagsterRunStatus.FAILURE],
        tags={WILL_RETRY_TAG: "true"},
        updated_after=after,
        updated_before=before,
    )
    repeated = []
    for run in own_runs(instance.get_runs(failed), None):
        if AUTO_RETRY_RUN_ID_TAG in run.tags or run.tags.get(_REPORTED_AGAIN_TAG) == run.run_id:
            continue
        instance.add_run_tags(run.run_id, {_REPORTED_AGAIN_TAG: run.run_id})
        instance.report_run_failed(run, "Dagster did not retry this run: its failure is reported again.")
        repeated.append(run.run_id)
    return repeated


def remove_old_runs(instance: dg.DagsterInstance, before: datetime) -> list[str]:
    """Remove this project's finished runs that began before a time from the history; return their ids.

    The run of the latest event of an asset, of a year or of a check stays: without it, the asset would count
    as never materialized.
    """
    finished = RunsFilter(
        statuses=[DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED],
        created_before=before,
    )
    old = [run.run_id for run in own_runs(instance.get_runs(finished), None)]
    if not old:
        return []
    needed = _runs_of_latest_events(instance)
    removed = [run_id for run_id in old if run_id not in needed]
    for run_id in removed:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
    return removed


def _runs_of_latest_events(instance: dg.DagsterInstance) -> set[str]:
    storage, kind = instance.event_log_storage, dg.DagsterEventType.ASSET_MATERIALIZATION
    runs = set()
    for record in instance.get_asset_records():
        key, latest = record.asset_entry.asset_key, record.asset_entry.last_materialization_record
        runs |= {latest.run_id} if latest else set()
        if ids := list(storage.get_latest_storage_id_by_partition(key, kind).values()):
            found = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids)
            runs |= {event.run_id for event in instance.fetch_materializations(found, len(ids)).records}
        checks = [dg.AssetCheckKey(key, name) for name in _check_names(key)]
        for execution in storage.get_latest_asset_check_execution_by_key(checks).values():
            runs.add(execution.run_id)
    return runs


def _check_names(key: dg.AssetKey) -> list[str]:
    return [check.name for check in (*BLOCKING_CHECKS, *VERIFICATION_CHECKS) if check.asset_key == key]
