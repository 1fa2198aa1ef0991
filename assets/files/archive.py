"""The archive of every file ever fetched, by content, and the log of every attempt.

``files/<sha256>.pdf`` never changes once it is there; ``fetches.parquet`` has a row for every attempt and
only grows. Files are put in place whole and before the log names them, so that a run may be killed at any
time and run again. What may be touched: how soon a file that was gone is asked for again, and when a silent
site is left alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import requests
from filelock import FileLock
from tqdm import tqdm

from assets.publications.site import Download, Forbidden, Gone, NotPdf, Site, SiteError, Unavailable
from assets.tables.schemas import SHARED, column

#: A file that was gone, or was no PDF, is asked for again after this long.
SECOND_LOOK = timedelta(days=7)
#: After so many files in a row without an answer the site is left alone.
SILENCE = 10
#: The log is saved after so many attempts.
SAVE_EVERY = 25

LOG = "fetches.parquet"
STORED = "stored"
OUTCOMES = (STORED, "gone", "not_pdf", "truncated", "too_large", "refused", "timeout", "failed")

FETCHES = pa.schema(
    [
        SHARED["report_id"],
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
        column("sha256", pa.string(), "Fingerprint of the file, its name here; null unless stored"),
        column("detail", pa.string(), "What went wrong, in a sentence; null if stored"),
    ],
    metadata={"description": "Every attempt to fetch a report's file", "key": "report_id requested_at"},
)

Row = dict[str, Any]


class ArchiveError(Exception):
    """The archive cannot be read or written: one sentence that names the path and the reason."""


def fetch_reports(site: Site, publications: pa.Table, archive: Path, now: datetime) -> pa.Table:
    """Fetch the files that the archive still lacks, one after another.

    Args:
        site: where to ask.
        publications: rows of the table ``publications``; only ``report_id`` and ``url`` are used.
        archive: the archive's folder, made if need be. One run at a time writes to it; others wait.
        now: when this run began (UTC, naive).

    Returns:
        This run's rows of the log, as in ``FETCHES``; a file that could not be had is a row like any other.

    Raises:
        SiteError: the site forbids more (Forbidden), or has fallen silent.
        ArchiveError: the archive cannot be read or written.
    """
    began = monotonic()
    fetched: list[Row] = []
    silent = 0
    with _naming(archive), _alone(archive):
        log = _read(archive)
        due = _due(publications, log, archive, now)
        try:
            for publication in tqdm(due, desc="Reports", unit="file", disable=None):
                requested_at = now + timedelta(seconds=monotonic() - began)
                result = _attempt(site, publication["url"], archive)
                fetched.append(_row(site, publication, requested_at, result))
                silent = silent + 1 if isinstance(result, Unavailable) else 0
                if isinstance(result, SiteError) and (isinstance(result, Forbidden) or silent == SILENCE):
                    raise result
                if len(fetched) % SAVE_EVERY == 0:
                    _save(log + fetched, archive)
        finally:
            if fetched:
                _save(log + fetched, archive)
    return pa.Table.from_pylist(fetched, schema=FETCHES)


def latest(archive: Path) -> dict[str, Row]:
    """Return what the archive knows of each report, by ``report_id``: a row of the log.

    It is the last attempt that brought a file which is still there, or else the last attempt. Raises
    ArchiveError.
    """
    with _naming(archive):
        return _latest(_read(archive), archive)


def stored_file(archive: Path, sha256: str) -> Path:
    """Return where a file of this fingerprint lies."""
    return archive / "files" / f"{sha256}.pdf"


def _due(publications: pa.Table, log: Iterable[Row], archive: Path, now: datetime) -> list[Row]:
    """Return ``report_id`` and ``url`` of what is to be asked for now."""
    known = _latest(log, archive)
    rows: list[Row] = publications.select(["report_id", "url"]).to_pylist()
    return [row for row in rows if _is_due(known.get(row["report_id"]), archive, now)]


def _is_due(last: Row | None, archive: Path, now: datetime) -> bool:
    if last is None:
        return True
    if last["outcome"] in (Gone.outcome, NotPdf.outcome):
        # Days, not hours: a daily run would otherwise miss the seventh day by the seconds it took.
        return bool(now.date() - last["requested_at"].date() >= SECOND_LOOK)
    return not _is_stored(last, archive)


def _latest(log: Iterable[Row], archive: Path) -> dict[str, Row]:
    ordered = sorted(log, key=lambda row: (_is_stored(row, archive), row["requested_at"]))
    return {row["report_id"]: row for row in ordered}


def _is_stored(row: Row, archive: Path) -> bool:
    """Tell whether an attempt brought a file, and the file is still there."""
    if row["outcome"] != STORED:
        return False
    file = stored_file(archive, row["sha256"])
    return file.is_file() and file.stat().st_size == row["size_bytes"]


def _attempt(site: Site, url: str, archive: Path) -> Download | SiteError:
    """Fetch a file into its place. What the site did wrong is returned, what the disk did is raised."""
    part = archive / "download.part"
    try:
        download = site.download(url, part)
    except SiteError as error:
        return error
    part.replace(stored_file(archive, download.sha256))
    return download


def _row(site: Site, publication: Row, requested_at: datetime, result: Download | SiteError) -> Row:
    asked = {
        "report_id": publication["report_id"],
        "public_url": publication["url"],
        "url": site.asked(publication["url"]),
        "requested_at": requested_at,
    }
    if isinstance(result, SiteError):
        return asked | _answered(result.response) | {"outcome": result.outcome, "detail": str(result)}
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
        "content_type": headers.get("Content-Type"),
        "content_length": int(length) if length.isdecimal() else None,
        "etag": headers.get("ETag"),
        "last_modified": headers.get("Last-Modified"),
    }


def _read(archive: Path) -> list[Row]:
    log = archive / LOG
    if not log.exists():
        return []
    try:
        rows: list[Row] = pq.read_table(log, schema=FETCHES, partitioning=None).to_pylist()
    except pa.ArrowException as error:
        raise ArchiveError(f"{log} cannot be read: {error}") from error
    return rows


def _save(rows: list[Row], archive: Path) -> None:
    """Write the log beside itself and rename it, so that there is always a whole one."""
    part = archive / f"{LOG}.part"
    pq.write_table(pa.Table.from_pylist(rows, schema=FETCHES), part, compression="zstd")
    part.replace(archive / LOG)


@contextmanager
def _alone(archive: Path) -> Iterator[None]:
    """Make the archive's folders, and wait until no other run writes: the site gets one guest at a time."""
    (archive / "files").mkdir(parents=True, exist_ok=True)
    with FileLock(archive / ".lock"):
        yield


@contextmanager
def _naming(archive: Path) -> Iterator[None]:
    """Turn the disk's errors into one that names the path."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or archive, error.strerror or error
        raise ArchiveError(f"{where} cannot be read or written: {why}") from error
