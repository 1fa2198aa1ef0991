"""What text from outside may hold: words, and nothing that moves a cursor or turns a line around.

Whatever the site or a file says passes here before it is kept, logged or shown. Control characters could
drive a terminal; formatting ones are not seen, and hide words or show them in another order (bidirectional
overrides, zero-width and tag characters). Reports are in English and lose nothing by their absence.
"""

import re
import unicodedata

#: RE2, as the checks of tables have it: control, format and private-use characters; surrogates are no text.
UNPRINTABLE = r"[\p{Cc}\p{Cf}\p{Co}]"
_REPLACED_BY_BLANK, _DROPPED = frozenset({"Cc", "Cs", "Co"}), "Cf"
_ASCII = re.compile(r"[ -~]*")


def sanitize_text(text: str) -> str:
    """Return text in NFC, single-spaced, without formatting characters; other unprintable ones are blanks."""
    if not _ASCII.fullmatch(text):
        text = unicodedata.normalize("NFC", "".join(map(_printable, text)))
    return " ".join(text.split())


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == _DROPPED:
        return ""
    return " " if category in _REPLACED_BY_BLANK else character
