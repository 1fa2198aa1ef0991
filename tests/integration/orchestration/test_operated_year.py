"""A year of operation: each day the daemon crawls, runs jobs and ticks, and the operator reads only alerts.

No release mixes versions of the parser. No message is without a cause, and no cause without a message.
"""

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assets.release import releases
from tests.support import warehouses
from tests.support.alert_reader import Operator, webhook
from tests.support.days import VISIT, Days
from tests.support.fake_site import Fault, folders
from tests.support.fake_site.faults import edited
from tests.support.instances import memory_instance

pytestmark = pytest.mark.slow

BUCKINGHAMSHIRE, BRACKNELL, MEDWAY, UNREADABLE = "50177454", "59000030", "59000208", "51000001"
FIRST_LISTED = {VISIT: "2022-12-13", BRACKNELL: "2024-02-11"}
NEWTOWN = {"urn": 80999, "name": "Borough of Newtown"}


@dataclass
class Year:
    """The deployment, its operator, and what was posted to the operator."""

    days: Days
    operator: Operator
    posted: list[dict]
    listed: dict[str, str]

    def day(self, date: str) -> list[str]:
        """Return the runs of a day; the site lists what is in ``listed``, and the rows of ``days``."""
        self.days.publish(**{f"r{report_id}": published for report_id, published in self.listed.items()})
        runs = self.days.run_day(date)
        versions = pq.read_table(self.release() / "parquet" / "reports.parquet")["extractor_version"]
        assert len(versions.unique()) == 1
        return runs

    def alerts(self, at: str) -> list[str]:
        """Return what the alert sensor posts at a time (UTC): the texts of the items, or of the failure."""
        before = len(self.posted)
        self.operator.tick(at)
        return [
            item["text"]
            for message in self.posted[before:]
            for item in message.get("items", [{"text": message["text"]}])
        ]

    def release(self) -> Path:
        """Return the folder of the current release."""
        folder = releases.current(self.days.warehouse)
        assert folder is not None
        return folder


def starts(year: Year) -> None:
    assert year.alerts("2026-01-04T10:00:00") == []  # alerts begin
    assert year.day("2026-01-05") == ["crawl_site", "update_reports 2022", "update_reports 2024", "publish"]
    assert year.alerts("2026-01-05T10:00:00") == ["The first release was made"]


def day_without_changes(year: Year) -> None:
    assert year.day("2026-01-06") == ["crawl_site"]
    assert year.alerts("2026-01-06T10:00:00") == []


def new_inspection(year: Year) -> None:
    """The webhook refuses the message at first."""
    year.listed[BUCKINGHAMSHIRE] = "2022-02-11"
    assert year.day("2026-02-10") == ["crawl_site", "update_reports 2022", "publish"]
    assert year.release().name == "2026.02.10"
    with pytest.raises(Exception, match="ALERT_WEBHOOK answered 503"):
        year.alerts("2026-02-10T10:00:00")
    [text] = year.alerts("2026-02-10T10:01:00")
    assert text.startswith(
        "Buckinghamshire, Children's services inspection, 2022-02-11 (50177454): new judge"
    )
    assert text.endswith("overall effectiveness requires improvement")
    assert year.alerts("2026-02-10T10:02:00") == []


def parser_changes(year: Year, environment: pytest.MonkeyPatch) -> None:
    """The reports are read again, a year at a time; a new one is published with the last of them."""
    for report_id in year.listed:
        warehouses.change_stored(
            year.days.warehouse, "reports", (report_id,), extractor_version="of the winter"
        )
    year.listed[MEDWAY] = "2019-02-11"
    with environment.context() as limited:
        limited.setenv("INSPECTIONS_REREAD_LIMIT", "1")
        runs = year.day("2026-03-20")
        assert runs == ["crawl_site", "update_reports 2019", "update_reports 2024"]
        assert year.release().name == "2026.02.10"
        assert year.alerts("2026-03-20T10:00:00") == []
        assert year.day("2026-03-21") == ["crawl_site", "update_reports 2022", "publish"]
    # A release is named by the day on which the listing last changed.
    assert year.release().name == "2026.03.20"
    # A visit has no judgements, and nothing is wrong with the letter.
    assert year.alerts("2026-03-21T10:00:00") == []


def authority_starts(year: Year) -> None:
    """The reference data do not have it, and its first report is of an unknown kind and empty."""
    year.days.other_rows.append(
        folders.row(**NEWTOWN, file_id="51000000", family="other", title="Something else")
    )
    assert year.day("2026-04-01") == ["crawl_site", "update_reports 2022", "publish"]
    no_text, title, authority = year.alerts("2026-04-01T10:00:00")
    assert no_text.endswith("(51000000): none of the 1 pages has text")
    assert title == "51000000 of 80999 has a title of no known family: 'Something else'"
    assert authority.startswith("Borough of Newtown (80999) is not in the reference data")
    assert year.day("2026-04-02") == ["crawl_site"]
    assert year.alerts("2026-04-02T10:00:00") == []


def unreadable_report(year: Year) -> None:
    """A file with an empty page is listed as a report."""
    year.days.other_rows.append(
        folders.row(**NEWTOWN, file_id=UNREADABLE, published="2026-05-10", inspected="2026-04-01")
    )
    assert year.day("2026-05-11") == ["crawl_site", "update_reports 2026", "publish"]
    [text] = year.alerts("2026-05-11T10:00:00")
    report = "Borough of Newtown, Children's services inspection, 2026-05-10 (51000001)"
    assert text == f"{report}: none of the 1 pages has text"
    assert year.day("2026-05-12") == ["crawl_site"]
    assert year.alerts("2026-05-12T10:00:00") == []


def site_fails(year: Year) -> None:
    year.days.faults["/search*"] = Fault(edited(r'<ul class="results-list.*?</ul>', ""))
    assert year.day("2026-06-11") == ["crawl_site failed"]
    [text] = year.alerts("2026-06-11T05:40:00")
    assert text.startswith("Children's services inspections: crawl_site failed. publications: ")
    assert year.alerts("2026-06-11T10:00:00") == []
    year.days.faults.clear()
    assert year.day("2026-06-12") == ["crawl_site"]
    assert year.alerts("2026-06-12T10:00:00") == []


def authority_vanishes(year: Year) -> None:
    """Its page is no longer listed: the listing is held back until a person confirms it."""
    del year.listed[BUCKINGHAMSHIRE]
    assert year.day("2026-08-01") == ["crawl_site failed"]
    assert year.release().name == "2026.05.11"
    [text] = year.alerts("2026-08-01T05:40:00")
    assert "lists only 4 of the 5 authorities with reports that it listed before" in text
    assert year.alerts("2026-08-01T10:00:00") == []


def crawls_stop(year: Year) -> None:
    [text] = year.alerts("2099-12-01T10:00:00")
    assert text.startswith("The site was last crawled ")


def test_a_year_of_operation(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    monkeypatch.delenv("INSPECTIONS_ALERT_SEVERITY", raising=False)
    with webhook(200, 503) as (url, posted), memory_instance() as instance:
        monkeypatch.setenv("ALERT_WEBHOOK", url)
        days = Days(tmp_path / "site", tmp_path / "warehouse", instance, not_published=("website",))
        year = Year(days, Operator(days.warehouse, instance), posted, dict(FIRST_LISTED))
        starts(year)
        day_without_changes(year)
        new_inspection(year)
        parser_changes(year, monkeypatch)
        authority_starts(year)
        unreadable_report(year)
        site_fails(year)
        authority_vanishes(year)
        crawls_stop(year)
