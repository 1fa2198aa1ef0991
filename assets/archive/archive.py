"""The archive: which files are due, fetching them, and the log of all attempts.

``files/<sha256>.pdf`` is written once and never changes. ``fetches.parquet``, the fetch log, has a row per
attempt; rows are only added, so their order is that of the attempts, whatever a wrong clock wrote as time. A
file is committed before the log refers to it, so a run can be killed at any time and repeated.

A file is requested once. It is requested again if the site's listing of the report has changed, or if the run
is configured to revalidate. A report that is re-issued under the same number then has two files. A file that
turns out to be damaged when it is read is moved to ``quarantine/`` and requested again. Parsing the files
belongs in ``assets/parsing``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import requests

from assets.progress import track
from assets.publications.client import (
    Download,
    ForbiddenError,
    GoneError,
    NotPdfError,
    SiteClient,
    SiteError,
    UnavailableError,
    Unchanged,
)
from assets.publications.listing import CLOCK_TOLERANCE
from assets.publications.pdf_files import HEAD_BYTES, TAIL_BYTES, find_truncation
from assets.schema.sanitize import sanitize_text
from assets.schema.tables import SHARED_COLUMNS, column
from assets.storage.filesystem import commit_file, list_file_sizes, open_input, read_bytes, staging_dir

#: When a file that did not exist, or was not a PDF, is requested again.
RETRY_AFTER_GONE = timedelta(days=7)
#: The run stops after this many consecutive files for which the site was unavailable.
MAX_CONSECUTIVE_FAILURES = 10
#: The log is saved after this many attempts.
SAVE_EVERY = 25

LOG_FILE = "fetches.parquet"
QUARANTINE = "quarantine"
STORED, UNCHANGED = "stored", "unchanged"
OUTCOMES = (STORED, UNCHANGED, "gone", "not_pdf", "truncated", "too_large", "refused", "timeout", "failed")

FETCH_LOG_SCHEMA = pa.schema(
    [
        SHARED_COLUMNS["report_id"],
        column("public_url", pa.string(), "Public address of the file", required=True),
        column(
            "url",
            pa.string(),
            "Requested address: the public one, or that of a local copy of the site",
            required=True,
        ),
        column("requested_at", pa.timestamp("us"), "Time of the request", required=True),
        column("outcome", pa.string(), "Result of the attempt", required=True, values=OUTCOMES),
        column(
            "status_code",
            pa.int32(),
            "HTTP status of the last response; null without a response",
            unit="code",
        ),
        column("content_type", pa.string(), "Content-Type header"),
        column("content_length", pa.int64(), "Content-Length header", unit="bytes"),
        column("etag", pa.string(), "ETag header"),
        column("last_modified", pa.string(), "Last-Modified header"),
        column("size_bytes", pa.int64(), "Size of the file; null unless stored", unit="bytes"),
        column(
            "sha256",
            pa.string(),
            "SHA-256 of the file, which is its name in the archive; null unless stored",
            pattern="[0-9a-f]{64}",
        ),
        column("detail", pa.string(), "Error, in a sentence; null without an error"),
    ],
    metadata={"description": "Every attempt to download a report's file", "key": "report_id requested_at"},
)

#: Headers of a conditional request, with the column of the log that holds their value.
_CONDITIONAL_HEADERS = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}

Row = dict[str, Any]
#: Size in bytes of every file in the archive, by name.
FileSizes = Mapping[str, int]


class ArchiveError(Exception):
    """The archive cannot be read or written; the message names the path and the reason."""


def fetch_reports(  # noqa: PLR0913
    site: SiteClient,
    publications: pa.Table,
    archive: Path,
    now: datetime,
    *,
    revalidate: bool = False,
    unreadable: Collection[str] = (),
    seconds: Callable[[], float] = monotonic,
) -> pa.Table:
    """Fetch all files that are due, one after another, and add the attempts to the log.

    Args:
        site: The client of the site.
        publications: Rows of the table ``publications``.
        archive: The folder of the archive, created if missing. The caller must hold the warehouse lock.
        now: The start time of the run (UTC, without a time zone).
        revalidate: Also send a conditional request for every file that the archive has.
        unreadable: Ids of reports whose archived file cannot be opened. They are requested without
            validators, which could keep the site from sending a file that it has replaced.
        seconds: A monotonic clock, in seconds.

    Returns:
        This run's rows of the log (``FETCH_LOG_SCHEMA``), including the failed attempts.

    Raises:
        SiteError: The site answered 403, or was unavailable for ``MAX_CONSECUTIVE_FAILURES`` files.
        ArchiveError: The archive cannot be read or written.
    """
    start = seconds()
    fetched: list[Row] = []
    consecutive_failures = 0
    with _archive_errors(archive):
        previous: list[Row] = read_log(archive).to_pylist()
        attempts = _by_report(previous)
        sizes = list_file_sizes(_files(archive))
        due = [
            row
            for row in publications.to_pylist()
            if _is_due(row, attempts[row["report_id"]], sizes, now, revalidate=revalidate)
        ]
        try:
            for publication in track(due, len(due), "Fetching", "file"):
                requested_at = now + timedelta(seconds=seconds() - start)
                archived = _latest_stored(attempts[publication["report_id"]], sizes)
                validators = {} if publication["report_id"] in unreadable else _validators(archived, archive)
                result = _fetch(site, publication["url"], archive, archived, validators)
                fetched.append(_log_row(site, publication, requested_at, result))
                if isinstance(result, UnavailableError):
                    consecutive_failures += 1
                else:
                    consecutive_failures = 0
                if isinstance(result, SiteError) and (
                    isinstance(result, ForbiddenError) or consecutive_failures == MAX_CONSECUTIVE_FAILURES
                ):
                    raise result
                if len(fetched) % SAVE_EVERY == 0:
                    _save(previous + fetched, archive)
        finally:
            if fetched:
                _save(previous + fetched, archive)
    return pa.Table.from_pylist(fetched, schema=FETCH_LOG_SCHEMA)


def due_reports(publications: pa.Table, archive: Path, now: datetime) -> dict[str, Row | None]:
    """Return the reports whose files ``fetch_reports`` would request at ``now``, without revalidation.

    Returns:
        The last attempt by ``report_id``; None for a report without an attempt.

    Raises:
        ArchiveError: The archive cannot be read.
    """
    attempts = _by_report(read_log(archive).to_pylist())
    with _archive_errors(archive):
        sizes = list_file_sizes(_files(archive))
    return {
        row["report_id"]: attempts[row["report_id"]][-1] if attempts[row["report_id"]] else None
        for row in publications.to_pylist()
        if _is_due(row, attempts[row["report_id"]], sizes, now, revalidate=False)
    }


def latest_attempts(archive: Path) -> dict[str, Row]:
    """Return the row of the log that describes the archived file of each report, by ``report_id``.

    It is the latest attempt that stored a file that the archive still has. Without such a file it is the
    latest attempt.

    Raises:
        ArchiveError: The archive cannot be read.
    """
    attempts = _by_report(read_log(archive).to_pylist())
    with _archive_errors(archive):
        sizes = list_file_sizes(_files(archive))
    return {report_id: _latest_stored(rows, sizes) or rows[-1] for report_id, rows in attempts.items()}


def read_log(archive: Path) -> pa.Table:
    """Return the fetch log (``FETCH_LOG_SCHEMA``), empty if the archive has none. Raises ArchiveError."""
    file = archive / LOG_FILE
    if not file.exists():
        return FETCH_LOG_SCHEMA.empty_table()
    try:
        with _archive_errors(archive), open_input(file) as data:
            return pq.read_table(data, schema=FETCH_LOG_SCHEMA)
    except pa.ArrowException as error:
        raise ArchiveError(f"{file} cannot be read: {error}") from error


def stored_file_path(archive: Path, sha256: str) -> Path:
    """Return the path of the file with a SHA-256."""
    return _files(archive) / f"{sha256}.pdf"


def find_damage(content: bytes, sha256: str | None = None) -> str:
    """Return why a stored file is damaged, as a sentence without a subject; empty if it is not.

    Args:
        content: The content of the file.
        sha256: The SHA-256 that the fetch log records; not compared if None.
    """
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        return "does not match its SHA-256"
    if truncation := find_truncation(content[:HEAD_BYTES], content[-TAIL_BYTES:], len(content)):
        return f"is truncated: {truncation}"
    return ""


def quarantine(archive: Path, sha256: str) -> bool:
    """Move a damaged file to ``quarantine/``, so that the next run requests it again.

    A file whose bytes are in quarantine already was sent twice as it is. It stays in the archive.

    Returns:
        Whether the file was moved.

    Raises:
        ArchiveError: The archive cannot be read or written.
    """
    path, target = stored_file_path(archive, sha256), archive / QUARANTINE / f"{sha256}.pdf"
    with _archive_errors(archive):
        content = read_bytes(path)
        if target.exists() and read_bytes(target) == content:
            return False
        with staging_dir(archive) as folder:
            copy = folder / path.name
            copy.write_bytes(content)
            commit_file(copy, target)
        path.unlink()
    return True


def _files(archive: Path) -> Path:
    return archive / "files"


def _by_report(fetches: Iterable[Row]) -> dict[str, list[Row]]:
    attempts: dict[str, list[Row]] = defaultdict(list)
    for row in fetches:
        attempts[row["report_id"]].append(row)
    return attempts


def _is_due(
    publication: Row, attempts: list[Row], sizes: FileSizes, now: datetime, *, revalidate: bool
) -> bool:
    """Return whether a file must be requested.

    ``attempts`` are all attempts so far, in order.
    """
    if not attempts:
        return True
    archived = _latest_stored(attempts, sizes)
    if archived and not publication["is_listed"]:
        return False
    last = attempts[-1]
    if last["outcome"] in (GoneError.outcome, NotPdfError.outcome) and not _changed_since(
        publication, last, now
    ):
        # Compare dates: a daily run starts some seconds earlier or later than the one a week before.
        return bool(now.date() - last["requested_at"].date() >= RETRY_AFTER_GONE)
    if not archived:
        return True
    last_success = next(row for row in reversed(attempts) if row["outcome"] in (STORED, UNCHANGED))
    return revalidate or _changed_since(publication, last_success, now)


def _changed_since(publication: Row, attempt: Row, now: datetime) -> bool:
    """Return whether the listing of a report has changed since an attempt, or may have.

    The time of an attempt that lies in the future is wrong: the clock was.
    """
    if attempt["requested_at"] > now + CLOCK_TOLERANCE:
        return True
    changed_at = publication["changed_at"]
    return bool(changed_at and changed_at > attempt["requested_at"])


def _latest_stored(attempts: Sequence[Row], sizes: FileSizes) -> Row | None:
    """Return the latest attempt that stored a file that the archive still has."""
    return next((row for row in reversed(attempts) if _is_archived(row, sizes)), None)


def _is_archived(row: Row, sizes: FileSizes) -> bool:
    """Return whether an attempt stored a file, and the archive still has it in full size."""
    return row["outcome"] == STORED and bool(sizes.get(f"{row['sha256']}.pdf") == row["size_bytes"])


def _validators(archived: Row | None, archive: Path) -> dict[str, str]:
    """Return the headers of a conditional request for a file; none if the archived one is damaged."""
    if not archived or find_damage(read_bytes(stored_file_path(archive, archived["sha256"]))):
        return {}
    return {name: archived[column] for name, column in _CONDITIONAL_HEADERS.items() if archived[column]}


def _fetch(
    site: SiteClient, url: str, archive: Path, archived: Row | None, validators: Mapping[str, str]
) -> Download | Unchanged | SiteError:
    """Download a file into the archive. A SiteError is returned; an OSError is raised.

    ``archived`` is the log row of the file that the archive has.
    """
    with staging_dir(archive) as folder:
        part = folder / "download.part"
        try:
            result = site.download(url, part, validators)
        except SiteError as error:
            return error
        if isinstance(result, Unchanged):
            return result
        if archived and result.sha256 == archived["sha256"]:
            return Unchanged(result.response)
        commit_file(part, stored_file_path(archive, result.sha256))
    return result


def _log_row(
    site: SiteClient, publication: Row, requested_at: datetime, result: Download | Unchanged | SiteError
) -> Row:
    request = {
        "report_id": publication["report_id"],
        "public_url": publication["url"],
        "url": site.request_url(publication["url"]),
        "requested_at": requested_at,
    }
    if isinstance(result, SiteError):
        return (
            request | _response_columns(result.response) | {"outcome": result.outcome, "detail": str(result)}
        )
    if isinstance(result, Unchanged):
        return request | _response_columns(result.response) | {"outcome": UNCHANGED}
    stored = {"outcome": STORED, "size_bytes": result.size_bytes, "sha256": result.sha256}
    return request | _response_columns(result.response) | stored


def _response_columns(response: requests.Response | None) -> Row:
    """Return the columns of the log that describe a response."""
    if response is None:
        return {}
    headers = response.headers
    length = headers.get("Content-Length", "")
    return {
        "status_code": response.status_code,
        "content_type": _header(headers, "Content-Type"),
        "content_length": int(length) if length.isdecimal() else None,
        "etag": _header(headers, "ETag"),
        "last_modified": _header(headers, "Last-Modified"),
    }


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return sanitize_text(headers[name]) if name in headers else None


def _save(rows: list[Row], archive: Path) -> None:
    """Replace the log atomically."""
    with staging_dir(archive) as folder:
        part = folder / f"{LOG_FILE}.part"
        pq.write_table(pa.Table.from_pylist(rows, schema=FETCH_LOG_SCHEMA), part, compression="zstd")
        commit_file(part, archive / LOG_FILE)


@contextmanager
def _archive_errors(archive: Path) -> Iterator[None]:
    """Raise an OSError of the block as an ArchiveError that names the path."""
    try:
        yield
    except OSError as error:
        path, reason = error.filename or archive, error.strerror or error
        raise ArchiveError(f"{path} cannot be read or written: {reason}") from error
