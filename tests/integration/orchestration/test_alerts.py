"""Alerts: failed runs at once, one message a day, and deliveries that are repeated until they succeed."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.database.assets import DATABASE
from assets.release import releases
from assets.resources import ReportsSite, Warehouse
from assets.settings import SettingsError, read_settings
from orchestration.alerting import digest
from orchestration.alerting.digest import Item
from orchestration.alerting.sensor import MAX_ITEMS, DeliveryError, digest_message
from orchestration.definitions import build_definitions
from tests.support import warehouses
from tests.support.alert_reader import Operator, webhook
from tests.support.instances import memory_instance
from tests.support.rows import rows
from tests.support.runs import QUIET

NEXT = "50206436"


@pytest.fixture
def operator(released, tmp_path):
    """An operator of a warehouse with a release, whose alerts began on 1 September."""
    warehouse = Path(shutil.copytree(released, tmp_path / "warehouse"))
    with memory_instance() as instance:
        yield Operator(warehouse, instance)


def fail_crawl(operator: Operator) -> None:
    """Run a crawl that fails because there is no site."""
    definitions = build_definitions(
        warehouse=Warehouse(folder=str(operator.warehouse)), site=ReportsSite(url="http://127.0.0.1/no-site")
    )
    result = definitions.resolve_job_def("crawl_site").execute_in_process(
        instance=operator.instance, run_config=QUIET, raise_on_error=False
    )
    assert not result.success


def test_failed_run_is_posted_once_even_if_the_webhook_fails_first(monkeypatch, operator):
    assert operator.tick("2020-01-01T10:00:00") == "ALERT_WEBHOOK is not set"
    with webhook(503) as (url, posted):
        monkeypatch.setenv("ALERT_WEBHOOK", url)
        assert operator.tick("2020-01-01T10:00:00") == "Alerts begin now"
        fail_crawl(operator)
        with pytest.raises(Exception, match="ALERT_WEBHOOK answered 503") as raised:
            operator.tick("2020-01-01T10:01:00")
        assert "secret" not in str(raised.value)
        assert operator.tick("2020-01-01T10:02:00") == "Posted 1 failed runs"
        assert operator.tick("2020-01-01T10:03:00") == "There is nothing to post"
    rejected, message = posted
    assert rejected == message
    assert message["severity"] == "error"
    [run] = message["runs"]
    assert (run["job"], run["steps"]) == ("crawl_site", "publications")
    assert re.fullmatch(
        r"Children's services inspections: crawl_site failed\. publications: .*"
        r"REPORTS_SITE_URL=.* cannot be used: .* \(run \S+\)",
        message["text"],
    )


def test_webhook_is_a_secret(monkeypatch, operator):
    """No error shows the address: that it is invalid, that nobody listens there."""
    monkeypatch.setenv("ALERT_WEBHOOK", "ftp://chat/secret")
    with pytest.raises(SettingsError, match=r"^ALERT_WEBHOOK cannot be used: it is not an address"):
        read_settings()
    monkeypatch.setenv("ALERT_WEBHOOK", "http://127.0.0.1:9/services/secret")
    assert "secret" not in repr(read_settings())
    operator.tick("2020-01-01T10:00:00")
    fail_crawl(operator)
    with pytest.raises(Exception, match=r"ALERT_WEBHOOK cannot be reached \(ConnectionError\)") as raised:
        operator.tick("2020-01-01T10:01:00")
    error = raised.value
    while error is not None:
        assert "secret" not in str(error)
        error = error.__cause__ if isinstance(error, DeliveryError) else error.__cause__ or error.__context__


@pytest.mark.slow
def test_daily_message_of_a_release(monkeypatch, operator):
    """New judgements, a corrected grade, a report that does not count and one that is read only partly."""
    now = datetime.now(UTC)
    today = f"{now:%Y-%m-%d}"
    with webhook() as (url, posted):
        monkeypatch.setenv("ALERT_WEBHOOK", url)
        operator.tick("2020-01-01T10:00:00")
        operator.crawled()
        warehouses.add(operator.warehouse, NEXT)
        warehouses.change_stored(
            operator.warehouse, "reports", ("50177455",), counts=False, not_counted_reason="it has no date"
        )
        issue = {"report_id": "2755760", "code": "areas_missing", "detail": "leadership", "severity": "error"}
        warehouses.put(
            operator.warehouse,
            "extraction_issues",
            rows("extraction_issues", issue | {"publication_year": 2018}).to_pylist(),
            2018,
        )
        warehouses.change_stored(
            operator.warehouse,
            "reports",
            ("2755760",),
            status="partial",
            partial_reason="leadership is missing",
        )
        warehouses.change(
            operator.warehouse, "judgements", ("50294205", "leadership"), grade="good", grade_rank=2
        )
        monkeypatch.setattr(releases, "validate_new_release", lambda _folder: None)
        assert releases.publish(operator.warehouse)
        assert operator.tick(f"{today}T06:00:00") == "There is nothing to post"
        assert operator.tick(f"{today}T10:00:00").startswith("Posted ")
        assert operator.tick(f"{today}T10:01:00") == "There is nothing to post"
    [message] = posted
    assert message["severity"] == "error"
    texts = {item["text"]: item for item in message["items"]}
    [uncounted] = [
        item for text, item in texts.items() if "(50177455) does not count: it has no date" in text
    ]
    assert uncounted["link"] == "https://files.ofsted.gov.uk/v1/file/50177455"
    assert [text for text in texts if "(2755760) is read only partly: leadership is missing" in text]
    assert [text for text in texts if "(50294205): corrected judgements: leadership good" in text]
    assert [item["severity"] for item in message["items"]] == sorted(
        (item["severity"] for item in message["items"]), key=digest.SEVERITIES.index
    )
    assert f"- error: {uncounted['text']} {uncounted['link']}" in message["text"].splitlines()


def test_healthy_day_is_silent_and_a_late_crawl_is_not(monkeypatch, operator):
    now = datetime.now(UTC)
    with webhook() as (url, posted):
        monkeypatch.setenv("ALERT_WEBHOOK", url)
        operator.tick("2020-01-01T10:00:00")
        operator.crawled(notes=["1 of 80400 has a title of no known family: 'x'"], pages_not_read=0)
        assert operator.tick(f"{now:%Y-%m-%d}T10:00:00") == "Posted 1 items"
        # The same note on the next day is not news; that the next crawl is missing is.
        monkeypatch.setenv("INSPECTIONS_ALERT_SEVERITY", "error")
        assert operator.tick("2099-01-01T10:00:00") == "Posted 1 items"
    [first, late] = posted
    assert first["severity"] == "warning"
    assert re.fullmatch(r"The site was last crawled \d+ hours ago, at .* UTC", late["items"][0]["text"])


def test_failed_check_is_an_item(operator):
    operator.crawled()
    now = datetime.now(UTC).replace(tzinfo=None)
    assert digest.state_items(operator.instance, now) == []
    evaluation = dg.AssetCheckEvaluation(
        asset_key=DATABASE,
        check_name="equals_tables",
        passed=False,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={},
        description="1 row differs",
    )
    operator.instance.report_runless_asset_event(evaluation)
    assert digest.state_items(operator.instance, now) == [
        Item(
            "error",
            "Check equals_tables of inspections_database failed: 1 row differs",
        )
    ]


def test_message_is_limited():
    items = [Item("info", str(number)) for number in range(MAX_ITEMS + 3)]
    message = digest_message(datetime(2026, 9, 1), items)
    assert message["text"].splitlines()[0] == "Children's services inspections, 01 September 2026"
    assert message["text"].splitlines()[-1] == "- and 3 more"
    assert len(message["items"]) == MAX_ITEMS + 3
