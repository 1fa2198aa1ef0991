"""Assigns a publication to a family by its title. New titles are added here and nowhere else."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

#: Family by title, for the titles seen on the site, in the form that ``_normalize`` returns.
BY_TITLE: Mapping[str, str] = {
    "childrens services inspection": "inspection",
    "inspection of childrens services": "inspection",
    "inspection of local authority childrens services": "inspection",
    "single inspection of la childrens services as pdf": "inspection",
    "childrens services focused visit": "focused_visit",
    "joint area child protection inspection": "jtai",
    "joint targeted area inspection": "jtai",
    "area send full inspection": "area_send",
}

#: Family by regular expression, for titles whose exact wording varies; the first match decides.
BY_PATTERN: Mapping[str, str] = {
    r"\bsend\b|special educational needs": "area_send",
    r"\bmonitoring (visit|inspection)\b": "monitoring_visit",
}

#: Minimum similarity of a title to a known one, as difflib measures it; 1 for equal titles. It allows for a
#: misspelt or missing word in a title of usual length, and not for another kind of institution.
MIN_SIMILARITY = 0.9

OTHER = "other"

_VERSION_WORDS = frozenset({"revised", "amended", "updated", "reissued", "republished"})


def report_family(title: str) -> str:
    """Return the family of a title; ``other`` if the title is not close to a known one.

    Case, spacing, punctuation, notes such as '(revised)', and the prefix of 're-inspection' are ignored.
    """
    normalized = _normalize(title)
    if family := BY_TITLE.get(normalized):
        return family
    for pattern, family in BY_PATTERN.items():
        if re.search(pattern, normalized):
            return family
    similar = get_close_matches(normalized, BY_TITLE, n=1, cutoff=MIN_SIMILARITY)
    return BY_TITLE[similar[0]] if similar else OTHER


def _normalize(title: str) -> str:
    """Return a title as lower-case words, without punctuation, notes and the prefix 're-'."""
    text = re.sub(r"['’‘`´]", "", title.casefold())
    text = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", text)
    text = re.sub(r"\bre[\s-]?inspection\b", "inspection", text)
    words = re.findall(r"[^\W_]+", text)
    while words and words[-1] in _VERSION_WORDS:
        words.pop()
    return " ".join(words)
