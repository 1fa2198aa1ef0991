"""A small language for the lines of test pages: a page is written as it is displayed.

The result has the type that the readers in ``assets.pdf`` return. PDF files belong to ``pdf_builder``.
"""

from collections.abc import Sequence
from dataclasses import replace

from assets.pdf.pdfium_lines import Line

#: Font size of the text, in points.
SIZE = 12.0
#: Distance from line to line inside a paragraph, in points.
PITCH = 14.5
#: Distance from line to line across a paragraph break, in points.
PARAGRAPH_PITCH = 29.0
LEFT_MARGIN = 71.0


def line(text: str, top: float = 100.0, **attributes) -> Line:
    """Return a line of text. Its width follows from its length unless ``x1`` is given."""
    defaults = {"page": 1, "line": 1, "x0": LEFT_MARGIN, "size": SIZE, "bold": False}
    attributes = {**defaults, **attributes}
    attributes.setdefault("x1", attributes["x0"] + len(text) * attributes["size"] * 0.5)
    return Line(text=text, top=top, bottom=top + attributes["size"] - 0.3, **attributes)


def page(*texts: str | Line, number: int = 1, top: float = 100.0) -> list[Line]:
    """Return the lines of a page from top to bottom.

    An empty text is a paragraph break. Leading spaces indent a line. ``**text`` is bold, ``# text`` a large
    heading. A ``Line`` is moved to the next position.
    """
    lines: list[Line] = []
    for text in texts:
        if isinstance(text, str) and not text:
            top += PARAGRAPH_PITCH - PITCH
            continue
        parsed = text if isinstance(text, Line) else _parse(text)
        height = parsed.bottom - parsed.top
        lines.append(replace(parsed, page=number, line=len(lines) + 1, top=top, bottom=top + height))
        top += PITCH
    return lines


def _parse(text: str) -> Line:
    stripped = text.lstrip()
    x0 = LEFT_MARGIN + 6 * (len(text) - len(stripped))
    if stripped.startswith("# "):
        return line(stripped[2:], x0=x0, size=16.0, bold=True)
    if stripped.startswith("**"):
        return line(stripped.strip("*"), x0=x0, bold=True)
    return line(stripped, x0=x0)


def document(*pages: Sequence[str | Line]) -> list[Line]:
    """Return the lines of several pages."""
    return [line for number, texts in enumerate(pages, 1) for line in page(*texts, number=number)]
