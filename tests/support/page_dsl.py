"""Lines as the first reader gives them, made by hand: a page is written as one sees it."""

from collections.abc import Sequence
from dataclasses import replace

from assets.pdf.pdfium_lines import Line

SIZE = 12.0
PITCH = 14.5  # from line to line within a paragraph
GAP = 29.0  # from line to line across paragraphs


def line(text: str, top: float = 100.0, **others) -> Line:
    """Return a line of body text; its width follows from its words unless ``x1`` is given."""
    given = {"page": 1, "line": 1, "x0": 71.0, "size": SIZE, "bold": False, **others}
    given.setdefault("x1", given["x0"] + len(text) * given["size"] * 0.5)
    return Line(text=text, top=top, bottom=top + given["size"] - 0.3, **given)


def page(*texts: str | Line, number: int = 1, top: float = 100.0) -> list[Line]:
    """Return a page's lines from top to bottom; an empty text is the gap between two paragraphs.

    A text that is indented stands so; ``**text**`` is bold, ``# text`` a large heading.
    """
    lines: list[Line] = []
    for given in texts:
        if isinstance(given, str) and not given:
            top += GAP - PITCH
            continue
        made = given if isinstance(given, Line) else _written(given)
        height = made.bottom - made.top
        lines.append(replace(made, page=number, line=len(lines) + 1, top=top, bottom=top + height))
        top += PITCH
    return lines


def _written(text: str) -> Line:
    words = text.lstrip()
    x0 = 71.0 + 6 * (len(text) - len(words))
    if words.startswith("# "):
        return line(words[2:], x0=x0, size=16.0, bold=True)
    if words.startswith("**"):
        return line(words.strip("*"), x0=x0, bold=True)
    return line(words, x0=x0)


def document(*pages: Sequence[str | Line]) -> list[Line]:
    """Return the lines of several pages."""
    return [each for number, texts in enumerate(pages, 1) for each in page(*texts, number=number)]
