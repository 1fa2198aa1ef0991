"""The room that DuckDB leaves unused in a database's file: zeroed here, so that equal rows give equal bytes.

A segment of strings has their offsets at its beginning and the strings at its end. What is between keeps
what the writer's memory happened to hold (duckdb/duckdb issue 23382): two files of the same rows differ, and
scraps of memory are published. Here the room is cleared, and the block's checksum made anew. The file is of
DuckDB's storage version v1.0.0: three headers, then blocks, each with its checksum in front. Whoever raises
DuckDB's version runs the tests: a block whose checksum is not the one known here is an error.
"""

from collections.abc import Callable, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

#: Ways of compressing that leave such room where it cannot be found, or, as fsst, choose at random.
LEAVING_ROOM = ("alp", "alprd", "bitpacking", "chimp", "fsst", "patas")

_HEADERS, _BLOCK, _CHECKSUM = 3 * 4096, 262_144, 8  # bytes

Bytes = NDArray[np.uint8]
#: A block, from 0, where in it a segment begins, behind the checksum, how it is compressed, and its rows.
Segment = tuple[int, int, str, int]


class LayoutError(Exception):
    """A file is not laid out as it is known here: one sentence that names the block."""


def clear(path: Path) -> None:
    """Zero the unused room in a database's file, in place.

    Raises:
        LayoutError: The file is of another layout; it may be half cleared, and every row is still there.
        duckdb.Error: It is no database.
    """
    file = np.memmap(path, dtype=np.uint8, mode="r+")
    for number, segments in groupby(_segments(path), key=itemgetter(0)):
        begins = _HEADERS + number * _BLOCK
        block = file[begins : begins + _BLOCK]
        if len(block) < _BLOCK:
            raise LayoutError(f"{path.name}: it ends before its block {number}")
        checksum, content = block[:_CHECKSUM].view("<u8"), block[_CHECKSUM:]
        if checksum[0] != _sum(content):
            raise LayoutError(f"{path.name}: block {number} has another checksum than its content")
        for _, offset, compression, rows in segments:
            first, last = _ROOM[compression](content[offset:], rows)
            if not 0 <= first <= last <= len(content) - offset:
                raise LayoutError(f"{path.name}: block {number} has no segment of strings at {offset}")
            content[offset + first : offset + last] = 0
        checksum[0] = _sum(content)
    file.flush()


def _segments(path: Path) -> list[Segment]:
    """Return the segments of strings on disk, block by block."""
    with duckdb.connect(path, read_only=True) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        found = [
            segment
            for (name,) in tables
            for segment in connection.execute(
                "SELECT block_id, block_offset, compression, count FROM pragma_storage_info(?)"
                " WHERE persistent AND segment_type = 'VARCHAR' AND compression IN (SELECT unnest(?))",
                [name, list(_ROOM)],
            ).fetchall()
        ]
    return sorted(found)


def _between_offsets_and_strings(segment: Bytes, rows: int) -> tuple[int, int]:
    size, end = _numbers(segment, 2)
    return 8 + 4 * rows, end - size


def _between_index_and_strings(segment: Bytes, _rows: int) -> tuple[int, int]:
    size, end, index, entries = _numbers(segment, 4)
    return index + 4 * entries, end - size


#: Where the room is in a segment, by how it is compressed.
_ROOM: Mapping[str, Callable[[Bytes, int], tuple[int, int]]] = {
    "Uncompressed": _between_offsets_and_strings,
    "Dictionary": _between_index_and_strings,
}


def _numbers(segment: Bytes, count: int) -> list[int]:
    """Return the numbers at a segment's beginning."""
    return [int(number) for number in segment[: 4 * count].view("<u4")]


def _sum(content: Bytes) -> int:
    """Return the checksum that DuckDB gives to a block."""
    products = content.view("<u8") * np.uint64(0xBF58476D1CE4E5B9)
    return int(np.bitwise_xor.reduce(products)) ^ 5381
