"""Rules on the first page: the title names the authority that lists the report, and no other body."""

import re
from collections.abc import Iterator

from assets.parsing.models import Extraction, Issue, Role

#: Words of a title that do not identify an authority.
_COMMON_WORDS = frozenset(
    (
        "and of the with upon to in for on by as at from its is an "
        "council city county borough district metropolitan royal london unitary local authority "
        "inspection children childrens services social care need help protection looked after leavers "
        "review effectiveness safeguarding board single focused monitoring visit joint targeted send "
        "partnership multi agency response"
    ).split()
)
#: Words that distinguish an authority from the neighbour whose name its own contains: Lincolnshire is neither
#: North Lincolnshire nor North East Lincolnshire.
_COMPASS_WORDS = frozenset(("north", "south", "east", "west", "central"))
#: Bodies that are inspected under other frameworks, as the titles of their reports name them.
_OTHER_BODY = re.compile(
    r"\b(?:school|academy|college|nursery|preschool|pre-school|childminder|children[’']s home"
    r"|(?:fostering|adoption) (?:agency|service)|secure training centre|university)s?\b",
    re.IGNORECASE,
)
#: Roles of the lines of a letter that name its addressee.
_ADDRESS_ROLES = {Role.LETTER_FORM, Role.ABOUT}


def check_authority(extraction: Extraction, authority: str) -> Iterator[Issue]:
    """Check that the title names the authority and no other body.

    Titles shorten the name of an authority (Hull, East Riding) or add to it (a council's full name, a theme).
    A title that contains no name at all is accepted if the address of the letter names the authority.
    """
    title = first_page_text(extraction, {Role.TITLE})
    address = first_page_text(extraction, _ADDRESS_ROLES)
    expected, in_title = _identifying_words(authority), _identifying_words(title)
    title_matches = bool(expected and in_title) and (expected <= in_title or in_title <= expected)
    names_a_place = any(word[:1].isupper() and _identifying_words(word) for word in title.split()[1:])
    address_matches = not names_a_place and bool(expected) and expected <= _identifying_words(address)
    literal = re.search(rf"\b{re.escape(authority)}\b", title, re.IGNORECASE)
    neighbour = (expected < in_title and in_title & _COMPASS_WORDS - expected) or (
        in_title < expected and expected & _COMPASS_WORDS - in_title
    )
    other_body = neighbour or _OTHER_BODY.search(title)
    if other_body or not (title_matches or address_matches or literal):
        yield Issue("authority_not_named", f"'{authority}' is not in the title '{title}'", 1)


def first_page_text(extraction: Extraction, roles: set[Role]) -> str:
    """Return the text of the first page that has one of the given roles."""
    pairs = zip(extraction.lines, extraction.roles, strict=True)
    return " ".join(line.text for line, role in pairs if line.page == 1 and role in roles)


def _identifying_words(name: str) -> set[str]:
    """Return the words of a name that identify an authority, folded to lower case."""
    words = "".join(character if character.isalnum() else " " for character in name.casefold())
    return {word for word in words.split() if word not in _COMMON_WORDS and len(word) > 1}
