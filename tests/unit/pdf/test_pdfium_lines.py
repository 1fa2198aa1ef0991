"""Lines and their boxes, on real reports: as printed, as displayed, or a reason why not."""

import random
import re
from collections import Counter
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pypdfium2
import pypdfium2.raw as api
import pytest

from assets.pdf.pdfium_lines import UnreadableError, read_lines
from tests.support import mutations, sample
from tests.support.fake_site import folders

DOTS = 2  # a point
LETTERS = ("50061226", "59000005", "50263759")
INSPECTIONS = ("50110094", "50177455", "50289041", "50004301", "2755760")


def texts(report_id, page):
    return [line.text for line in sample.lines(report_id) if line.page == page]


def page_of(report_id, number):
    """Return a PDF of one page of a report, to be turned or cut."""
    with pypdfium2.PdfDocument(sample.pdf(report_id)) as whole:
        one = pypdfium2.PdfDocument.new()
        one.import_pages(whole, [number - 1])
    return one


def saved(document):
    out = BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def turned(document, turn, shift=(0, 0)):
    """Draw a page's content turned, and its boxes elsewhere, so that it is displayed as it was before."""
    page = document[0]
    width, height = page.get_size()
    x, y = shift
    content = {
        0: (1, 0, 0, 1, x, y),
        90: (0, 1, -1, 0, x + height, y),
        180: (-1, 0, 0, -1, x + width, y + height),
        270: (0, -1, 1, 0, x, y + width),
    }
    assert api.FPDFPage_TransFormWithClip(page.raw, api.FS_MATRIX(*content[turn]), None)
    if turn % 180:
        width, height = height, width
    if turn or any(shift):
        page.set_mediabox(x - 50, y - 20, x + width + 5, y + height + 70)
        page.set_cropbox(x, y, x + width, y + height)
        page.set_rotation(turn)
    return document


def displayed(pdf):
    """Return a file's first page as one sees it, grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=DOTS).to_pil().convert("L")


def ink(image, box):
    """Count the dark dots of a part of a page, given in points."""
    x0, top, x1, bottom = (round(edge * DOTS) for edge in box)
    return sum(image.crop((x0, top, x1, bottom)).histogram()[:128])


# --- text ------------------------------------------------------------------------------------------------


def test_superscript_numbers_are_gone():
    title = texts("2755760", 1)
    assert "Board" in title
    assert not any(text.startswith("Board1") for text in title)
    assert "What needs to improve?" in texts("50289041", 2)
    # One that stands between two words, set by pdfium as a segment of its own with what comes behind it.
    assert "– six live in residential special schools, of whom 83% live out of the" in texts("2761596", 7)
    # What is printed full size stays.
    assert "• Approximately 158,000 children and young people under the age of 18 years live" in texts(
        "50004291", 11
    )


def test_a_footnote_opens_with_its_number_and_says_that_it_is_raised():
    line = next(
        line for line in sample.lines("50289041") if line.text.startswith("1 The areas for improvement")
    )
    assert (line.page, line.starts_with_superscript) == (2, True)
    number = next(
        line for line in sample.lines("50289041") if line.text.startswith("1. The response to need")
    )
    assert not number.starts_with_superscript


@pytest.mark.parametrize("report_id", INSPECTIONS)
def test_a_paragraphs_number_stands_on_its_first_line(report_id):
    numbers = [
        m.group(1) for line in sample.lines(report_id) if (m := re.match(r"(\d{1,3})\. \S", line.text))
    ]
    assert len(numbers) >= 40
    assert not [line for line in sample.lines(report_id) if re.fullmatch(r"\d{1,3}\.", line.text)]


def test_a_number_that_is_printed_alone_stays_alone():
    assert texts("2760568", 22)[-2:] == ["89.", "22"]


def test_numbers_that_cling_to_their_words_are_parted():
    assert "27. Unaccompanied asylum-seeking children in Derbyshire receive an excellent" in texts(
        "50110094", 8
    )


def test_lines_that_pdfium_glues_at_a_hyphen_are_two():
    page = texts("50289041", 2)
    place = page.index(
        "Child Protection Teams (MACPT) who are responsible for all child protection decision-"
    )
    assert page[place + 1] == "making for children in Warwickshire."


def test_bullets_stand_with_their_words():
    page = texts("50004255", 22)
    assert page.count("• Ensure that the DSCB membership fully meets the requirements of Working") == 1
    assert "•" not in page


def test_both_cells_of_a_tables_row_may_share_a_line():
    assert "Overall effectiveness Inadequate" in texts("50177455", 1)


# --- boxes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report_id", [*INSPECTIONS, *LETTERS])
def test_pages_lines_and_boxes(report_id):
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
    # Few lines stand above the one before: reading order is the page's, but for columns and furniture.
    back = sum(b.page == a.page and b.bottom < a.top for a, b in pairwise(lines))
    assert back <= 2 * pages


def test_a_lines_box_is_where_its_words_are_for_another_reader():
    """Compare with pdfplumber, which shares no code with the first reader but the file's fonts."""
    with pdfplumber.open(BytesIO(sample.pdf("50177455"))) as document:
        words = document.pages[1].extract_words()
    lines = [line for line in sample.lines("50177455") if line.page == 2]
    assert Counter(" ".join(line.text for line in lines).replace("•", "").split()) == Counter(
        word["text"] for word in words if word["text"] not in "◼■\uf06e"
    )
    for word in words:
        middle = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
        assert any(a.x0 <= middle[0] <= a.x1 and a.top <= middle[1] <= a.bottom for a in lines)


