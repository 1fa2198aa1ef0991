"""The history of the listing: a log from which the table ``publications`` can be rebuilt.

``archive/listing_history.parquet`` has, for each crawl that changed the table, the rows that differ from
those of the crawl before; rows are only added. The times at which a report was first and last seen,
withdrawals and renumbered authorities cannot be crawled again, so they are kept in two places. How a crawl
changes the table belongs in ``listing.py``.
"""

from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assets.schema.tables import TABLES, column
from assets.storage.filesystem import commit_file, open_input, staging_dir

HISTORY_FILE = "listing_history.parquet"
_CRAWLED_AT = "crawled_at"

_SCHEMA = TABLES["publications"].schema
HISTORY_SCHEMA = pa.schema(
    [column(_CRAWLED_AT, pa.timestamp("us"), "Time of the crawl", required=True), *_SCHEMA],
    metadata={"description": "Rows of publications that a crawl changed", "key": "crawled_at report_id"},
)

Row = dict[str, Any]


class HistoryError(Exception):
    """The history cannot be read or written. The message is one sentence."""


def read_history(archive: Path) -> pa.Table | None:
    """Return the history (``HISTORY_SCHEMA``), in the order of the crawls; None if there is no file.

    Raises:
        HistoryError: The file cannot be read.
    """
    path = archive / HISTORY_FILE
    if not path.exists():
        return None
    try:
        with open_input(path) as data:
            return pq.read_table(data, schema=HISTORY_SCHEMA)
    except (OSError, pa.ArrowException) as error:
        raise HistoryError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def rebuild(history: pa.Table) -> pa.Table:
    """Return the table ``publications`` after the last crawl of a history."""
    rows: dict[str, Row] = {}
    for crawled_at, entries in groupby(history.to_pylist(), key=lambda row: row[_CRAWLED_AT]):
        changed = {entry["report_id"]: {name: entry[name] for name in _SCHEMA.names} for entry in entries}
        rows = _seen_again(rows, crawled_at) | changed
    return pa.Table.from_pylist([rows[report_id] for report_id in sorted(rows)], schema=_SCHEMA)


def record(archive: Path, history: pa.Table | None, publications: pa.Table, now: datetime) -> bool:
    """Add a crawl to the history, if it does not lead to this table already; return whether it was added.

    Args:
        archive: The folder of the archive.
        history: The history before the crawl; None to start a new one.
        publications: The table after the crawl.
        now: The time of the crawl.

    Raises:
        HistoryError: The file cannot be written.
    """
    history = HISTORY_SCHEMA.empty_table() if history is None else history
    before = {row["report_id"]: row for row in rebuild(history).to_pylist()}
    after = publications.to_pylist()
    if after == list(before.values()):
        return False
    unchanged = _seen_again(before, now)
    entries = [row | {_CRAWLED_AT: now} for row in after if row != unchanged.get(row["report_id"])]
    table = pa.concat_tables([history, pa.Table.from_pylist(entries, schema=HISTORY_SCHEMA)])
    try:
        with staging_dir(archive) as folder:
            part = folder / f"{HISTORY_FILE}.part"
            pq.write_table(table, part, compression="zstd")
            commit_file(part, archive / HISTORY_FILE)
    except OSError as error:
        path, reason = error.filename or archive / HISTORY_FILE, error.strerror or error
        raise HistoryError(f"{path} cannot be written: {reason}") from error
    return True


def _seen_again(rows: dict[str, Row], crawled_at: datetime) -> dict[str, Row]:
    """Return the rows after a crawl that found every listed publication unchanged."""
    return {
        report_id: row | {"last_seen": crawled_at} if row["is_listed"] else row
        for report_id, row in rows.items()
    }
