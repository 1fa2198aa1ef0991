"""Pictures of pages with boxes drawn on them: where one looks to trust a row."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from PIL import ImageDraw

DOTS_PER_INCH = 110
SMALL_DOTS_PER_INCH, SMALL_COLOURS = 80, 16
POINTS_PER_INCH = 72
STROKE = (212, 53, 28)
FILL = (212, 53, 28, 30)

Edges = tuple[float, float, float, float]


def render_page(pdf: Path, page: int, boxes: Iterable[Edges], *, small: bool = False) -> bytes:
    """Draw a page of a PDF, as displayed, with boxes on it.

    Args:
        pdf: the file.
        page: the page, from 1.
        boxes: (x0, top, x1, bottom) in PDF points from the top left, as the tables hold them.
        small: whether to make a file of some 50 KB, still readable, rather than one of 300.

    Returns:
        A PNG.

    Raises:
        IndexError: the file has no such page.
    """
    scale = (SMALL_DOTS_PER_INCH if small else DOTS_PER_INCH) / POINTS_PER_INCH
    with pdfium.PdfDocument(pdf) as document:
        if not 1 <= page <= len(document):
            raise IndexError(f"{pdf} has pages 1 to {len(document)}, not {page}")
        image = document[page - 1].render(scale=scale).to_pil().convert("RGB")
    pen = ImageDraw.Draw(image, "RGBA")
    for box in boxes:
        pen.rectangle([edge * scale for edge in box], outline=STROKE, width=2, fill=FILL)
    if small:
        image = image.quantize(SMALL_COLOURS)
    png = BytesIO()
    image.save(png, format="PNG")
    return png.getvalue()
