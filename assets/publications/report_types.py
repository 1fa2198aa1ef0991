"""Which family a publication belongs to, by its title. New titles are added here, and only here."""

import re
from collections.abc import Mapping

#: Titles seen on the site, case-folded.
BY_TITLE: Mapping[str, str] = {
    "children's services inspection": "inspection",
    "single inspection of la children's services as pdf": "inspection",
    "children's services focused visit": "focused_visit",
    "joint area child protection inspection": "jtai",
    "area send full inspection": "area_send",
}

#: Titles known to exist, but not in which words; the first pattern that is found decides.
BY_PATTERN: Mapping[str, str] = {
    r"\bsend\b|special educational needs": "area_send",
    r"\bmonitoring (visit|inspection)\b": "monitoring_visit",
}

OTHER = "other"


def report_family(title: str) -> str:
    """Return the family of a title, however it is spaced or quoted; ``other`` if nobody has met it."""
    plain = " ".join(title.replace("’", "'").casefold().split())
    matching = (name for pattern, name in BY_PATTERN.items() if re.search(pattern, plain))
    return BY_TITLE.get(plain) or next(matching, OTHER)
