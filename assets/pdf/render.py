"""Render a page of a PDF as a picture, with boxes drawn around the lines that a row was read from.

The pictures are the visual evidence of the tables. Selecting rows and boxes belongs to ``assets.extraction``.
"""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from PIL import ImageDraw

from assets.pdf.pdfium_lines import Edges

DOTS_PER_INCH = 110
SMALL_DOTS_PER_INCH, SMALL_COLOURS = 80, 16
POINTS_PER_INCH = 72
STROKE = (212, 53, 28)
FILL = (212, 53, 28, 30)
#: Points between a box and its stroke. Boxes follow the metrics of the font, which some letters exceed.
MARGIN = 2.5


def render_page(pdf: Path, page: int, boxes: Iterable[Edges], *, small: bool = False) -> bytes:
    """Render a page of a PDF as it is displayed, with boxes drawn on it.

    Args:
        pdf: path of the file.
        page: page number, from 1.
        boxes: (x0, top, x1, bottom) in PDF points from the top left of the page, as in the tables.
        small: whether to reduce resolution and colours. The picture is then still readable and has about
            50 KB instead of 300 KB.

    Returns:
        The picture as PNG.

    Raises:
        IndexError: the file has no such page.
    """
    scale = (SMALL_DOTS_PER_INCH if small else DOTS_PER_INCH) / POINTS_PER_INCH
    with pdfium.PdfDocument(pdf) as document:
        if not 1 <= page <= len(document):
            raise IndexError(f"{pdf} has pages 1 to {len(document)}, not {page}")
        image = document[page - 1].render(scale=scale).to_pil().convert("RGB")
    draw = ImageDraw.Draw(image, "RGBA")
    for x0, top, x1, bottom in boxes:
        around = (x0 - MARGIN, top - MARGIN, x1 + MARGIN, bottom + MARGIN)
        draw.rectangle([edge * scale for edge in around], outline=STROKE, width=2, fill=FILL)
    if small:
        image = image.quantize(SMALL_COLOURS)
    png = BytesIO()
    image.save(png, format="PNG")
    return png.getvalue()
