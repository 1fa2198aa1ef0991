"""What a person should know: the items of the daily message, each with a severity and a link.

Items come from the releases since the last message (new and changed judgements, issues of new reports,
reports that do not count) and from Dagster's event log (late crawls, unread pages, failed checks).
Acknowledged issues are not mentioned. Sending is the task of ``sensor``.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from assets.database.assets import DATABASE
from assets.database.build import database_path
from assets.database.sql_checks import load_checks
from assets.release import releases
from assets.release.manifest import INDEX
from assets.storage.filesystem import local_copy
from orchestration.checks import BLOCKING_CHECKS, VERIFICATION_CHECKS

#: Severities of an item, the most severe first.
SEVERITIES = ("error", "warning", "info")
#: A crawl is late after this time; the schedule runs daily.
CRAWL_DEADLINE = timedelta(hours=25)

_PUBLICATIONS = dg.AssetKey("publications")
#: Columns of ``reports`` whose change can make a report uncounted or only partly read.
_REPORT_STATES = frozenset({"status", "counts", "not_counted_reason", "partial_reason"})


@dataclass(frozen=True)
class Item:
    """One statement of the message."""

    severity: str
    text: str
    link: str = ""


def release_items(warehouse: Path, after: str | None) -> list[Item]:
    """Return the items of the releases after a version; ``after`` is None if there was no release."""
    changes = list(_changes_since(warehouse, after))
    if not changes:
        return []
    if any(change["tables"]["reports"]["added_keys"] is None for change in changes):
        return [Item("info", "The first release was made")]
    reports: set[str] = set()
    new: set[tuple[str, str]] = set()
    corrected: set[tuple[str, str]] = set()
    for change in changes:
        tables = change["tables"]
        reports |= {report_id for (report_id,) in tables["reports"]["added_keys"]}
        reports |= {
            row["key"][0] for row in tables["reports"]["changed_keys"] if _REPORT_STATES & set(row["columns"])
        }
        reports |= {key[0] for key in tables["extraction_issues"]["added_keys"] or ()}
        new |= {tuple(key) for key in tables["judgements"]["added_keys"] or ()}
        corrected |= {
            tuple(row["key"])
            for row in tables["judgements"]["changed_keys"]
            if {"grade", "status"} & set(row["columns"])
        }
    with (
        local_copy(database_path(warehouse)) as path,
        duckdb.connect(path, read_only=True) as connection,
    ):
        return [
            *_report_items(connection, sorted(reports)),
            *_judgement_items(connection, corrected - new, "warning", "corrected judgements"),
            *_judgement_items(connection, new, "info", "new judgements"),
        ]


def current_version(warehouse: Path) -> str | None:
    """Return the version of the current release; None if there is none."""
    folder = releases.current(warehouse)
    return folder.name if folder else None


def state_items(instance: dg.DagsterInstance, now: datetime) -> list[Item]:
    """Return the items about the state of the deployment at a time (UTC, without a time zone)."""
    return [*_crawl_items(instance, now), *_check_items(instance)]


def most_severe(items: Iterable[Item]) -> str:
    """Return the highest severity of items."""
    return min((item.severity for item in items), key=SEVERITIES.index)


def _changes_since(warehouse: Path, after: str | None) -> Iterator[dict[str, Any]]:
    """Yield the changes of each release after a version, the newest first."""
    folder = releases.current(warehouse)
    while folder is not None and folder.name != after and (folder / INDEX).is_file():
        yield json.loads((folder / "changes.json").read_bytes())
        previous = json.loads((folder / INDEX).read_bytes())["previous"]
        folder = folder.parent / previous if previous else None


_REPORTS = """
    SELECT report_id, coalesce(authorities.name, ''), title, published, source_url, status, counts,
        coalesce(not_counted_reason, ''), coalesce(partial_reason, '')
    FROM reports LEFT JOIN authorities USING (urn)
    WHERE report_id = ANY(?) ORDER BY published DESC, report_id"""
_ISSUES = """
    SELECT report_id, severity, string_agg(detail, '; ' ORDER BY code, detail)
    FROM extraction_issues WHERE report_id = ANY(?) AND severity IN ('error', 'warning')
    GROUP BY ALL"""
_JUDGEMENTS = """
    SELECT report_id, area, coalesce(grade, judgements.status), name, title, published, source_url
    FROM judgements JOIN reports USING (report_id) JOIN authorities ON authorities.urn = reports.urn
    WHERE report_id = ANY(?) ORDER BY published DESC, report_id, area"""


def _report_items(connection: duckdb.DuckDBPyConnection, report_ids: Sequence[str]) -> Iterator[Item]:
    """Yield an item for each report that does not count, is read partly, or has an issue."""
    issues: dict[str, dict[str, str]] = defaultdict(dict)
    for report_id, severity, details in connection.execute(_ISSUES, [report_ids]).fetchall():
        issues[report_id][severity] = details
    for report_id, name, title, published, url, status, counts, reason, partly in connection.execute(
        _REPORTS, [report_ids]
    ).fetchall():
        report = f"{name}, {title}, {published} ({report_id})"
        details = "; ".join(filter(None, (issues[report_id].get("error"), issues[report_id].get("warning"))))
        if not counts and status in ("complete", "partial"):
            yield Item("error", f"{report} does not count: {'; '.join(filter(None, (reason, details)))}", url)
        elif status == "partial":
            yield Item("error", f"{report} is read only partly: {partly or details}", url)
        elif details:
            severity = "error" if "error" in issues[report_id] else "warning"
            yield Item(severity, f"{report}: {details}", url)


def _judgement_items(
    connection: duckdb.DuckDBPyConnection, keys: set[tuple[str, str]], severity: str, what: str
) -> Iterator[Item]:
    """Yield an item for each report with the given judgements."""
    grades: dict[tuple[str, str], list[str]] = defaultdict(list)
    rows = connection.execute(_JUDGEMENTS, [sorted({report_id for report_id, _ in keys})]).fetchall()
    for report_id, area, grade, name, title, published, url in rows:
        if (report_id, area) in keys:
            grades[f"{name}, {title}, {published} ({report_id})", url].append(f"{area} {grade}")
    for (report, url), stated in grades.items():
        yield Item(severity, f"{report}: {what}: {', '.join(stated)}".replace("_", " "), url)


def _crawl_items(instance: dg.DagsterInstance, now: datetime) -> Iterator[Item]:
    event = instance.get_latest_materialization_event(_PUBLICATIONS)
    if event is None or event.asset_materialization is None:
        yield Item("error", "The site has not been crawled yet")
        return
    crawled = datetime.fromtimestamp(event.timestamp, UTC).replace(tzinfo=None)
    if now - crawled > CRAWL_DEADLINE:
        hours = int((now - crawled).total_seconds() // 3600)
        yield Item("error", f"The site was last crawled {hours} hours ago, at {crawled:%Y-%m-%d %H:%M} UTC")
    metadata = event.asset_materialization.metadata
    unread, notes = metadata.get("pages_not_read"), metadata.get("notes")
    if unread is not None and unread.value:
        yield Item("error", f"Pages of the site that could not be read: {unread.value}")
    if isinstance(notes, dg.JsonMetadataValue):
        yield from (Item("warning", str(note)) for note in notes.value or ())


def _check_items(instance: dg.DagsterInstance) -> Iterator[Item]:
    """Yield an item for each check of a table, of the database or of the verification that failed last."""
    sql = (
        dg.AssetCheckKey(DATABASE, name) for name in ("rows_kept", *(check.name for check in load_checks()))
    )
    keys = [*BLOCKING_CHECKS, *VERIFICATION_CHECKS, *sql]
    latest: Mapping[dg.AssetCheckKey, Any] = (
        instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    )
    for key in keys:
        record = latest.get(key)
        event = record.event if record else None
        evaluation = (
            event.dagster_event.asset_check_evaluation_data if event and event.dagster_event else None
        )
        if evaluation and not evaluation.passed:
            severity = "error" if evaluation.severity == dg.AssetCheckSeverity.ERROR else "warning"
            yield Item(
                severity,
                f"Check {key.name} of {key.asset_key.to_user_string()} failed: {evaluation.description}",
            )
