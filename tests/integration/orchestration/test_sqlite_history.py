"""The files of Dagster's history during a command, and after it."""

import dagster as dg

from orchestration.sqlite_history import fast_sqlite


def test_events_are_written_back_when_the_command_ends(tmp_path):
    def history(pattern):
        return {path.name.partition("-")[0] for path in tmp_path.rglob(pattern)}

    with fast_sqlite():
        with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
            instance.report_runless_asset_event(dg.AssetMaterialization("reports"))
        # The events are in the WAL files, which SQLite would have removed with the last connection.
        assert history("*.db-wal") >= {"index.db", "runs.db"}
    assert not history("*.db-wal")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        assert instance.get_latest_materialization_event(dg.AssetKey("reports"))
