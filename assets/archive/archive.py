"""The archive of every file ever fetched, by content, and the log of every attempt.

``files/<sha256>.pdf`` never changes once it is there; ``fetches.parquet`` has a row for every attempt and
only grows. Files are put in place whole and before the log names them, so that a run may be killed at any
time and run again. A file is asked for once, and again when what the site lists of it changed, or when told
so: a report issued again under its number is then a second file beside the first. What may be touched: how
soon a file that was gone is asked for again, and when a silent site is left alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import requests
from tqdm import tqdm

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
from assets.schema.sanitize import sanitize_text
from assets.schema.tables import SHARED_COLUMNS, column
from assets.storage.filesystem import commit_file, list_file_sizes, open_input, staging_dir

#: A file that was gone, or was no PDF, is asked for again after this long.
RETRY_AFTER_GONE = timedelta(days=7)
#: After so many files in a row without an answer the site is left alone.
MAX_CONSECUTIVE_FAILURES = 10
#: The log is saved after so many attempts.
SAVE_EVERY = 25

LOG_FILE = "fetches.parquet"
STORED, UNCHANGED = "stored", "unchanged"
OUTCOMES = (STORED, UNCHANGED, "gone", "not_pdf", "truncated", "too_large", "refused", "timeout", "failed")

FETCH_LOG_SCHEMA = pa.schema(
    [
        SHARED_COLUMNS["report_id"],
        column("public_url", pa.string(), "Public address of the file", required=True),
        column("url", pa.string(), "Address really asked", required=True),
        column("requested_at", pa.timestamp("us"), "When it was asked for", required=True),
        column("outcome", pa.string(), "What became of it", required=True, values=OUTCOMES),
        column("status_code", pa.int32(), "HTTP status of the last try; null if no answer came", unit="code"),
        column("content_type", pa.string(), "Content-Type, as answered"),
        column("content_length", pa.int64(), "Content-Length, as answered", unit="bytes"),
        column("etag", pa.string(), "ETag, as answered"),
        column("last_modified", pa.string(), "Last-Modified, as answered"),
        column("size_bytes", pa.int64(), "Size of the file; null unless stored", unit="bytes"),
        column(
            "sha256",
            pa.string(),
            "Fingerprint of the file, its name here; null unless stored",
            pattern="[0-9a-f]{64}",
        ),
        column("detail", pa.string(), "What went wrong, in a sentence; null if nothing did"),
    ],
    metadata={"description": "Every attempt to fetch a report's file", "key": "report_id requested_at"},
)

#: What asks for a file only if it changed, and the column of the log that says since when.
_VALIDATORS = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}

Row = dict[str, Any]
Stored = Mapping[str, int]  # size of every file in the archive, by name


class ArchiveError(Exception):
    """The archive cannot be read or written: one sentence that names the path and the reason."""


def fetch_reports(
    site: SiteClient,
    publications: pa.Table,
    archive: Path,
    now: datetime,
    *,
    revalidate: bool = False,
    seconds: Callable[[], float] = monotonic,
) -> pa.Table:
    """Fetch the files that the archive still lacks or that may have changed, one after another.

    Args:
        site: where to ask.
        publications: rows of the table ``publications``.
        archive: the archive's folder, created if missing. The caller holds the lock of its warehouse.
        now: when this run began (UTC, naive).
        revalidate: ask whether any file changed, also of those that the site lists as it did.
        seconds: counts the time that passes, from any beginning.

    Returns:
        This run's rows of the log, as in ``FETCHES``; a file that could not be had is a row like any other.

    Raises:
        SiteError: the site forbids more (Forbidden), or has fallen silent.
        ArchiveError: the archive cannot be read or written.
    """
    began = seconds()
    fetched: list[Row] = []
    silent = 0
    with _naming(archive):
        before: list[Row] = read_log(archive).to_pylist()
        attempts = _by_report(before)
        stored = list_file_sizes(_files(archive))
        due = [
            row
            for row in publications.to_pylist()
            if _is_due(row, attempts[row["report_id"]], stored, now, revalidate=revalidate)
        ]
        try:
            for publication in tqdm(due, desc="Reports", unit="file", disable=None):
                requested_at = now + timedelta(seconds=seconds() - began)
                kept = _kept(attempts[publication["report_id"]], stored)
                result = _attempt(site, publication["url"], archive, kept)
                fetched.append(_row(site, publication, requested_at, result))
                silent = silent + 1 if isinstance(result, UnavailableError) else 0
                if isinstance(result, SiteError) and (
                    isinstance(result, ForbiddenError) or silent == MAX_CONSECUTIVE_FAILURES
                ):
                    raise result
                if len(fetched) % SAVE_EVERY == 0:
                    _save(before + fetched, archive)
        finally:
            if fetched:
                _save(before + fetched, archive)
    return pa.Table.from_pylist(fetched, schema=FETCH_LOG_SCHEMA)


def due_reports(publications: pa.Table, archive: Path, now: datetime) -> dict[str, Row | None]:
    """Return which reports' files would be asked for ``now``, each with its last attempt if there was one.

    Raises ArchiveError.
    """
    attempts = _by_report(read_log(archive).to_pylist())
    with _naming(archive):
        stored = list_file_sizes(_files(archive))
    return {
        row["report_id"]: max(attempts[row["report_id"]], key=_time, default=None)
        for row in publications.to_pylist()
        if _is_due(row, attempts[row["report_id"]], stored, now, revalidate=False)
    }


def latest_attempts(archive: Path) -> dict[str, Row]:
    """Return what the archive knows of each report, by ``report_id``: a row of the log.

    It is the last attempt that brought a file which is still there, or else the last attempt. Raises
    ArchiveError.
    """
    attempts = _by_report(read_log(archive).to_pylist())
    with _naming(archive):
        stored = list_file_sizes(_files(archive))
        return {report_id: _kept(own, stored) or max(own, key=_time) for report_id, own in attempts.items()}


def read_log(archive: Path) -> pa.Table:
    """Return every attempt ever made, as in ``FETCHES``. Raises ArchiveError."""
    file = archive / LOG_FILE
    if not file.exists():
        return FETCH_LOG_SCHEMA.empty_table()
    try:
        with _naming(archive), open_input(file) as data:
            return pq.read_table(data, schema=FETCH_LOG_SCHEMA)
    except pa.ArrowException as error:
        raise ArchiveError(f"{file} cannot be read: {error}") from error


def stored_file_path(archive: Path, sha256: str) -> Path:
    """Return where a file of this fingerprint lies."""
    return _files(archive) / f"{sha256}.pdf"


def _files(archive: Path) -> Path:
    return archive / "files"


def _by_report(fetches: Iterable[Row]) -> dict[str, list[Row]]:
    attempts: dict[str, list[Row]] = defaultdict(list)
    for row in fetches:
        attempts[row["report_id"]].append(row)
    return attempts


def _is_due(
    publication: Row, attempts: list[Row], stored: Stored, now: datetime, *, revalidate: bool
) -> bool:
    """Tell whether a file is to be asked for now, by what is listed of it and the attempts so far."""
    if not attempts:
        return True
    kept = _kept(attempts, stored)
    if kept and not publication["is_listed"]:
        return False
    last = max(attempts, key=_time)
    if last["outcome"] in (GoneError.outcome, NotPdfError.outcome) and not _changed_since(publication, last):
        # Days, not hours: a daily run would otherwise miss the seventh day by the seconds it took.
        return bool(now.date() - last["requested_at"].date() >= RETRY_AFTER_GONE)
    if not kept:
        return True
    seen = max((row for row in attempts if row["outcome"] in (STORED, UNCHANGED)), key=_time)
    return revalidate or _changed_since(publication, seen)


def _changed_since(publication: Row, attempt: Row) -> bool:
    """Tell whether the site has listed a report in other words or dates, or once more, since an attempt."""
    changed_at = publication["changed_at"]
    return bool(changed_at and changed_at > attempt["requested_at"])


def _kept(attempts: Iterable[Row], stored: Stored) -> Row | None:
    """Return the last attempt that brought a file which is still there."""
    return max((row for row in attempts if _is_stored(row, stored)), key=_time, default=None)


def _time(row: Row) -> datetime:
    time: datetime = row["requested_at"]
    return time


def _is_stored(row: Row, stored: Stored) -> bool:
    """Tell whether an attempt brought a file, and the file is still there."""
    return row["outcome"] == STORED and bool(stored.get(f"{row['sha256']}.pdf") == row["size_bytes"])


def _attempt(site: SiteClient, url: str, archive: Path, kept: Row | None) -> Download | Unchanged | SiteError:
    """Fetch a file into its place. What the site did wrong is returned, what the disk did is raised.

    One that lies there from an earlier attempt, ``kept``, is asked for only if it changed since.
    """
    unless = {name: kept[key] for name, key in _VALIDATORS.items() if kept[key]} if kept else {}
    with staging_dir(archive) as folder:
        part = folder / "download.part"
        try:
            result = site.download(url, part, unless)
        except SiteError as error:
            return error
        if isinstance(result, Unchanged):
            return result
        if kept and result.sha256 == kept["sha256"]:
            return Unchanged(result.response)
        commit_file(part, stored_file_path(archive, result.sha256))
    return result


def _row(
    site: SiteClient, publication: Row, requested_at: datetime, result: Download | Unchanged | SiteError
) -> Row:
    asked = {
        "report_id": publication["report_id"],
        "public_url": publication["url"],
        "url": site.request_url(publication["url"]),
        "requested_at": requested_at,
    }
    if isinstance(result, SiteError):
        return asked | _answered(result.response) | {"outcome": result.outcome, "detail": str(result)}
    if isinstance(result, Unchanged):
        return asked | _answered(result.response) | {"outcome": UNCHANGED}
    stored = {"outcome": STORED, "size_bytes": result.size_bytes, "sha256": result.sha256}
    return asked | _answered(result.response) | stored


def _answered(response: requests.Response | None) -> Row:
    """Return what the log keeps of an answer."""
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
    """Put a new log in the old one's place, so that there is always a whole one."""
    with staging_dir(archive) as folder:
        part = folder / f"{LOG_FILE}.part"
        pq.write_table(pa.Table.from_pylist(rows, schema=FETCH_LOG_SCHEMA), part, compression="zstd")
        commit_file(part, archive / LOG_FILE)


@contextmanager
def _naming(archive: Path) -> Iterator[None]:
    """Turn the disk's errors into one that names the path."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or archive, error.strerror or error
        raise ArchiveError(f"{where} cannot be read or written: {why}") from error
