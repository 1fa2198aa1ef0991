"""Rules on text that is in no row: how much of a role may be unaccounted, and how much may have no role.

Which words are accounted for is decided in ``accounting``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from textwrap import shorten
from typing import NamedTuple

from assets.parsing import accounting
from assets.parsing.models import HEADER_ROLES, ROW_ROLES, Extraction, Issue, Role, Unaccounted

#: Maximum share of a report's characters in lines without a known role.
MAX_UNKNOWN_SHARE = 0.005


class WordLimit(NamedTuple):
    """How many words of a role may be unaccounted: in one run, and in the whole report."""

    run: int
    report: int


#: Text that becomes rows has no unaccounted words, and headers and footers are repeated. Reports describe the
#: area, the team and the visit in their own words, and explain terms in footnotes; their other text is the
#: same in all reports, apart from names, so a whole line of it without known wording is a line of text.
MAX_UNACCOUNTED_WORDS: Mapping[Role, WordLimit] = {
    **dict.fromkeys(Role, WordLimit(7, 14)),
    **dict.fromkeys((*ROW_ROLES, *HEADER_ROLES), WordLimit(3, 14)),
    Role.ABOUT: WordLimit(45, 100),
    Role.FOOTNOTE: WordLimit(60, 100),
    Role.CONTEXT: WordLimit(75, 200),
}


def text_coverage(extraction: Extraction) -> float:
    """Return the share of a report's characters that are accounted for, from 0 to 1."""
    total = sum(len(line.text) for line in extraction.lines)
    unaccounted = sum(accounting.unaccounted_characters(extraction))
    return round(1 - unaccounted / total, 6) if total else 0.0


def check_words(extraction: Extraction) -> Iterator[Issue]:
    """Check that no text is lost by its role: that every word is in a row or in known wording."""
    if (unknown := _unknown_share(extraction)) > MAX_UNKNOWN_SHARE:
        yield Issue("role_unknown", f"{unknown:.2%} of the text")
    runs_by_role: dict[Role, list[Unaccounted]] = defaultdict(list)
    for run in extraction.unaccounted:
        if run.role is not Role.OTHER:
            runs_by_role[run.role].append(run)
    for role, runs in runs_by_role.items():
        longest = max(runs, key=lambda run: len(run.words))
        limit, count = MAX_UNACCOUNTED_WORDS[role], sum(len(run.words) for run in runs)
        too_long = [run for run in runs if len(run.words) > limit.run]
        for run in too_long or ([longest] if count > limit.report else []):
            words = shorten(" ".join(run.words), 100, placeholder=" …")
            yield Issue("text_unaccounted", f"{role}: '{words}'", run.page)


def _unknown_share(extraction: Extraction) -> float:
    """Return the share of a report's characters in lines with no known role, from 0 to 1."""
    total = sum(len(line.text) for line in extraction.lines)
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    unknown = sum(len(line.text) for line, role in pairs if role is Role.OTHER)
    return unknown / total if total else 1.0
