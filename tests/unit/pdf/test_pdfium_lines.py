"""pdfium_lines on real reports: text and boxes of lines, and the reasons why a file is unreadable."""

import random
import re
from collections import Counter
from dataclasses import fields, replace
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pypdfium2
import pypdfium2.raw as api
import pytest

from assets.pdf.pdfium_lines import Line, UnreadableError, _numbered, read_lines
from tests.support import mutations, pdf_builder, sample
from tests.support.fake_site import folders

DOTS_PER_POINT = 2
LETTERS = ("50061226", "59000005", "50263759")
INSPECTIONS = ("50110094", "50177455", "50289041", "50004301", "2755760")


def texts(report_id, page):
    return [line.text for line in sample.lines(report_id) if line.page == page]


def page_of(report_id, number):
    """Return a PDF document of one page of a report."""
    with pypdfium2.PdfDocument(sample.pdf(report_id)) as report:
        document = pypdfium2.PdfDocument.new()
        document.import_pages(report, [number - 1])
    return document


def saved(document):
    out = BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def rotated(document, degrees, shift=(0, 0)):
    """Rotate a page and its content, and shift its boxes, so that it is displayed as before."""
    page = document[0]
    width, height = page.get_size()
    x, y = shift
    content = {
        0: (1, 0, 0, 1, x, y),
        90: (0, 1, -1, 0, x + height, y),
        180: (-1, 0, 0, -1, x + width, y + height),
        270: (0, -1, 1, 0, x, y + width),
    }
    assert api.FPDFPage_TransFormWithClip(page.raw, api.FS_MATRIX(*content[degrees]), None)
    if degrees % 180:
        width, height = height, width
    if degrees or any(shift):
        page.set_mediabox(x - 50, y - 20, x + width + 5, y + height + 70)
        page.set_cropbox(x, y, x + width, y + height)
        page.set_rotation(degrees)
    return document


def displayed(pdf):
    """Return the first page of a file as a greyscale picture."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=DOTS_PER_POINT).to_pil().convert("L")


def ink(image, box):
    """Return the number of dark pixels in a box, which is given in points."""
    x0, top, x1, bottom = (round(edge * DOTS_PER_POINT) for edge in box)
    return sum(image.crop((x0, top, x1, bottom)).histogram()[:128])


# --- text ------------------------------------------------------------------------------------------------


def test_footnote_references_are_removed():
    title = texts("2755760", 1)
    assert "Board" in title
    assert not any(text.startswith("Board1") for text in title)
    assert "What needs to improve?" in texts("50289041", 2)
    # A reference between two words, which pdfium returns in one segment with the text after it.
    assert "– six live in residential special schools, of whom 83% live out of the" in texts("2761596", 7)
    # Numbers of the same size as the text are kept.
    assert "• Approximately 158,000 children and young people under the age of 18 years live" in texts(
        "50004291", 11
    )


def test_footnotes_start_with_a_superscript():
    line = next(
        line for line in sample.lines("50289041") if line.text.startswith("1 The areas for improvement")
    )
    assert (line.page, line.starts_with_superscript) == (2, True)
    number = next(
        line for line in sample.lines("50289041") if line.text.startswith("1. The response to need")
    )
    assert not number.starts_with_superscript


@pytest.mark.parametrize("report_id", INSPECTIONS)
def test_paragraph_number_is_on_first_line(report_id):
    numbers = [
        m.group(1) for line in sample.lines(report_id) if (m := re.match(r"(\d{1,3})\. \S", line.text))
    ]
    assert len(numbers) >= 40
    assert not [line for line in sample.lines(report_id) if re.fullmatch(r"\d{1,3}\.", line.text)]


def test_paragraph_number_without_text():
    assert texts("2760568", 22)[-2:] == ["89.", "22"]


def test_space_is_added_after_paragraph_number():
    assert "27. Unaccompanied asylum-seeking children in Derbyshire receive an excellent" in texts(
        "50110094", 8
    )


def test_lines_joined_at_a_hyphen_are_split():
    page = texts("50289041", 2)
    index = page.index(
        "Child Protection Teams (MACPT) who are responsible for all child protection decision-"
    )
    assert page[index + 1] == "making for children in Warwickshire."


def test_bullet_is_merged_with_its_text():
    page = texts("50004255", 22)
    assert page.count("• Ensure that the DSCB membership fully meets the requirements of Working") == 1
    assert "•" not in page


def test_table_cells_may_share_a_line():
    assert "Overall effectiveness Inadequate" in texts("50177455", 1)


# --- boxes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report_id", [*INSPECTIONS, *LETTERS])
def test_line_numbers_and_boxes(report_id):
    pages, lines = read_lines(sample.pdf(report_id))
    with pypdfium2.PdfDocument(sample.pdf(report_id)) as document:
        assert pages == len(document)
        sizes = [page.get_size() for page in document]
    for line in lines:
        width, height = sizes[line.page - 1]
        assert 0 <= line.x0 < line.x1 <= width
        assert 0 <= line.top < line.bottom <= height
        assert 5 < line.size < 45
    assert lines[0].line == 1
    for line, following in pairwise(lines):
        same = following.page == line.page
        assert following.line == (line.line + 1 if same else 1)
        assert same or following.page > line.page
    # Lines above the previous line are rare: columns and page furniture.
    upward = sum(b.page == a.page and b.bottom < a.top for a, b in pairwise(lines))
    assert upward <= 2 * pages


def test_boxes_agree_with_pdfplumber():
    """pdfplumber shares no code with pdfium."""
    with pdfplumber.open(BytesIO(sample.pdf("50177455"))) as document:
        words = document.pages[1].extract_words()
    lines = [line for line in sample.lines("50177455") if line.page == 2]
    assert Counter(" ".join(line.text for line in lines).replace("•", "").split()) == Counter(
        word["text"] for word in words if word["text"] not in "◼■\uf06e"
    )
    for word in words:
        centre = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
        assert any(a.x0 <= centre[0] <= a.x1 and a.top <= centre[1] <= a.bottom for a in lines)


def test_boxes_contain_the_ink():
    pdf = saved(page_of("50289041", 4))
    _, lines = read_lines(pdf)
    image = displayed(pdf)
    everything = (0, 0, image.width / DOTS_PER_POINT, image.height / DOTS_PER_POINT)
    total = ink(image, everything)
    for box in [(line.x0, line.top, line.x1, line.bottom) for line in lines]:
        assert ink(image, box) > 20
        image.paste(255, tuple(round(edge * DOTS_PER_POINT) for edge in box))
    # The remaining ink is the logo, a rule, and the edges of letters.
    assert ink(image, everything) < 0.07 * total


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("shift", [(0, 0), (33, -21)], ids=["at the origin", "shifted"])
def test_boxes_of_rotated_and_cropped_page(degrees, shift):
    plain = read_lines(saved(page_of("50289041", 4)))
    assert read_lines(saved(rotated(page_of("50289041", 4), degrees, shift))) == plain


# --- files that cannot be read -----------------------------------------------------------------------------

ENCRYPTED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
%%%%EOF""" % (b"11" * 32, b"22" * 32)

