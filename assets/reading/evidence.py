"""Pictures of pages with boxes drawn on them: where one looks to trust a row."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pdfplumber

DOTS_PER_INCH = 110
STROKE = (212, 53, 28)
FILL = (212, 53, 28, 30)

Edges = tuple[float, float, float, float]


def picture(pdf: Path, page: int, boxes: Iterable[Edges]) -> bytes:
    """Draw a page of a PDF with boxes on it.

    Args:
        pdf: the file.
        page: the page, from 1.
        boxes: (x0, top, x1, bottom) in PDF points from the top left, as the tables hold them.

    Returns:
        A PNG.

    Raises:
        IndexError: the file has no such page.
    """
    with pdfplumber.open(pdf) as document:
        drawn = document.pages[page - 1].to_image(resolution=DOTS_PER_INCH)
        drawn.draw_rects(list(boxes), stroke=STROKE, stroke_width=2, fill=FILL)
        png = BytesIO()
        drawn.annotated.save(png, format="PNG")
        return png.getvalue()
