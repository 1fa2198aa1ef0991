"""Account for every word of a report: which words are in no row and belong to no known wording.

A line is accounted for if its letters are in a row of the report, or if its words are known wording. Known
wording is what Ofsted prints in many reports (``known_wording.txt``, found by ``recurring_wording``) or what
a person has read and found not to be a finding (``reviewed_wording.txt``). Both files have a phrase per line.
Words are compared in groups of four, independent of how a phrase is broken into lines. All numbers are equal,
and so are all months, and the names of the authority and of the inspectors.

All other text is unaccounted. ``invariants`` decides how much of it makes a report partial.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from assets.parsing.frameworks import letters_only
from assets.parsing.models import (
    FURNITURE_ROLES,
    HEADER_ROLES,
    ROW_ROLES,
    Extraction,
    Role,
    Unaccounted,
)

KNOWN_WORDING = resources.files(__package__) / "known_wording.txt"
REVIEWED_WORDING = resources.files(__package__) / "reviewed_wording.txt"

#: Words are known if they are in a group of this many words that is known.
GROUP = 4
#: Wording recurs if it is in reports on this many authorities or more.
MIN_AUTHORITIES = 3

#: Roles whose words are accounted for by rows only.
ROLES_WITHOUT_WORDING = (*ROW_ROLES, Role.OTHER)
#: A line with fewer letters can occur in a row by chance: it must occur where the line before it ended.
_MIN_LETTERS = 20

_NUMBER, _MONTH, _NAME = "0", "month", "name"
_START, _END = "^", "$"
_MONTHS = frozenset(
    (
        "january february march april may june july august september october november december"
        " jan feb mar apr jun jul aug sep sept oct nov dec"
    ).split()
)
#: Words of the name of an authority that are also ordinary words.
_ORDINARY_WORDS = frozenset("and of the with upon on in council city county borough district".split())
_WORD = re.compile(r"[^\W\d_]+|\d+")
#: Text without any of these words is a list of names, posts or addresses, or a title.
_SENTENCE_WORDS = frozenset(
    (
        "is are was were has have had been be being will would should can could do does did not they their"
        " them that who which this these those there it its we our us you your when where while because"
        " although however"
    ).split()
)

#: A group of words of known wording.
Group = tuple[str, ...]


class TextLine(NamedTuple):
    """What the accounting needs of a line."""

    role: Role
    page: int
    text: str


def unaccounted_text(extraction: Extraction, authority: str) -> list[Unaccounted]:
    """Return the unaccounted runs of words of a report, in reading order.

    Names, posts and addresses are accounted for by their form: they are not sentences. Headers and footers
    have none of them after the first page.
    """
    lines = [
        TextLine(role, line.page, line.text)
        for line, role in zip(extraction.lines, extraction.roles, strict=True)
    ]
    names = name_words(authority, (inspector.name for inspector in extraction.inspectors))
    in_rows = _lines_in_rows(extraction, lines)
    repeated = _repeated_headers(lines)
    known = _known_groups()
    unaccounted: list[Unaccounted] = []
    for run in text_runs(lines):
        role = lines[run[0]].role
        if all(in_rows[index] for index in run):
            continue
        words = [(word, index) for index in run for word in _WORD.findall(lines[index].text)]
        folded = [fold_word(word, names) for word, _ in words]
        needs_row = role in ROLES_WITHOUT_WORDING
        may_list_names = not needs_row and (role not in HEADER_ROLES or lines[run[0]].page == 1)
        in_wording = [False] * len(words) if needs_row else is_known(folded, known)
        covered = [
            is_covered or in_rows[index] or index in repeated
            for is_covered, (_, index) in zip(in_wording, words, strict=True)
        ]
        for start, end in _gaps(covered):
            if not may_list_names or not _SENTENCE_WORDS.isdisjoint(folded[start:end]):
                gap = words[start:end]
                unaccounted.append(
                    Unaccounted(
                        role,
                        lines[gap[0][1]].page,
                        tuple(word for word, _ in gap),
                        tuple(index for _, index in gap),
                    )
                )
    return unaccounted


def unaccounted_characters(extraction: Extraction) -> list[int]:
    """Return for each line of a report how many of its characters are unaccounted."""
    counts = Counter(index for run in extraction.unaccounted for index in run.lines)
    characters = [0] * len(extraction.lines)
    for index, count in counts.items():
        text = extraction.lines[index].text
        characters[index] = round(len(text) * count / len(_WORD.findall(text)))
    return characters


def name_words(authority: str, people: Iterable[str]) -> frozenset[str]:
    """Return the folded words that name the authority or one of the inspectors."""
    words = _WORD.findall(" ".join((authority, *people)).casefold())
    return frozenset(words) - _ORDINARY_WORDS


def fold_word(word: str, names: Collection[str]) -> str:
    """Return a word as known wording has it: in lower case, with numbers, months and names replaced."""
    word = word.casefold()
    if word in names:
        return _NAME
    if word.isdigit():
        return _NUMBER
    return _MONTH if word in _MONTHS else word


def folded_words(texts: Iterable[str], names: Collection[str]) -> list[str]:
    """Return the folded words of lines, in order."""
    return [fold_word(word, names) for text in texts for word in _WORD.findall(text)]


def text_runs(lines: Sequence[TextLine]) -> Iterator[list[int]]:
    """Yield the indices of each run of lines of one role.

    Headers, page numbers and footnotes do not interrupt a run of another role; on each page they are runs of
    their own.
    """
    open_run: list[int] = []
    furniture: dict[tuple[Role, int], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.role in FURNITURE_ROLES:
            furniture[line.role, line.page].append(index)
            continue
        if open_run and line.role is not lines[open_run[-1]].role:
            yield open_run
            open_run = []
        open_run.append(index)
    if open_run:
        yield open_run
    yield from furniture.values()


def is_known(words: Sequence[str], known: Collection[Group]) -> list[bool]:
    """Return for each folded word of a run whether it is in a known group.

    The start and the end of the run count as words.
    """
    framed = (_START, *words, _END)
    covered = [False] * len(framed)
    for start, group in enumerate(_groups(framed)):
        if group in known:
            covered[start : start + len(group)] = [True] * len(group)
    return covered[1:-1]


def _groups(words: Sequence[str]) -> Iterator[Group]:
    """Yield each group of successive words; few words are a single group."""
    for start in range(max(1, len(words) - GROUP + 1)):
        yield tuple(words[start : start + GROUP])


def recurring_wording(runs: Iterable[tuple[int, Sequence[str]]]) -> list[str]:
    """Return the phrases that recur in the runs of several authorities, sorted.

    Args:
        runs: The URN of the authority and the folded words of each run of lines that give no rows.
    """
    authorities: dict[Group, set[int]] = defaultdict(set)
    texts = set()
    for urn, words in runs:
        framed = (_START, *words, _END)
        texts.add(framed)
        for group in _groups(framed):
            authorities[group].add(urn)
    unlisted = {group for group, urns in authorities.items() if len(urns) >= MIN_AUTHORITIES}
    phrases: list[str] = []
    for framed in sorted(texts, key=lambda words: (-len(words), words)):
        is_listed = [True] * len(framed)
        for start, group in enumerate(_groups(framed)):
            if group in unlisted:
                unlisted.remove(group)
                is_listed[start : start + len(group)] = [False] * len(group)
        phrases += (" ".join(framed[start:end]) for start, end in _gaps(is_listed))
    return sorted(phrases)


def phrase_groups(phrase: str) -> Iterator[Group]:
    """Return the groups of a phrase of ``known_wording.txt`` or a sentence of ``reviewed_wording.txt``."""
    words = tuple(
        word if word in (_START, _END) else fold_word(word, ())
        for word in re.findall(rf"[{_END}^]|{_WORD.pattern}", phrase)
    )
    return _groups(words)


@cache
def _known_groups() -> frozenset[Group]:
    """Return the groups of all known wording."""
    phrases = [
        line
        for file in (KNOWN_WORDING, REVIEWED_WORDING)
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return frozenset(group for phrase in phrases for group in phrase_groups(phrase))


def _lines_in_rows(extraction: Extraction, lines: Sequence[TextLine]) -> list[bool]:
    """Return for each line whether its letters are in the text of a row.

    Lines are searched in reading order, each from the end of the line before it.
    """
    findings = _RowText(finding.text for finding in extraction.findings)
    recommendations = _RowText(recommendation.text for recommendation in extraction.recommendations)
    bodies = _RowText(recommendation.responsible_body or "" for recommendation in extraction.recommendations)
    titles = _RowText(section.title for section in extraction.sections)
    first_searched = {
        Role.HEADING: (titles, findings, recommendations),
        Role.RECOMMENDATION: (recommendations, bodies, findings),
    }
    in_rows = []
    for line in lines:
        letters = letters_only(line.text)
        texts = first_searched.get(line.role, (findings, recommendations))
        in_rows.append(not letters or any(text.contains(letters) for text in texts))
    return in_rows


class _RowText:
    """The letters of the rows of a table, with the position up to which lines have been found."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._letters = letters_only("".join(texts))
        self._position = 0

    def contains(self, letters: str) -> bool:
        """Return whether the letters of a line follow those of the line before it.

        Many letters are also searched elsewhere.
        """
        if self._letters.startswith(letters, self._position):
            self._position += len(letters)
            return True
        if len(letters) < _MIN_LETTERS:
            return False
        found = self._letters.find(letters, self._position)
        found = found if found >= 0 else self._letters.find(letters)
        self._position = found + len(letters) if found >= 0 else self._position
        return found >= 0


def _repeated_headers(lines: Sequence[TextLine]) -> frozenset[int]:
    """Return the indices of running headers and footers whose letters are repeated on another page."""
    pages: dict[str, set[int]] = defaultdict(set)
    headers = [(index, line) for index, line in enumerate(lines) if line.role is Role.RUNNING_HEADER]
    for _, line in headers:
        pages[letters_only(line.text)].add(line.page)
    return frozenset(index for index, line in headers if len(pages[letters_only(line.text)]) > 1)


def _gaps(covered: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each run of values that are false."""
    start = None
    for position, is_covered in enumerate((*covered, True)):
        if is_covered and start is not None:
            yield start, position
            start = None
        elif not is_covered and start is None:
            start = position
