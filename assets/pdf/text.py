"""Conversion of extracted characters to plain text, and the joining of lines.

All corrections of glyphs belong here. Reports use fonts that map bullets to private-use characters, draw
ligatures and break words at hyphens. Every other module may rely on text that is NFC-normalised and
single-spaced, with each list bullet as ``BULLET``. Text that is not from a PDF is cleaned by
``assets.schema.sanitize`` alone.
"""

import re

from assets.schema.sanitize import sanitize_text

BULLET = "•"
DASH = "–"
#: The marks of the points of a list item: dashes, and the letter that symbol fonts draw as a hollow bullet.
POINT_MARKS = (DASH, "-", "—", "o")

#: The character pdfium returns for a hyphen that breaks a word at the end of a line.
BROKEN_WORD_HYPHEN = "\ufffe"

#: Bullets of symbol fonts (Wingdings, Symbol), dashes, hyphens and ligatures, and their plain equivalents.
_GLYPHS = str.maketrans(
    {
        "\uf06c": BULLET,
        "\uf06e": BULLET,
        "\uf076": BULLET,
        "\uf0a8": BULLET,
        "\uf0d8": BULLET,
        "\uf0fc": BULLET,
        "\uf0a7": BULLET,
        "\uf0b7": BULLET,
        "\u25fc": BULLET,
        "\u25aa": BULLET,
        "\u25cf": BULLET,
        "\u2023": BULLET,
        "\u25cb": BULLET,
        "\u25e6": BULLET,
        "\u25a0": BULLET,
        "\u25a1": BULLET,
        "\u2219": BULLET,
        "\u2756": BULLET,
        "\u27a2": BULLET,
        "\u2043": DASH,
        "\uf0be": DASH,
        "\uf02d": DASH,
        "\u2212": DASH,
        "\u2015": DASH,
        "\u2500": DASH,
        "\u23af": DASH,
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
#: Names of fonts that draw symbols for letters.
SYMBOL_FONT = re.compile(r"wingdings|webdings|dingbats|\bsymbol", re.IGNORECASE)
#: A letter or sign on its own that symbol fonts draw as a bullet: 'n', '§'. The letter 'o' marks a point.
_SYMBOL = re.compile(r"^(?:[^\W\d_o]|[§·¨])(?=\s|$)")
#: Replacement characters and noncharacters, which stand for no letter.
_NON_CHARACTERS = re.compile(r"[\ufffc-\uffff]")
#: A paragraph number with a space between its digits: '1 0. The board', '10 4. The board'.
_SPLIT_NUMBER = re.compile(r"^(\d) (\d{1,2}) ?\.(?=\s|$)|^(\d{2}) (\d) ?\.(?=\s|$)")
#: A paragraph number without a space after it: '10.The board'.
_UNSPACED_NUMBER = re.compile(r"^(\d{1,3}\.)(?=[A-Z‘“(])")
#: The word after a suspended hyphen: 'first- and second-line managers', '16- to 17-year-olds'.
_AFTER_SUSPENDED_HYPHEN = re.compile(r"(?:and|or|to)\b(?!-)")


def with_bullet(text: str) -> str:
    """Return a line whose first character is in a symbol font, with a bullet if this character is a mark.

    Symbol fonts draw bullets for letters; some files say so only by the name of the font.
    """
    return _SYMBOL.sub(BULLET, text)


def clean_line(raw: str) -> str:
    """Return a line's text in NFC, single-spaced, with plain bullets, hyphens and letters."""
    if not raw.isascii():
        raw = _NON_CHARACTERS.sub(" ", raw.translate(_GLYPHS))
    text = sanitize_text(raw)
    if not text[:1].isdigit():
        return text
    text = _SPLIT_NUMBER.sub(lambda match: "".join(filter(None, match.groups())) + ".", text)
    return _UNSPACED_NUMBER.sub(r"\1 ", text)


def join_lines(lines: list[str]) -> str:
    """Join the lines of one paragraph, without a space after a hyphen that breaks a word.

    A suspended hyphen keeps its space: 'first- and second-line managers'.
    """
    text = ""
    for line in lines:
        breaks_word = text.endswith("-") and text[-2:-1].isalnum() and not _AFTER_SUSPENDED_HYPHEN.match(line)
        text = text + line if breaks_word or not text else f"{text} {line}"
    return text
