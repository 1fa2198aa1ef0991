"""Alerts: posts failed runs at once, and one message a day, to ALERT_WEBHOOK.

The message is JSON: ``text`` for people, in the form that chat services accept, the other entries for
programs. The cursor of the sensor records what was delivered. It moves on only after the webhook has accepted
a message: until then every tick tries again, and each failed attempt is a failed tick in the UI. The address
of the webhook is a secret and never part of an error.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import requests
from dagster import DagsterEventType

from assets.resources import Clock, Warehouse
from assets.settings import read_settings
from orchestration.alerting import digest
from orchestration.alerting.digest import SEVERITIES, Item
from orchestration.jobs import own_runs

TIMEOUT = 15.0  # seconds
#: The message of a day is sent from this hour on, London time: after the crawl and the publication.
DIGEST_HOUR = 8
#: A message lists this number of items.
MAX_ITEMS = 40

_TITLE = "Children's services inspections"
_LONDON = ZoneInfo("Europe/London")
_WILL_RETRY_TAG = "dagster/will_retry"


class DeliveryError(Exception):
    """The webhook did not accept a message. The text does not contain the address."""


@dataclass(frozen=True)
class _Delivered:
    """What the operator has been told, as the cursor of the sensor.

    Attributes:
        failures_until: Time (seconds since 1970) up to which failed runs were posted.
        day: Day of the last daily message, also if it had no items.
        release: Version of the newest release that was reported.
        stated: Texts about the state of the deployment in the last message; they are not repeated.
    """

    failures_until: float
    day: str
    release: str | None
    stated: tuple[str, ...] = ()

    @classmethod
    def read(cls, cursor: str) -> "_Delivered":
        values = json.loads(cursor)
        return cls(**values | {"stated": tuple(values["stated"])})

    def to_cursor(self) -> str:
        return json.dumps(asdict(self))


def alert_sensor(*, automatic: bool) -> dg.SensorDefinition:
    """Return the sensor that posts alerts; ``automatic`` starts it without a person."""

    @dg.sensor(
        minimum_interval_seconds=60,
        description="Posts failed runs, and once a day what changed and what is wrong, to ALERT_WEBHOOK",
        default_status=dg.DefaultSensorStatus.RUNNING if automatic else dg.DefaultSensorStatus.STOPPED,
    )
    def alert_sensor(
        context: dg.SensorEvaluationContext, warehouse: Warehouse, clock: Clock
    ) -> dg.SensorResult:
        settings = read_settings()
        if not settings.alert_webhook:
            return dg.SensorResult(skip_reason="ALERT_WEBHOOK is not set", cursor=context.cursor)
        now = clock.now()
        local = now.replace(tzinfo=UTC).astimezone(_LONDON)
        if context.cursor is None:
            release = digest.current_version(warehouse.path)
            started = _Delivered(now.replace(tzinfo=UTC).timestamp(), str(local.date()), release)
            return dg.SensorResult(skip_reason="Alerts begin now", cursor=started.to_cursor())
        delivered = _Delivered.read(context.cursor)
        if failures := _failed_runs(context, delivered.failures_until):
            _post(settings.alert_webhook, failure_message(context.instance, [run for run, _ in failures]))
            # One message per tick: if the next one fails, this one is not repeated.
            delivered = replace(delivered, failures_until=failures[-1][1])
            return dg.SensorResult(
                skip_reason=f"Posted {len(failures)} failed runs", cursor=delivered.to_cursor()
            )
        if str(local.date()) == delivered.day or local.hour < DIGEST_HOUR:
            return dg.SensorResult(skip_reason="There is nothing to post", cursor=context.cursor)
        state = digest.state_items(context.instance, now)
        items = [
            *digest.release_items(warehouse.path, delivered.release),
            *(item for item in state if item.text not in delivered.stated),
        ]
        least = SEVERITIES.index(settings.alert_severity)
        items = sorted(
            (item for item in items if SEVERITIES.index(item.severity) <= least),
            key=lambda item: SEVERITIES.index(item.severity),
        )
        if items:
            _post(settings.alert_webhook, digest_message(local, items))
        delivered = replace(
            delivered,
            day=str(local.date()),
            release=digest.current_version(warehouse.path),
            stated=tuple(item.text for item in state),
        )
        return dg.SensorResult(skip_reason=f"Posted {len(items)} items", cursor=delivered.to_cursor())

    return alert_sensor


def digest_message(day: datetime, items: Sequence[Item]) -> dict[str, Any]:
    """Return the message of a day, with the most severe items first."""
    lines = [
        f"- {item.severity}: {item.text}{f' {item.link}' if item.link else ''}" for item in items[:MAX_ITEMS]
    ]
    if len(items) > MAX_ITEMS:
        lines.append(f"- and {len(items) - MAX_ITEMS} more")
    return {
        "text": "\n".join([f"{_TITLE}, {day:%d %B %Y}", *lines]),
        "severity": digest.most_severe(items),
        "items": [asdict(item) for item in items],
    }


def failure_message(instance: dg.DagsterInstance, runs: Sequence[dg.DagsterRun]) -> dict[str, Any]:
    """Return the message about failed runs."""
    details = [_failure_details(instance, run) for run in runs]
    return {
        "text": "\n".join(
            f"{_TITLE}: {run['job']} failed. {run['reasons']} (run {run['run_id']})" for run in details
        ),
        "severity": "error",
        "runs": details,
    }


def _failure_details(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Mapping[str, str]:
    causes = [
        (event.step_key or "", (error.cause or error).message.strip())
        for entry in instance.all_logs(run.run_id, of_type=DagsterEventType.STEP_FAILURE)
        if (event := entry.dagster_event) and (error := event.step_failure_data.error)
    ] or [
        ("", event.message or "the run gives no reason")
        for entry in instance.all_logs(run.run_id, of_type=DagsterEventType.RUN_FAILURE)
        if (event := entry.dagster_event)
    ]
    return {
        "job": run.job_name,
        "run_id": run.run_id,
        "steps": ", ".join(step for step, _ in causes if step),
        "reasons": "; ".join(f"{step}: {cause}" if step else cause for step, cause in causes),
        "years": " to ".join(
            run.tags[tag]
            for tag in ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
            if tag in run.tags
        ),
    }


def _failed_runs(context: dg.SensorEvaluationContext, after: float) -> list[tuple[dg.DagsterRun, float]]:
    """Return the runs that failed after a time and are not retried, with the time; oldest first."""
    failed = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.FAILURE], updated_after=datetime.fromtimestamp(after, UTC)
    )
    records = {
        record.dagster_run.run_id: record
        for record in context.instance.get_run_records(failed)
        if record.update_timestamp.timestamp() > after
    }
    own = own_runs((record.dagster_run for record in records.values()), context.code_location_origin)
    runs = [
        (run, records[run.run_id].update_timestamp.timestamp())
        for run in own
        if run.tags.get(_WILL_RETRY_TAG) != "true"
    ]
    return sorted(runs, key=lambda pair: pair[1])


def _post(webhook: str, message: Mapping[str, Any]) -> None:
    """Post a message. Raises DeliveryError, without the address and without the original error."""
    try:
        response = requests.post(webhook, json=message, timeout=TIMEOUT, allow_redirects=False)
        status = response.status_code
    except requests.RequestException as error:
        raise DeliveryError(
            f"ALERT_WEBHOOK cannot be reached ({type(error).__name__}): the message is posted again"
        ) from None
    if not 200 <= status < 300:
        raise DeliveryError(f"ALERT_WEBHOOK answered {status}: the message is posted again")
