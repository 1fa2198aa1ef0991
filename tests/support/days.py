"""A deployment over several days, for tests: a site, a warehouse, and what the daemon does."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb

from assets.resources import Clock, ReportsSite, Warehouse
from orchestration.definitions import build_definitions
from tests.support import sample
from tests.support.fake_site import Fault, folders, serve
from tests.support.runs import QUIET, without_sql_checks

#: A report of the sample, whose row in the listing is the model of reports that are not in the sample.
VISIT = "59000055"


@dataclass
class Days:
    """A site, a warehouse and an instance, and what the daemon does: ticks and runs."""

    site: Path
    warehouse: Path
    instance: dg.DagsterInstance
    faults: dict[str, Fault] = field(default_factory=dict)
    cursor: str | None = None
    requested: list[str] = field(default_factory=list)
    results: list[dg.ExecuteInProcessResult] = field(default_factory=list)
    skip_message: str | None = None
    #: Rows of the site's listing besides the reports of the sample.
    other_rows: list[dict[str, str]] = field(default_factory=list)
    #: What ``publish`` leaves out, with the checks of ``sql/checks``, because it is slow; nothing if empty.
    not_published: tuple[str, ...] = ("release", "website")
    runs: tuple[str, ...] = ("crawl_site", "update_reports", "publish")

    def publish(self, **published: str) -> None:
        """Set what the site lists: reports of the sample with their dates of publication."""
        known = {row["file_id"]: row for row in sample.listing()}
        rows = []
        for report_id, day in published.items():
            row = known.get(report_id.removeprefix("r"), known[VISIT] | {"path": "", "inspected": ""})
            rows.append(row | {"file_id": report_id.removeprefix("r"), "published": day})
        for row in (row for row in rows if row["path"]):
            (self.site / row["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(sample.FOLDER / row["path"], self.site / row["path"])
        folders.write(self.site, [*rows, *self.other_rows])

    def run_day(self, date: str) -> list[str]:
        """Tick the schedule, then the sensor until it requests nothing; return the runs."""
        with serve(self.site, self.faults) as fake_site:
            definitions = build_definitions(
                warehouse=Warehouse(folder=str(self.warehouse)),
                site=ReportsSite(url=fake_site.url),
                clock=Clock(at=f"{date}T05:30:00"),
            )
            executed = []
            requests = self.tick_schedule(definitions)
            while requests and requests[0][0] in self.runs:
                executed += [self.execute(definitions, request) for request in requests]
                requests = self.tick_sensor(definitions)
            self.requested = fake_site.paths()
        return executed

    def tick_schedule(self, definitions: dg.Definitions):
        schedule = definitions.resolve_schedule_def("daily_crawl")
        tick = schedule.evaluate_tick(
            dg.build_schedule_context(self.instance, scheduled_execution_time=datetime.now(UTC))
        )
        return [(schedule.job_name, request) for request in tick.run_requests]

    def tick_sensor(self, definitions: dg.Definitions):
        with dg.build_sensor_context(
            self.instance, cursor=self.cursor, resources=definitions.resources
        ) as context:
            tick = definitions.resolve_sensor_def("refresh_sensor").evaluate_tick(context)
        self.cursor, self.skip_message = tick.cursor, tick.skip_message
        return [(request.job_name, request) for request in tick.run_requests]

    def execute(self, definitions: dg.Definitions, requested) -> str:
        job, request = requested
        definition = definitions.resolve_job_def(job)
        if job == "publish" and self.not_published:
            left_out = {dg.AssetKey(name) for name in self.not_published}
            assets = definition.asset_layer.executable_asset_keys - left_out
            definition = without_sql_checks(definition, assets)
        result = definition.execute_in_process(
            instance=self.instance, tags=request.tags, run_config=QUIET, raise_on_error=False
        )
        self.results.append(result)
        for event in result.all_events:
            if event.is_failure:
                print(event.message, getattr(event.event_specific_data, "error", ""))
        years = [value for tag, value in request.tags.items() if "asset_partition_range" in tag]
        return " ".join([job, *dict.fromkeys(years), *([] if result.success else ["failed"])])

    def reports_in_database(self) -> list[str]:
        with duckdb.connect(self.warehouse / "inspections.duckdb", read_only=True) as database:
            return [key for (key,) in database.sql("SELECT report_id FROM reports ORDER BY 1").fetchall()]
