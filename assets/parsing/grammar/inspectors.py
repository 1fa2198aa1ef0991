"""Names, roles and posts of inspectors, read from the text that lists them.

Finding that text belongs to the report families and to ``sections``.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from assets.parsing.models import Inspector

#: The role of a person who led the inspection: 'Lead inspector', 'Reporting inspectors'.
LEAD_ROLE = r"(?:lead|reporting) inspectors?(?: on site)?"
#: A role, followed by the names of those who have it: 'Lead inspector: A B', 'Team inspectors: C D (OI)'.
#: Only the roles of the first line may be printed without a colon.
_ROLE = re.compile(
    rf"\b((?i:{LEAD_ROLE}|(?:deputy|assistant) lead inspectors?|report authors?)(?=\s*:|\s+[A-Z])"
    r"|(?i:(?:(?:team|other|additional|associate|senior|shadow|supernumerary) )?inspectors?|team members?"
    r"|(?:shadow )?(?:senior )?(?:data analysts?|analytical officers?)|quality assurance managers?"
    r"|regulatory inspection managers?|report quality assurance)(?=\s*:))\s*:?",
)
#: 'Her Majesty’s Inspector', 'Senior HMI', 'Ofsted Inspector', 'AI' (additional inspector)
_POST = (
    r"(?i:(?:senior )?(?:His|Her) Majesty[’']?s[’']? Inspectors?|(?:senior )?HMIs?|SHMI|SCRI"
    r"|social care regulatory inspectors?|(?:Ofsted|contracted|seconded|associate|additional) inspectors?)"
    r"(?: \(?(?i:designate)\b\)?)?|AI\b|OI\b"
)
#: A job title that is printed before the name: 'Regulatory Inspection Manager Rachel Holden'.
_TITLE = r"(?:(?:Senior|Regional|National|Regulatory|Social|Care|Inspection) ){1,4}(?:Manager|Director|Lead)"
#: The verb that gives the role of a person: 'A B, HMI, shadowed the visit', 'C D, who observed the visit'.
_ACCOMPANIED = r"\b(?:who )?(?P<accompanied>shadowed|observed) (?:the|this)(?: focused| monitoring)? visit\b"
_ROLES_OF_VERBS = {"shadowed": "Shadow inspector", "observed": "Observer"}
#: What is printed with a name. A role needs no colon inside a sentence: 'lead inspector A B and C D, HMI'.
_ATTRIBUTE = re.compile(
    rf"\((?P<bracket>[^)]{{2,60}})\)|\b(?P<post>{_POST})(?!\w)|\b(?P<title>{_TITLE})\b"
    r"|\b(?P<role>(?i:(?:(?:deputy )?lead|reporting|team|shadow|supernumerary) inspectors?))\b"
    rf"|{_ACCOMPANIED}"
)
#: The text between a name and the post or role printed after it.
_BEFORE_ATTRIBUTE = re.compile(
    r"[\s,–-]*(?:all of whom are|(?:both|two|three|four|five|six)(?: of)?|as an?|as the)?\s*"
)
_NAME_SEPARATOR = re.compile(r"\s*(?:[,;&]|\b(?:and|with)\b|\n|(?<=[a-z]{2})\.(?=\s|$))\s*")
_NAME_WORD = r"(?:[^\W\d_a-z]|d[’'][A-Z]|(?:de|der|la|le|van|von)\b)[\w.’'‘-]*"
#: Two to five capitalised words that do not name a service.
_NAME = re.compile(rf"(?!.*\b(?:Protection|Services?|Care)\b){_NAME_WORD}(?: {_NAME_WORD}){{1,4}}$")
#: Two names without a separator, as a line break inside a list leaves them: 'Judith Nelson Robert Pyner'.
_TWO_NAMES = re.compile(r"([A-Z]\S+ [A-Z]\S+) ([A-Z]\S+ [A-Z]\S+)$")
#: A hyphen at the end of a line inside a name: 'Paula Thomson- Jones'.
_BROKEN_NAME = re.compile(r"(?<=[a-z]-) (?=[A-Z])")


def read_inspectors(text: str) -> list[Inspector]:
    """Return the inspectors named in a text such as 'Lead inspector: A B, HMI Team inspectors: C D (OI)'."""
    roles = list(_ROLE.finditer(text))
    ends = [role.start() for role in roles[1:]] + [len(text)]
    inspectors = []
    for role, end in zip(roles, ends, strict=False):
        inspectors += read_people(text[role.end() : end], singular_role(role.group(1)))
    return inspectors


def is_lead(inspector: Inspector) -> bool:
    """Return whether a person led the inspection."""
    return inspector.role is not None and re.fullmatch(LEAD_ROLE, inspector.role, re.IGNORECASE) is not None


def lead_inspector_name(inspectors: Iterable[Inspector]) -> str | None:
    """Return the name of the first lead inspector, or None if the list has none."""
    return next((inspector.name for inspector in inspectors if is_lead(inspector)), None)


def post_of_group(text: str) -> str | None:
    """Return the post in the words before a list: 'His Majesty’s Inspectors for this visit were'."""
    posts = re.findall(rf"\b(?:{_POST})(?!\w)", text)
    return _singular_post(posts[-1]) if posts else None


def is_list_of_people(text: str) -> bool:
    """Return whether a text consists of names and their posts only."""
    rest = _ATTRIBUTE.sub(",", text)
    chunks = [chunk for part in _NAME_SEPARATOR.split(rest) if (chunk := part.strip(" .,–-"))]
    return bool(chunks) and all(map(_NAME.match, chunks))


def read_people(text: str, role: str, post: str | None = None) -> list[Inspector]:
    """Return the people named in a text.

    A post or role applies to the name before it, or to the next name if it is the first of its clause. In the
    plural it applies to all names before it or after it that have none.

    Args:
        text: the list of names.
        role: the role of the people for whom the text prints none.
        post: the post of the people for whom the text prints none.
    """
    text = _BROKEN_NAME.sub("", text.strip())
    people: list[Inspector] = []
    pending = Inspector("", None, None)  # role and post of the next name
    of_all = Inspector("", None, None)  # role and post of all following names
    start = 0
    for match in [*_ATTRIBUTE.finditer(text), None]:
        between = text[start : match.start() if match else len(text)]
        names = _names(between)
        for name in names:
            people.append(Inspector(name, pending.role or of_all.role, pending.post or of_all.post))
            pending = Inspector("", None, None)
        if match is None:
            break
        start = match.end()
        attribute = _attribute(match)
        if _follows_name(between, names, people, attribute, match):
            first = 0 if _is_plural(match) else len(people) - 1
            people[first:] = [_completed(person, attribute) for person in people[first:]]
        elif match.group("bracket") is None:
            of_all = attribute if _is_plural(match) else of_all
            pending = _completed(pending, attribute)
    default = Inspector("", role, post)
    return [_completed(person, default) for person in people]


def _names(text: str) -> list[str]:
    """Return the names in a text between posts."""
    names: list[str] = []
    for part in _NAME_SEPARATOR.split(text):
        name = part.rpartition(":")[2].strip(" .,–-")
        if two_names := _TWO_NAMES.match(name):
            names += two_names.groups()
        elif _NAME.match(name):
            names.append(name)
    return names


def _attribute(match: re.Match[str]) -> Inspector:
    """Return the role or post that a text prints with a name, as an inspector without a name."""
    if verb := match.group("accompanied"):
        return Inspector("", _ROLES_OF_VERBS[verb], None)
    if role := match.group("role"):
        return Inspector("", singular_role(role), None)
    return Inspector(
        "", None, _singular_post(match.group("bracket") or match.group("post") or match.group("title"))
    )


def _follows_name(
    between: str, names: list[str], people: list[Inspector], attribute: Inspector, match: re.Match[str]
) -> bool:
    """Return whether a role or post belongs to the last of the names before it."""
    if not people:
        return False
    last = people[-1]
    has_own = last.post if attribute.post else last.role
    is_title_of_next = match.group("title") and re.match(r" [A-Z]", match.string[match.end() :])
    gap = between[between.rindex(names[-1]) + len(names[-1]) :] if names else between
    return not (has_own or is_title_of_next) and _BEFORE_ATTRIBUTE.fullmatch(gap) is not None


def _completed(person: Inspector, default: Inspector) -> Inspector:
    """Return a person with the role and post of ``default`` where the person has none."""
    return replace(person, role=person.role or default.role, post=person.post or default.post)


def _is_plural(match: re.Match[str]) -> bool:
    return re.search(r"(?:inspectors|HMIs)\b", match.group(), re.IGNORECASE) is not None


def singular_role(role: str) -> str:
    """Return a role in the singular, with one capital: 'Lead Inspectors' becomes 'Lead inspector'."""
    words = " ".join(role.split())
    return (words[:1].upper() + words[1:].lower()).removesuffix("s").replace("inspectors", "inspector")


def _singular_post(post: str) -> str:
    """Return a post in the singular: 'Her Majesty’s Inspectors' becomes 'Her Majesty’s Inspector'."""
    return re.sub(r"(?<=inspector)s\b|(?<=HMI)s\b", "", " ".join(post.split()), flags=re.IGNORECASE)
