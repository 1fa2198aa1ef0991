"""Names, roles and posts of inspectors, read from the text that lists them.

Finding that text belongs to the report families and to ``sections``.
"""

import re
from collections.abc import Iterable

from assets.parsing.models import Inspector

#: The role of a person who led the inspection: 'Lead inspector', 'Reporting inspectors'.
LEAD_ROLE = r"(?:lead|reporting) inspectors?(?: on site)?"
#: A role, followed by the names of those who have it: 'Lead inspector: A B', 'Team inspectors: C D (OI)'.
#: Only the roles of the first line may be printed without a colon.
_ROLE = re.compile(
    rf"\b((?i:{LEAD_ROLE}|(?:deputy|assistant) lead inspectors?|report authors?)(?=\s*:|\s+[A-Z])"
    r"|(?i:(?:team|other|additional|senior|shadow) inspectors?|inspectors?|team members?"
    r"|(?:senior )?data analysts?|(?:senior )?analytical officers?|quality assurance managers?"
    r"|regulatory inspection managers?|report quality assurance)(?=\s*:))\s*:?",
)
#: 'Her Majesty’s Inspector', 'Senior HMI', 'Ofsted Inspector', 'AI' (additional inspector)
_POST = re.compile(
    r"\b((?i:(?:senior )?(?:His|Her) Majesty[’']?s[’']? Inspectors?|(?:senior )?HMIs?|SHMI|SCRI"
    r"|social care regulatory inspectors?|(?:Ofsted|contracted|seconded|associate|additional) inspectors?)"
    r"|AI|OI)\b"
)
_POST_OUTSIDE_BRACKETS = re.compile(_POST.pattern + r"(?![^()]*\))")
#: 'Ty Yousaf (Seconded Inspector)'
_POST_IN_BRACKETS = re.compile(r"\(([^)]{2,60})\)")
_NAME_SEPARATOR = re.compile(r"\s*(?:[,;]|\band\b|&|\n)\s*")
_NAME_WORD = r"(?:[^\W\d_a-z]|d[’'][A-Z]|(?:de|der|la|le|van|von)\b)[\w.’'‘-]*"
#: Two to five capitalised words that do not name a service.
_NAME = re.compile(rf"(?!.*\b(?:Protection|Services?|Care)\b){_NAME_WORD}(?: {_NAME_WORD}){{1,4}}$")


def read_inspectors(text: str) -> list[Inspector]:
    """Return the inspectors named in a text such as 'Lead inspector: A B, HMI Team inspectors: C D (OI)'."""
    roles = list(_ROLE.finditer(text))
    ends = [role.start() for role in roles[1:]] + [len(text)]
    inspectors = []
    for role, end in zip(roles, ends, strict=False):
        inspectors += read_people(text[role.end() : end], _singular(role.group(1)))
    return inspectors


def is_lead(inspector: Inspector) -> bool:
    """Return whether a person led the inspection."""
    return inspector.role is not None and re.fullmatch(LEAD_ROLE, inspector.role, re.IGNORECASE) is not None


def lead_inspector_name(inspectors: Iterable[Inspector]) -> str | None:
    """Return the name of the first lead inspector, or None if the list has none."""
    return next((inspector.name for inspector in inspectors if is_lead(inspector)), None)


def _singular(role: str) -> str:
    """Return a role in the singular, with one capital: 'Lead Inspectors' becomes 'Lead inspector'."""
    words = " ".join(role.split())
    return (words[:1].upper() + words[1:].lower()).removesuffix("s").replace("inspectors", "inspector")


def read_people(text: str, role: str) -> list[Inspector]:
    """Return the people named in a text, each with the role given and the post printed after the name.

    A post after the last of several names is that of the last person only.
    """
    people: list[Inspector] = []
    # The next name, and after the last name the next sentence, may follow a post without a separator.
    for part in _NAME_SEPARATOR.split(_POST_OUTSIDE_BRACKETS.sub(r"\1;", text.strip().rstrip("."))):
        text_after_colon = part.rpartition(":")[2]
        post = _POST_IN_BRACKETS.search(text_after_colon) or _POST.search(text_after_colon)
        name = _POST.sub("", _POST_IN_BRACKETS.sub("", text_after_colon)).strip(" ,.–-")
        if _NAME.match(name):
            people.append(Inspector(name, role, post.group(1) if post else None))
        elif post and people and not people[-1].post:
            people[-1] = Inspector(people[-1].name, role, post.group(1))
    return people
