"""Pictures of pages: boxes are drawn at the position of their lines."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from assets.pdf.pdfium_lines import read_lines
from assets.pdf.render import DOTS_PER_INCH, MARGIN, STROKE, render_page
from tests.support import sample
from tests.unit.pdf.test_pdfium_lines import page_of, rotated, saved


def stroke_of(png):
    """Return a mask of all pixels in the colour of the stroke."""
    red, green, blue = Image.open(BytesIO(png)).convert("RGB").split()
    stroke = [
        band.point([255 * (value == colour) for value in range(256)])
        for band, colour in zip((red, green, blue), STROKE, strict=True)
    ]
    return ImageChops.darker(ImageChops.darker(*stroke[:2]), stroke[2])


def drawn_box(png):
    """Return the box that the stroke is drawn around, in points."""
    if not (stroke := stroke_of(png).getbbox()):
        return None
    x0, top, x1, bottom = (edge * 72 / DOTS_PER_INCH for edge in stroke)
    return [x0 + MARGIN, top + MARGIN, x1 - MARGIN, bottom - MARGIN]


def test_box_surrounds_its_line():
    line = next(line for line in sample.lines("50177455") if line.text == "What needs to improve?")
    path = sample.reports()["50177455"][1]
    png = render_page(path, line.page, [(line.x0, line.top, line.x1, line.bottom)])
    assert png.startswith(b"\x89PNG")
    assert drawn_box(png) == pytest.approx([line.x0, line.top, line.x1, line.bottom], abs=2)
    assert Image.open(BytesIO(png)).size == pytest.approx(
        (8.27 * DOTS_PER_INCH, 11.69 * DOTS_PER_INCH), abs=2
    )


def test_stroke_covers_no_letter():
    """The letters of this line are taller than the metrics of its font."""
    line = next(line for line in sample.lines("50177454") if line.text.startswith("Inspection dates"))
    path, box = sample.reports()["50177454"][1], (line.x0, line.top, line.x1, line.bottom)
    stroke = stroke_of(render_page(path, line.page, [box]))
    text = Image.open(BytesIO(render_page(path, line.page, []))).convert("L")
    assert Image.composite(text, Image.new("L", text.size, 255), stroke).getextrema()[0] > 200


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_box_on_rotated_page(tmp_path, degrees):
    path = tmp_path / "rotated.pdf"
    path.write_bytes(saved(rotated(page_of("50177455", 2), degrees, (33, -21))))
    line = next(line for line in read_lines(path.read_bytes())[1] if line.text == "What needs to improve?")
    box = (line.x0, line.top, line.x1, line.bottom)
    assert drawn_box(render_page(path, 1, [box])) == pytest.approx(box, abs=2)


def test_any_number_of_boxes():
    path = sample.reports()["50177455"][1]
    boxes = [(100.0, 100.0, 200.0, 120.0), (300.0, 400.0, 500.0, 460.0)]
    assert drawn_box(render_page(path, 1, iter(boxes))) == pytest.approx([100, 100, 500, 460], abs=2)
    assert drawn_box(render_page(path, 1, [])) is None


@pytest.mark.parametrize("page", [-1, 0, 11])
def test_missing_page_raises(page):
    path = sample.reports()["50177455"][1]
    with pytest.raises(IndexError, match=r"50177455\.pdf has pages 1 to 10"):
        render_page(path, page, [])