MISSING_PAGE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[9 0 R]/Count 1>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (b"", "cannot open the file"),
        (random.Random(1).randbytes(5000), "cannot open the file"),
        (b"%PDF-1.7\n" + random.Random(2).randbytes(5000), "cannot open the file"),
        (b"<!DOCTYPE html><title>Report not found</title>", "cannot open the file"),
        (ENCRYPTED, "cannot open the file: .*password"),
        (MISSING_PAGE, "page 1"),
    ],
    ids=["empty", "noise", "noise after a PDF header", "HTML", "encrypted", "missing page"],
)
def test_invalid_file_raises_with_reason(pdf, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_lines(pdf)


def test_file_without_text_raises(tmp_path):
    folders.write_pdf(tmp_path / "empty.pdf")
    with pytest.raises(UnreadableError, match="none of the 1 pages has text"):
        read_lines((tmp_path / "empty.pdf").read_bytes())
    with pytest.raises(UnreadableError, match="cannot open the file"):
        read_lines(saved(pypdfium2.PdfDocument.new()))


def test_line_of_control_characters_is_dropped():
    """A damaged font turns a bullet into a control character, which pdfium returns as a line."""
    damaged = mutations.flip_bytes(sample.pdf("50263759"), random.Random("1-840"))
    with pypdfium2.PdfDocument(damaged) as document:
        assert document[2].get_textpage().get_text_range().endswith("\r\n\x84")
    page_lines = [line for line in read_lines(damaged)[1] if line.page == 3]
    assert all(line.text for line in page_lines)
    assert [line.line for line in page_lines] == list(range(1, len(page_lines) + 1))


def test_damaged_file_is_read_or_raises():
    """Overwrite bytes of a real report and truncate it, at random."""
    original = sample.pdf("59000055")
    rng = random.Random(3)
    readable, errors = 0, []
    for _ in range(24):
        damaged = bytearray(original)
        for _ in range(rng.choice([1, 30, 1000])):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        if rng.random() < 0.5:
            del damaged[rng.randrange(len(damaged)) :]
        try:
            readable += len(read_lines(bytes(damaged))[1]) > 0
        except UnreadableError as error:
            errors.append(str(error))
    assert readable > 0
    assert len(errors) > 0
    assert readable + len(errors) == 24
    assert all(re.match(r"pdfium cannot|none of the \d+ pages", reason) for reason in errors)


@pytest.mark.parametrize("font", [pdf_builder.REGULAR, pdf_builder.BOLD])
def test_standard_font_that_is_not_embedded_is_bold_by_its_name(font):
    _, [line] = read_lines(pdf_builder.build_pdf([pdf_builder.draw_text(70, 100, "A heading", font=font)]))
    assert line.bold is (font == pdf_builder.BOLD)


def test_a_numbered_line_keeps_its_other_values():
    line = Line(
        page=2,
        line=0,
        text="Words",
        x0=1.0,
        top=2.0,
        x1=3.0,
        bottom=4.0,
        size=5.0,
        bold=True,
        starts_with_superscript=True,
        italic=True,
        direction=90,
    )
    assert all(getattr(line, field.name) != field.default for field in fields(line))
    assert _numbered(line, 7) == replace(line, line=7)
