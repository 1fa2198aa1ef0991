"""Assigns a publication to a family by its title. New titles are added here and nowhere else."""

import re
from collections.abc import Mapping

#: Family by title, for the titles seen on the site (case-folded).
BY_TITLE: Mapping[str, str] = {
    "children's services inspection": "inspection",
    "single inspection of la children's services as pdf": "inspection",
    "children's services focused visit": "focused_visit",
    "joint area child protection inspection": "jtai",
    "area send full inspection": "area_send",
}

#: Family by regular expression, for titles whose exact wording varies; the first match decides.
BY_PATTERN: Mapping[str, str] = {
    r"\bsend\b|special educational needs": "area_send",
    r"\bmonitoring (visit|inspection)\b": "monitoring_visit",
}

OTHER = "other"


def report_family(title: str) -> str:
    """Return the family of a title, ignoring case, spacing and the form of quotes; ``other`` if unknown."""
    normalized = " ".join(title.replace("’", "'").casefold().split())
    matches = (family for pattern, family in BY_PATTERN.items() if re.search(pattern, normalized))
    return BY_TITLE.get(normalized) or next(matches, OTHER)
