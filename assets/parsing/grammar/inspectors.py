"""Who inspected: names, parts and posts from the words in which reports give them."""

import re
from collections.abc import Iterable

from assets.parsing.models import Inspector

#: A part in an inspection, as reports word it; the first group of entries leads.
LEADS = r"(?:lead|reporting) inspectors?(?: on site)?"
_PART = re.compile(
    rf"\b((?i:{LEADS}|(?:deputy|assistant) lead inspectors?|report authors?)(?=\s*:|\s+[A-Z])"
    r"|(?i:(?:team|other|additional|senior|shadow) inspectors?|inspectors?|team members?"
    r"|(?:senior )?data analysts?|(?:senior )?analytical officers?|quality assurance managers?"
    r"|regulatory inspection managers?|report quality assurance)(?=\s*:))\s*:?",
)
_POST = re.compile(
    r"\b((?i:(?:senior )?(?:His|Her) Majesty[’']?s[’']? Inspectors?|(?:senior )?HMIs?|SHMI|SCRI"
    r"|social care regulatory inspectors?|(?:Ofsted|contracted|seconded|associate|additional) inspectors?)"
    r"|AI|OI)\b"
)
_UNBRACKETED_POST = re.compile(_POST.pattern + r"(?![^()]*\))")
_ABBREVIATED = re.compile(r"\(([^)]{2,60})\)")
_BETWEEN = re.compile(r"\s*(?:[,;]|\band\b|&|\n)\s*")
_WORD = r"(?:[^\W\d_a-z]|d[’'][A-Z]|(?:de|der|la|le|van|von)\b)[\w.’'‘-]*"
_NAME = re.compile(rf"(?!.*\b(?:Protection|Services?|Care)\b){_WORD}(?: {_WORD}){{1,4}}$")


def read_inspectors(text: str) -> list[Inspector]:
    """Read the inspectors named in a text such as 'Lead inspector: A B, HMI Team inspectors: C D (OI)'."""
    parts = list(_PART.finditer(text))
    found = []
    for place, part in enumerate(parts):
        end = parts[place + 1].start() if place + 1 < len(parts) else len(text)
        found += read_people(text[part.end() : end], _singular(part.group(1)))
    return found


def is_lead(inspector: Inspector) -> bool:
    """Tell whether an inspector led the inspection."""
    return inspector.role is not None and re.fullmatch(LEADS, inspector.role, re.IGNORECASE) is not None


def lead_inspector_name(inspectors: Iterable[Inspector]) -> str | None:
    """Return the name of the first who led, if one is named as leading."""
    return next((each.name for each in inspectors if is_lead(each)), None)


def _singular(part: str) -> str:
    words = " ".join(part.split())
    return (words[:1].upper() + words[1:].lower()).removesuffix("s").replace("inspectors", "inspector")


def read_people(text: str, role: str) -> list[Inspector]:
    """Read names, each with the post behind it; a post behind the last of several is that one's only."""
    people: list[Inspector] = []
    # Behind a post the next name may follow without a sign, and behind the last one's the next sentence.
    for part in _BETWEEN.split(_UNBRACKETED_POST.sub(r"\1;", text.strip().rstrip("."))):
        piece = part.rpartition(":")[2]
        post = _ABBREVIATED.search(piece) or _POST.search(piece)
        name = _POST.sub("", _ABBREVIATED.sub("", piece)).strip(" ,.–-")
        if _NAME.match(name):
            people.append(Inspector(name, role, post.group(1) if post else None))
        elif post and people and not people[-1].post:
            people[-1] = Inspector(people[-1].name, role, post.group(1))
    return people