def test_a_lines_box_holds_its_ink():
    pdf = saved(page_of("50289041", 4))
    _, lines = read_lines(pdf)
    image = displayed(pdf)
    everything = (0, 0, image.width / DOTS, image.height / DOTS)
    whole = ink(image, everything)
    for box in [(line.x0, line.top, line.x1, line.bottom) for line in lines]:
        assert ink(image, box) > 20
        image.paste(255, tuple(round(edge * DOTS) for edge in box))
    # What is left is the logo, a rule, and edges of letters.
    assert ink(image, everything) < 0.07 * whole


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("shift", [(0, 0), (33, -21)], ids=["at the origin", "shifted"])
def test_boxes_are_those_of_the_page_as_displayed(turn, shift):
    plain = read_lines(saved(page_of("50289041", 4)))
    assert read_lines(saved(turned(page_of("50289041", 4), turn, shift))) == plain


# --- files that cannot be read -----------------------------------------------------------------------------

ENCRYPTED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
%%%%EOF""" % (b"11" * 32, b"22" * 32)

LOST_PAGE = b"""%PDF-1.4
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
        (LOST_PAGE, "page 1"),
    ],
    ids=["empty", "noise", "noise behind a PDF's head", "HTML", "encrypted", "page lost"],
)
def test_what_is_no_pdf_says_why(pdf, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_lines(pdf)


def test_pages_without_text_are_no_report(tmp_path):
    folders.write_pdf(tmp_path / "empty.pdf")
    with pytest.raises(UnreadableError, match="none of the 1 pages has text"):
        read_lines((tmp_path / "empty.pdf").read_bytes())
    with pytest.raises(UnreadableError, match="cannot open the file"):
        read_lines(saved(pypdfium2.PdfDocument.new()))


def test_a_line_of_nothing_but_control_characters_is_none():
    """Damage to a font lets a bullet stand for one; pdfium still draws a line from it."""
    damaged = mutations.bytes_flipped(sample.pdf("50263759"), random.Random("1-840"))
    with pypdfium2.PdfDocument(damaged) as document:
        assert document[2].get_textpage().get_text_range().endswith("\r\n\x84")
    of_the_page = [line for line in read_lines(damaged)[1] if line.page == 3]
    assert all(line.text for line in of_the_page)
    assert [line.line for line in of_the_page] == list(range(1, len(of_the_page) + 1))


def test_a_damaged_file_is_read_or_says_why():
    """Cut and spoil a real report in many places: nothing else comes of it than lines or the one error."""
    whole = sample.pdf("59000055")
    chance = random.Random(3)
    read, refused = 0, []
    for _ in range(24):
        spoiled = bytearray(whole)
        for _ in range(chance.choice([1, 30, 1000])):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        if chance.random() < 0.5:
            del spoiled[chance.randrange(len(spoiled)) :]
        try:
            read += len(read_lines(bytes(spoiled))[1]) > 0
        except UnreadableError as error:
            refused.append(str(error))
    assert read > 0
    assert len(refused) > 0
    assert read + len(refused) == 24
    assert all(re.match(r"pdfium cannot|none of the \d+ pages", reason) for reason in refused)
