"""Stata: the panel of authorities and years as ``.dta``, for statistical programs.

The file has Stata's format 118 (Stata 14 and later, R's haven, pandas): UTF-8, little-endian, numbers as
doubles or longs, dates as days since 1960. Short text has a fixed width; each different long text is stored
once (``strL``). Nulls are missing values or empty text.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from assets.release.formats.base import (
    DataFile,
    ReleaseContent,
    ReleaseFormat,
    column_types,
    count_mismatch,
    count_rows,
)

PANEL = "authority_year_panel"
FILE = f"stata/{PANEL}.dta"

_EPOCH = date(1960, 1, 1)
_RELEASE = b"118"
#: Type codes of the format, and the missing value of each numeric type.
_DOUBLE, _LONG, _BYTE = 65526, 65528, 65530
_MISSING: Mapping[int, bytes] = {
    _DOUBLE: struct.pack("<Q", 0x7FE0_0000_0000_0000),
    _LONG: struct.pack("<i", 2_147_483_621),
    _BYTE: struct.pack("<b", 101),
}
_NUMBER_TYPES: Mapping[str, int] = {
    "DOUBLE": _DOUBLE,
    "BIGINT": _DOUBLE,
    "INTEGER": _LONG,
    "DATE": _LONG,
    "BOOLEAN": _BYTE,
}
#: Type code of long text, and the width in bytes from which it is used.
_LONG_TEXT, _MIN_LONG_TEXT = 32768, 40
#: Limits of the format in characters: of a name and of a label.
_MAX_NAME, _MAX_LABEL = 32, 80


class StataFormat(ReleaseFormat):
    """``stata/authority_year_panel.dta``."""

    name = "stata"
    media_type = "application/x-stata-dta"
    is_derived = True
    paths: ClassVar[Mapping[str, str]] = {FILE: f"`{PANEL}` for Stata 14 and later, with column labels"}

    def write(self, content: ReleaseContent) -> None:
        """Write the file."""
        comments = {column.name: column.comment for column in content.views[PANEL].columns}
        rows = content.connection.execute(f"SELECT * FROM {PANEL}").fetchall()  # noqa: S608
        path = content.folder / FILE
        path.parent.mkdir()
        path.write_bytes(to_dta(column_types(content, PANEL), comments, rows, str(content.about["title"])))

    def files(self, folder: Path) -> Iterator[DataFile]:  # noqa: ARG002
        """Yield the file."""
        yield DataFile(FILE, PANEL)

    def validate(self, content: ReleaseContent) -> Iterator[str]:
        """Compare the number of rows that the file states with those of the view."""
        header = (content.folder / FILE).read_bytes()[:200]
        (actual,) = struct.unpack_from("<Q", header, header.index(b"<N>") + 3)
        yield from count_mismatch(FILE, count_rows(content.connection, PANEL), actual)


def to_dta(
    types: Mapping[str, str], labels: Mapping[str, str], rows: Sequence[Sequence[Any]], title: str
) -> bytes:
    """Return rows as a Stata file.

    Args:
        types: The DuckDB type of each column, in order.
        labels: A description of each column, truncated to Stata's limit.
        rows: The rows.
        title: The label of the file.
    """
    codes = [
        _NUMBER_TYPES.get(kind) or _text_width(row[index] for row in rows)
        for index, kind in enumerate(types.values())
    ]
    encoded_title = _truncate(title, _MAX_LABEL)
    header = (
        b"<stata_dta><header><release>" + _RELEASE + b"</release><byteorder>LSF</byteorder><K>"
        + struct.pack("<H", len(types)) + b"</K><N>" + struct.pack("<Q", len(rows)) + b"</N><label>"
        + struct.pack("<H", len(encoded_title)) + encoded_title
        + b"</label><timestamp>\x00</timestamp></header>"
    )  # fmt: skip
    formats = [
        "%td" if kind == "DATE" else _format(code) for kind, code in zip(types.values(), codes, strict=True)
    ]
    data, long_texts = _data(codes, rows)
    sections = [
        _section("variable_types", b"".join(struct.pack("<H", code) for code in codes)),
        _section("varnames", b"".join(_pad(name, _MAX_NAME * 4 + 1) for name in types)),
        _section("sortlist", b"\x00\x00" * (len(types) + 1)),
        _section("formats", b"".join(_pad(text, 57) for text in formats)),
        _section("value_label_names", bytes(129 * len(types))),
        _section(
            "variable_labels",
            b"".join(
                _truncate(labels.get(name) or "", _MAX_LABEL).ljust(_MAX_LABEL * 4 + 1, b"\x00")
                for name in types
            ),
        ),
        _section("characteristics", b""),
        _section("data", data),
        _section("strls", long_texts),
        _section("value_labels", b""),
    ]
    return _with_map(header, sections)


def _with_map(header: bytes, sections: list[bytes]) -> bytes:
    """Return the file with its map: the offsets of all sections."""
    opening, closing = b"<map>", b"</map>"
    end_tag = b"</stata_dta>"
    map_size = len(opening) + 14 * 8 + len(closing)
    offsets = [0, len(header)]
    position = len(header) + map_size
    for section in sections:
        offsets.append(position)
        position += len(section)
    offsets += [position, position + len(end_tag)]
    return b"".join([header, opening, struct.pack("<14Q", *offsets), closing, *sections, end_tag])


def _section(name: str, content: bytes) -> bytes:
    return f"<{name}>".encode() + content + f"</{name}>".encode()


def _data(codes: Sequence[int], rows: Sequence[Sequence[Any]]) -> tuple[bytes, bytes]:
    """Return the cells, row by row, and the long texts to which they refer, each different text once."""
    cells: list[bytes] = []
    references: dict[str, bytes] = {"": bytes(8)}
    long_texts: list[bytes] = []
    for observation, row in enumerate(rows, start=1):
        for variable, (code, value) in enumerate(zip(codes, row, strict=True), start=1):
            if code != _LONG_TEXT:
                cells.append(_cell(code, value))
                continue
            text = str(value or "")
            if text not in references:
                references[text] = struct.pack("<H", variable) + struct.pack("<Q", observation)[:6]
                content = text.encode() + b"\x00"
                # 130: text, which ends in a null byte.
                long_texts.append(
                    b"GSO" + struct.pack("<IQBI", variable, observation, 130, len(content)) + content
                )
            cells.append(references[text])
    return b"".join(cells), b"".join(long_texts)


def _cell(code: int, value: object) -> bytes:
    if code < _LONG_TEXT:
        return str(value or "").encode().ljust(code, b"\x00")
    if value is None:
        return _MISSING[code]
    if isinstance(value, date):
        value = (value - _EPOCH).days
    assert isinstance(value, int | float)
    if code == _DOUBLE:
        return struct.pack("<d", value)
    return struct.pack("<b" if code == _BYTE else "<i", int(value))


def _text_width(values: Iterator[object]) -> int:
    """Return the code of the type of a text column: its width in bytes, or that of long text."""
    width = max((len(str(value).encode()) for value in values if value is not None), default=1)
    return _LONG_TEXT if width >= _MIN_LONG_TEXT else max(width, 1)


def _format(code: int) -> str:
    """Return how Stata displays a column of a type."""
    if code < _LONG_TEXT:
        return f"%{code}s"
    return {_LONG_TEXT: "%9s", _DOUBLE: "%10.0g", _LONG: "%12.0g", _BYTE: "%8.0g"}[code]


def _pad(text: str, width: int) -> bytes:
    return text.encode().ljust(width, b"\x00")


def _truncate(text: str, limit: int) -> bytes:
    """Return text in UTF-8, truncated to a number of bytes at the end of a character."""
    return text.encode()[:limit].decode(errors="ignore").encode()
