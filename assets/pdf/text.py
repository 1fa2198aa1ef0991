"""What printed letters mean as text: the one place where glyphs are put right.

Reports are set in fonts that map bullets to private-use characters, join letters and break words at
hyphens; every other module may rely on plain text in NFC, single-spaced, bullets as ``BULLET``.
"""

import re

from assets.schema.sanitize import sanitize_text

BULLET = "•"
DASH = "–"

#: pdfium's sign for a hyphen that ends a line inside a word.
BROKEN_WORD_HYPHEN = "\ufffe"

#: Symbol fonts' bullets (Wingdings, Symbol), and characters that only serve as bullets at a line's start.
_GLYPHS = str.maketrans(
    {
        "\uf06e": BULLET,
        "\uf0a7": BULLET,
        "\uf0b7": BULLET,
        "\u25fc": BULLET,
        "\u25aa": BULLET,
        "\u25cf": BULLET,
        "\u2023": BULLET,
        "\uf0be": DASH,
        "\uf02d": DASH,
        "\u2212": DASH,
        "\u2015": DASH,
        "\u2500": DASH,
        "\u0336": DASH,
        "\u00ad": "-",
        "\u2010": "-",
        "\u2011": "-",
        BROKEN_WORD_HYPHEN: "-",
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
    }
)
#: Characters that stand for no letter, and those that fonts keep for themselves.
_NO_LETTERS = re.compile(r"[\ufffc-\uffff]")
_SPLIT_NUMBER = re.compile(r"^(\d) (\d{1,2}) ?\.(?=\s|$)|^(\d{2}) (\d) ?\.(?=\s|$)")
_CLINGING_NUMBER = re.compile(r"^(\d{1,3}\.)(?=[A-Z‘“(])")
_SUSPENDED = re.compile(r"(?:and|or|to)\b(?!-)")


def clean_line(raw: str) -> str:
    """Return a line's text: NFC, single-spaced, with plain bullets, hyphens and letters."""
    text = sanitize_text(_NO_LETTERS.sub(" ", raw.translate(_GLYPHS)))
    text = _SPLIT_NUMBER.sub(lambda match: "".join(filter(None, match.groups())) + ".", text)
    return _CLINGING_NUMBER.sub(r"\1 ", text)


def join_lines(lines: list[str]) -> str:
    """Join the lines of one paragraph; a word broken at its hyphen becomes one word again.

    A hyphen that waits for a later word keeps its blank: 'first- and second-line managers'.
    """
    text = ""
    for line in lines:
        glued = text.endswith("-") and text[-2:-1].isalnum() and not _SUSPENDED.match(line)
        text = text + line if glued or not text else f"{text} {line}"
    return text
