"""The files of Dagster's history during a command, and after it."""

import dagster as dg
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

from orchestration.sqlite_history import OpenEventLog, fast_sqlite, open_instance

REPORTS = dg.AssetKey("reports")


@dg.asset(check_specs=[dg.AssetCheckSpec("valid", asset="reports")])
def reports():
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True, check_name="valid")])


def history(home, pattern):
    return {path.name.partition("-")[0] for path in home.rglob(pattern)}


def test_events_are_written_back_when_the_command_ends(tmp_path):
    with fast_sqlite():
        with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
            instance.report_runless_asset_event(dg.AssetMaterialization("reports"))
        # The events are in the WAL files, which SQLite would have removed with the last connection.
        assert history(tmp_path, "*.db-wal") >= {"index.db", "runs.db"}
    assert not history(tmp_path, "*.db-wal")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert instance.get_latest_materialization_event(REPORTS)


def test_dagster_reads_what_an_open_event_log_wrote(tmp_path):
    """Of more runs than files stay open, before and after the log is closed."""
    with fast_sqlite(), open_instance(tmp_path) as instance:
        assert isinstance(instance.event_log_storage, OpenEventLog)
        results = [dg.materialize([reports], instance=instance) for _ in range(5)]
        with dg.DagsterInstance.from_config(str(tmp_path)) as other:
            assert_all_recorded(other, results)
        assert_all_recorded(instance, results)
    assert not history(tmp_path, "*.db-wal")
    with dg.DagsterInstance.from_config(str(tmp_path)) as other:
        assert_all_recorded(other, results)


def assert_all_recorded(instance, results):
    for result in results:
        records = instance.get_records_for_run(result.run_id).records
        logged = [record.event_log_entry.dagster_event for record in records]
        assert [event for event in logged if event in result.all_events] == result.all_events
    latest = instance.get_latest_materialization_event(REPORTS)
    assert latest.run_id == results[-1].run_id


def test_event_log_of_another_kind_is_used_as_it_is(tmp_path):
    (tmp_path / "dagster.yaml").write_text(
        "event_log_storage:\n"
        "  module: dagster._core.storage.event_log\n"
        "  class: ConsolidatedSqliteEventLogStorage\n"
        f"  config:\n    base_dir: {tmp_path}\n"
    )
    with open_instance(tmp_path) as instance:
        assert isinstance(instance.event_log_storage, ConsolidatedSqliteEventLogStorage)
