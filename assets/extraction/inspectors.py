"""Who inspected: names, parts and posts from the words in which reports give them."""

import re

from assets.extraction.rows import Inspector

#: A part in an inspection, as reports word it; the first group of entries leads.
LEADS = r"(?:lead|reporting) inspectors?(?: on site)?"
_PART = re.compile(
    rf"\b((?i:{LEADS}|(?:deputy|assistant) lead inspectors?|report authors?)(?=\s*:|\s+[A-Z])"
    r"|(?i:(?:team|other|additional|senior|shadow) inspectors?|inspectors?|team members?"
    r"|(?:senior )?data analysts?|(?:senior )?analytical officers?|quality assurance managers?"
    r"|regulatory inspection managers?|report quality assurance)(?=\s*:))\s*:?",
)
_POST = re.compile(
    r"\b((?:His|Her) Majesty[’']?s[’']? Inspectors?|HMI|social care regulatory inspectors?|SCRI"
    r"|Ofsted Inspectors?|contracted inspectors?|senior HMI)\b",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\(([^)]{2,60})\)")
_BETWEEN = re.compile(r"\s*(?:[,;]|\band\b|&|\n)\s*")
_NAME = re.compile(r"[^\W\d_][\w.’'‘-]*(?: [\w.’'‘-]+){1,4}$")


def read_inspectors(text: str) -> list[Inspector]:
    """Read the inspectors named in a text such as 'Lead inspector: A B, HMI Team inspectors: C D (OI)'."""
    parts = list(_PART.finditer(text))
    found = []
    for place, part in enumerate(parts):
        end = parts[place + 1].start() if place + 1 < len(parts) else len(text)
        found += _people(text[part.end() : end], _singular(part.group(1)))
    return found


def leads(inspector: Inspector) -> bool:
    """Tell whether an inspector led the inspection."""
    return inspector.role is not None and re.fullmatch(LEADS, inspector.role, re.IGNORECASE) is not None


def _singular(part: str) -> str:
    words = " ".join(part.split())
    return (words[:1].upper() + words[1:].lower()).removesuffix("s").replace("inspectors", "inspector")


def _people(text: str, role: str) -> list[Inspector]:
    """Read names, each with the post behind it; a post behind the last of several is that one's only."""
    people: list[Inspector] = []
    for piece in _BETWEEN.split(text.strip().rstrip(".")):
        bracketed = _ABBREVIATED.search(piece)
        post = bracketed or _POST.search(piece)
        name = (_ABBREVIATED.sub("", piece) if bracketed else _POST.sub("", piece)).strip(" ,.–-")
        if _NAME.match(name) and name[0].isupper():
            people.append(Inspector(name, role, post.group(1) if post else None))
        elif post and people and not people[-1].post:
            people[-1] = Inspector(people[-1].name, role, post.group(1))
    return people
