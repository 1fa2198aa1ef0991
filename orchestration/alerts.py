"""Alerts: posts every failed run to ALERT_WEBHOOK, in the JSON form that chat services accept."""

import dagster as dg
import requests

from assets.settings import read_settings

TIMEOUT = 15.0  # seconds


def run_failure_alert(*, automatic: bool) -> dg.SensorDefinition:
    """Return the sensor that posts every failed run; ``automatic`` starts it without a person."""

    @dg.run_failure_sensor(
        minimum_interval_seconds=30,
        description="Posts every failed run to ALERT_WEBHOOK; does nothing if that is not set",
        default_status=dg.DefaultSensorStatus.RUNNING if automatic else dg.DefaultSensorStatus.STOPPED,
    )
    def run_failure_alert(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        webhook = read_settings().alert_webhook
        if not webhook:
            return dg.SkipReason("ALERT_WEBHOOK is not set")
        requests.post(webhook, json=alert_message(context), timeout=TIMEOUT).raise_for_status()
        return None

    return run_failure_alert


def alert_message(context: dg.RunFailureSensorContext) -> dict[str, str]:
    """Return the message: ``text`` for people, the other entries for programs."""
    run = context.dagster_run
    causes = [
        (event.step_key or "", (error.cause or error).message.strip())
        for event in context.get_step_failure_events()
        if (error := event.step_failure_data.error)
    ] or [("", context.failure_event.message or "the run gives no reason")]
    reasons = "; ".join(f"{step}: {cause}" if step else cause for step, cause in causes)
    return {
        "text": f"Children's services inspections: {run.job_name} failed. {reasons} (run {run.run_id})",
        "job": run.job_name,
        "run_id": run.run_id,
        "steps": ", ".join(step for step, _ in causes if step),
        "years": " to ".join(
            run.tags[tag]
            for tag in ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
            if tag in run.tags
        ),
    }
