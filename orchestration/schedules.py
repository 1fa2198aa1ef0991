"""The schedule: when the site is crawled. What follows from a crawl is decided in ``sensors``."""

import dagster as dg

from orchestration import jobs


def daily_crawl(*, automatic: bool) -> dg.ScheduleDefinition:
    """Return the schedule of the daily crawl; ``automatic`` starts it without a person."""
    return dg.ScheduleDefinition(
        "daily_crawl",
        cron_schedule="30 5 * * *",
        execution_timezone="Europe/London",
        job=jobs.crawl_site,
        description="Crawls the site every day at 05:30, London time",
        default_status=dg.DefaultScheduleStatus.RUNNING if automatic else dg.DefaultScheduleStatus.STOPPED,
    )
