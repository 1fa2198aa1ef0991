"""Sanitising of text from outside: from the site, from files and from error messages.

All such text passes ``sanitize_text`` before it is stored, logged or shown. Control characters could drive a
terminal. Formatting characters are invisible, and hide or reorder words (bidirectional overrides, zero-width
and tag characters). Reports are in English and do not need them.
"""

import re
import unicodedata

#: Control, format and private-use characters as an RE2 expression, for checks of tables. Arrow strings cannot
#: contain surrogates.
UNPRINTABLE = r"[\p{Cc}\p{Cf}\p{Co}]"
_REPLACED_BY_SPACE, _DROPPED = frozenset({"Cc", "Cs", "Co"}), "Cf"
#: Text that is printable and in NFC: ASCII, and the punctuation of reports.
_PLAIN = re.compile(r"[ -~£–—‘’“”•…]*")


def sanitize_text(text: str) -> str:
    """Return text in NFC, single-spaced, without format characters; other unprintable ones become spaces."""
    if not _PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFC", "".join(map(_printable, text)))
    return " ".join(text.split())


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == _DROPPED:
        return ""
    return " " if category in _REPLACED_BY_SPACE else character
