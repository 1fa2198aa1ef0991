"""The schedules: when the site is crawled, and when the warehouse is verified.

What follows from a crawl is decided in ``sensors``.
"""

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


def weekly_verification(*, automatic: bool) -> dg.ScheduleDefinition:
    """Return the schedule of the complete verification; ``automatic`` starts it without a person."""
    return dg.ScheduleDefinition(
        "weekly_verification",
        cron_schedule="0 3 * * 0",
        execution_timezone="Europe/London",
        job=jobs.verify_warehouse,
        description="Checks every file and row of the warehouse on Sundays at 03:00, London time",
        default_status=dg.DefaultScheduleStatus.RUNNING if automatic else dg.DefaultScheduleStatus.STOPPED,
    )
