"""Build PDF files for tests from raw bytes: pages as content streams, including hostile content.

Raw bytes are used because PDF libraries do not write invalid files. Lines without a file belong to
``page_dsl``.
"""

import zlib
from collections.abc import Iterable, Sequence

#: A4, in points.
WIDTH, HEIGHT = 595, 842
#: Resource names of the fonts that every page has.
REGULAR, BOLD, ITALIC, SYMBOLS = b"F1", b"F2", b"F3", b"F4"
_FONTS = b"/Font<</F1 3 0 R/F2 4 0 R/F3 5 0 R/F4 6 0 R>>"


def build_pdf(pages: Sequence[bytes], forms: Sequence[bytes] = ()) -> bytes:
    """Return a PDF with the given pages.

    Args:
        pages: the content stream of each page, or a complete stream object.
        forms: content streams of form objects, which every page and form may draw: ``/X0 Do``, ``/X1 Do``.
    """
    first_form, first_page = 7, 7 + len(forms)
    numbers = range(first_page, first_page + 2 * len(pages), 2)
    names = b"".join(b"/X%d %d 0 R" % (index, first_form + index) for index in range(len(forms)))
    resources = b"<<%s/XObject<<%s>>>>" % (_FONTS, names)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % number for number in numbers)),
        *(_font(name) for name in (b"Helvetica", b"Helvetica-Bold", b"Helvetica-Oblique", b"Wingdings")),
        *(
            stream(form, b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources " + resources)
            for form in forms
        ),
    ]
    for number, content in zip(numbers, pages, strict=True):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources %s/Contents %d 0 R>>"
            % (WIDTH, HEIGHT, resources, number + 1)
        )
        objects.append(content if content.startswith(b"<<") else stream(content))
    return build_file(objects)


def build_file(objects: Iterable[bytes]) -> bytes:
    """Return a file of the given objects, with a cross-reference table. The first object is the catalogue."""
    pdf, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, table_offset = len(offsets) + 1, len(pdf)
    return pdf + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, table_offset)
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return content as a compressed stream object."""
    return compressed_stream(zlib.compress(content), entries)


def compressed_stream(data: bytes, entries: bytes = b"", filters: bytes = b"/FlateDecode") -> bytes:
    """Return compressed data as a stream object. ``filters`` are its decoders, outermost first."""
    return b"<<%s/Filter[%s]/Length %d>>\nstream\n%s\nendstream" % (entries, filters, len(data), data)


def compressed_bomb(megabytes: int, unit: bytes = b" ") -> bytes:
    """Return so many megabytes of a repeated unit, compressed to a hundredth of the size or less."""
    compressor, block = zlib.compressobj(1), unit * (1024**2 // len(unit))
    return b"".join(compressor.compress(block) for _ in range(megabytes)) + compressor.flush()


def draw_text(
    x: float, top: float, text: str, size: float = 12, font: bytes = REGULAR, slant: float = 0
) -> bytes:
    """Return content that draws text. ``top`` counts from the top of the page, as in the tables.

    ``slant`` shifts the top of the letters to the right by this share of their height.
    """
    encoded = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    position = (slant, x, HEIGHT - top - 0.8 * size)
    return b"BT /%s %g Tf 1 0 %g 1 %g %g Tm (%s) Tj ET\n" % (font, size, *position, encoded)


def draw_rectangle(x0: float, top: float, x1: float, bottom: float, paint: bytes = b"S") -> bytes:
    """Return content that draws a rectangle: its edges (``S``), or filled in pale grey (``f``)."""
    return b"q .9 g 0 G %g %g %g %g re %s Q\n" % (x0, HEIGHT - bottom, x1 - x0, bottom - top, paint)


def _font(name: bytes) -> bytes:
    """Return a font. Those that are not among the fonts of the PDF standard need a description."""
    description = (
        b"/FontDescriptor<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[0 -200 1000 800]>>" % name
    )
    entries = b"" if name.startswith(b"Helvetica") else description
    return b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding%s>>" % (name, entries)
