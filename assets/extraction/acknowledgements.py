"""Acknowledged issues: read ``data/acknowledged.csv`` and apply it to the issues of extracted reports.

An entry states that an issue describes the report as printed, not a fault of the parser or a misprint with a
known correction. Its issue stays in ``extraction_issues`` with severity ``acknowledged``: it is no error and
does not disqualify the report. An entry that matches no issue of a report that was read is rejected, and the
year is not written. Values that are misprinted belong to ``corrections``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import pyarrow as pa

from assets.extraction.corrections import STATUSES_WITHOUT_ROWS, version_suffix
from assets.parsing.invariants.codes import CODES, not_counted_reason, partial_reason
from assets.parsing.models import Issue
from assets.schema.csv_files import CsvFile
from assets.schema.tables import TABLES
from assets.schema.validation import Violation, check_rows

FILE = resources.files(__package__) / "data" / "acknowledged.csv"

ACKNOWLEDGED = "acknowledged"

_DECLARED = TABLES["acknowledged_issues"]

Row = dict[str, Any]
#: A row of the table ``acknowledged_issues``.
Acknowledgement = Mapping[str, Any]


class AcknowledgementError(Exception):
    """An acknowledged issue does not exist. The message is one sentence."""


def read_acknowledgements(path: Traversable | None = None) -> dict[str, tuple[Acknowledgement, ...]]:
    """Read the file and return its rows by report id.

    Args:
        path: The file; ``FILE`` by default.

    Raises:
        CsvFileError: The file is invalid; the message describes the first error.
    """
    file = CsvFile.read(path or FILE, _DECLARED)
    for fault in check_rows(_DECLARED, file.rows):
        raise file.error(fault)
    by_report: dict[str, list[Acknowledgement]] = defaultdict(list)
    for index, row in enumerate(file.rows.to_pylist()):
        if row["code"] not in CODES:
            problem = f"{row['code']!r} is not a code of an extraction issue"
            raise file.error(Violation("acknowledgement", _DECLARED.name, ("code",), problem, row=index))
        by_report[row["report_id"]].append(row)
    return {report_id: tuple(rows) for report_id, rows in by_report.items()}


def acknowledgements_hash(acknowledgements: Iterable[Acknowledgement]) -> str:
    """Return a short hash of the acknowledged issues of a report, with a leading "+"; empty if none."""
    issues = [(row["code"], row["detail"]) for row in acknowledgements]
    return version_suffix(repr(issues) if issues else "")


def apply_acknowledgements(
    tables: Mapping[str, pa.Table], acknowledgements: Sequence[Acknowledgement]
) -> dict[str, pa.Table]:
    """Mark the acknowledged issues of a report and return its tables.

    The report's status, the reason why it is partial, and whether it counts are derived from the remaining
    issues. The status of a missing or unreadable report does not change, and it never counts.

    Raises:
        AcknowledgementError: A report that was read has no such issue.
    """
    tables = dict(tables)
    if not acknowledgements:
        return tables
    issues = tables["extraction_issues"].to_pylist()
    [report] = tables["reports"].to_pylist()
    was_read = report["status"] not in STATUSES_WITHOUT_ROWS
    for entry in acknowledgements:
        issue = next((issue for issue in issues if _matches(entry, issue)), None)
        if issue is not None:
            issue["severity"] = ACKNOWLEDGED
            issue["disqualifies"] = issue["disqualifies"] and not was_read
        elif was_read:
            raise AcknowledgementError(
                f"the acknowledgement of {entry['code']} in report {entry['report_id']} is rejected:"
                f" the report has no issue {entry['detail']!r}"
            )
    tables["extraction_issues"] = _with_rows(tables["extraction_issues"], issues)
    if was_read and report["status"] != "not_extracted":
        columns = _columns_from_issues(issues)
        counting = {name: columns[name] for name in ("counts", "not_counted_reason")}
        judgements = [{**row, **counting} for row in tables["judgements"].to_pylist()]
        tables["reports"] = _with_rows(tables["reports"], [{**report, **columns}])
        tables["judgements"] = _with_rows(tables["judgements"], judgements)
    return tables


def applied_acknowledgements(acknowledgements: Iterable[Acknowledgement], issues: pa.Table) -> pa.Table:
    """Return the table ``acknowledged_issues``: the entries whose issues are acknowledged in stored rows."""
    acknowledged = [row for row in issues.to_pylist() if row["severity"] == ACKNOWLEDGED]
    rows = [
        dict(entry) for entry in acknowledgements if any(_matches(entry, issue) for issue in acknowledged)
    ]
    return pa.Table.from_pylist(rows, schema=_DECLARED.schema)


def _matches(entry: Acknowledgement, issue: Row) -> bool:
    return all(entry[name] == issue[name] for name in _DECLARED.key)


def _columns_from_issues(issues: Iterable[Row]) -> Row:
    """Return the columns of ``reports`` that follow from the issues that are not acknowledged."""
    remaining = [
        Issue(issue["code"], issue["detail"]) for issue in issues if issue["severity"] != ACKNOWLEDGED
    ]
    reason = not_counted_reason(issue.code for issue in remaining)
    is_partial = any(CODES[issue.code].severity == "error" for issue in remaining)
    return {
        "status": "partial" if is_partial else "complete",
        "partial_reason": partial_reason(remaining) if is_partial else None,
        "counts": reason is None,
        "not_counted_reason": reason,
    }


def _with_rows(table: pa.Table, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=table.schema)
