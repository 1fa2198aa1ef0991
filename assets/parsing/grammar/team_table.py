"""Inspectors in a table of one or two columns, as joint inspections by Ofsted and the CQC name them.

A post is printed after its name ('A B, CQC Inspector') or on the lines below it. Teams that are named in
sentences belong to ``inspectors``.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from assets.parsing.grammar.inspectors import lead_inspector_name
from assets.parsing.grammar.layout import second_column_start
from assets.parsing.models import Inspector
from assets.pdf.pdfium_lines import Line

#: A word of a name, or an initial: 'O’Brien', 'J.'
_NAME_WORD = r"[^\W\d_a-z][\w.’'-]*"
_NAME = (
    r"(?<![\w’'-])(?!(?:Lead|Team|Senior|Inspector|HMI|Ofsted|CQC|Social|Care)\b)"
    rf"{_NAME_WORD}(?: (?:(?:de|den|der|la|le|van|von) )*{_NAME_WORD}){{1,3}}"
)
_POST = r"(?:Ofsted|CQC|Care Quality Commission|HMI|Her |His |Lead |Senior |Children|Social)"
#: A name and a post; a line can have two, one in each column.
_MEMBER = re.compile(rf"({_NAME}), ({_POST}.*?)(?=\s+{_NAME}, {_POST}|$)")
_OFSTED, _CQC = re.compile(r"\bOfsted\b"), re.compile(r"\bCQC\b|\bCare Quality Commission\b")
_PREFIXES = re.compile(r"^(?:(?:Lead |Team )?Inspector |(?:Mr|Mrs|Ms|Miss|Dr) )+")
_LEAD_INSPECTOR = re.compile(r"\blead inspector\b", re.IGNORECASE)
#: A name on a line of its own, or with a first post: 'A B', 'C D HMI'.
_NAME_LINE = re.compile(rf"({_NAME}?)(?:,? (S?HMI))?,?")
#: Cells of one line each, which are read as one line: 'A B C D', above 'HMI Lead Inspector CQC Inspector'.
_TWO_NAMES = re.compile(r"([A-Z]\S+ [A-Z]\S+) ([A-Z]\S+ [A-Z]\S+)")
_TWO_POSTS = re.compile(r"(.+?) ((?:CQC|Care Quality Commission|Deputy Chief)\b.*)")
#: Words that are in a post or in the name of a body, but in no name of a person.
_NO_NAME = re.compile(
    r"\b(?:inspectors?|directors?|chief|commission|services?|health|justice|sector|majesty|managers?|officers?"
    r"|department|council|group)\b",
    re.IGNORECASE,
)
#: The post of an inspector. Those who sign for the two bodies have others: 'Deputy Chief Inspector'.
_INSPECTOR = re.compile(r"\bS?HMI\b|\binspector\b", re.IGNORECASE)
_SIGNATORY = re.compile(r"\b(?:director|chief)\b", re.IGNORECASE)
#: The headers of the columns, and the line below the table: the list of those who receive a copy.
_HEADER = re.compile(r"(?:(?:ofsted|(?:the )?care quality commission|cqc)(?: |$))+", re.IGNORECASE)
_COPIES = re.compile(r"cc\b", re.IGNORECASE)


class _Cell(NamedTuple):
    """A name, the line that prints it, and the parts of the post."""

    line: Line
    name: str
    post: list[str]


def read_team_rows(lines: Iterable[Line]) -> list[Inspector]:
    """Return the people whose name and post are on one line. A line can have one of them in each column."""
    return [_inspector(*match.groups()) for line in lines for match in _MEMBER.finditer(line.text)]


def unread_team_rows(lines: Iterable[Line]) -> list[Line]:
    """Return the lines of which ``read_team_rows`` does not read all names.

    They do not start with a person, or a post continues into the next column.
    """
    return [
        line
        for line in lines
        if not _MEMBER.match(line.text)
        or any(_OFSTED.search(post) and _CQC.search(post) for _, post in _MEMBER.findall(line.text))
    ]


def read_team_cells(lines: Sequence[Line]) -> list[Inspector]:
    """Return the inspectors of a table below a letter, in the order of its rows.

    Of a person who signs the letter and is in the table, the post in the table is returned.
    """
    copies = [position for position, line in enumerate(lines) if _COPIES.match(line.text)]
    table = lines[: copies[0]] if copies else lines
    start = second_column_start(table)
    left = [line for line in table if line.x0 < start or not start]
    right = [line for line in table if line.x0 >= start > 0]
    cells = [*_cells(left), *_cells(right)]
    posts: dict[str, str] = {}
    for cell in sorted(cells, key=lambda cell: (cell.line.page, round(cell.line.top))):
        post = " ".join(cell.post).strip(" ,.")
        if _INSPECTOR.search(post) and not _SIGNATORY.search(post):
            posts[cell.name] = post
    return [_inspector(name, post) for name, post in posts.items()]


def _cells(lines: Sequence[Line]) -> list[_Cell]:
    """Return the cells of a column, or of both columns where they are read as one line."""
    cells: list[_Cell] = []
    is_open = False
    for line, below in zip_longest(lines, lines[1:]):
        is_name = _NO_NAME.search(line.text) is None
        name = _NAME_LINE.fullmatch(line.text) if is_name else None
        names = _TWO_NAMES.fullmatch(line.text) if is_name else None
        posts = _TWO_POSTS.fullmatch(below.text) if below else None
        if members := _MEMBER.findall(line.text):
            cells += [_Cell(line, person, [post]) for person, post in members]
            is_open = True
        elif names and posts:
            cells += [
                _Cell(line, person, [post])
                for person, post in zip(names.groups(), posts.groups(), strict=True)
            ]
            is_open = False
        elif name:
            cells.append(_Cell(line, name[1], [name[2]] if name[2] else []))
            is_open = True
        elif _HEADER.fullmatch(line.text):
            is_open = False
        elif is_open:
            cells[-1].post.append(line.text)
    return cells


def _inspector(name: str, post: str) -> Inspector:
    if name.endswith(" HMI"):  # the post starts before the comma
        name, post = name.removesuffix(" HMI"), f"HMI, {post}"
    role = "Lead inspector" if _LEAD_INSPECTOR.search(post) else "Inspector"
    return Inspector(_PREFIXES.sub("", name), role, post)


def ofsted_lead_name(team: Iterable[Inspector]) -> str | None:
    """Return the name of the lead inspector of a joint inspection: Ofsted's, if both bodies have one."""
    ofsted_first = sorted(team, key=lambda inspector: "CQC" in (inspector.post or ""))
    return lead_inspector_name(ofsted_first)
