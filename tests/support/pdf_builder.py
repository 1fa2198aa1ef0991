"""PDFs made by hand, for tests: pages as content streams, and whatever a hostile file may hold.

Written as raw bytes, since no library writes a broken file.
"""

import zlib
from collections.abc import Iterable, Sequence

#: A4, in points, and the two fonts every page has.
WIDTH, HEIGHT = 595, 842
REGULAR, BOLD = b"F1", b"F2"
_FONTS = b"/Font<</F1 3 0 R/F2 4 0 R>>"


def build_pdf(pages: Sequence[bytes], forms: Sequence[bytes] = ()) -> bytes:
    """Return a PDF of pages, given as content; every page and form may draw forms: ``/X0 Do``, ``/X1 Do``."""
    first_form, first_page = 5, 5 + len(forms)
    numbers = range(first_page, first_page + 2 * len(pages), 2)
    names = b"".join(b"/X%d %d 0 R" % (place, first_form + place) for place in range(len(forms)))
    resources = b"<<%s/XObject<<%s>>>>" % (_FONTS, names)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(b"%d 0 R" % each for each in numbers)),
        *(_font(name) for name in (b"Helvetica", b"Helvetica-Bold")),
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
    return file(objects)


def file(objects: Iterable[bytes]) -> bytes:
    """Put objects together to a file; the first is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, begins = len(places) + 1, len(out)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, begins)
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return content as a compressed stream."""
    return compressed_stream(zlib.compress(content), entries)


def compressed_stream(data: bytes, entries: bytes = b"", filters: bytes = b"/FlateDecode") -> bytes:
    """Return data that is compressed already as a stream."""
    return b"<<%s/Filter[%s]/Length %d>>\nstream\n%s\nendstream" % (entries, filters, len(data), data)


def compressed_bomb(megabytes: int, unit: bytes = b" ") -> bytes:
    """Return so many megabytes of one thing, compressed to a hundredth or less."""
    packer, block = zlib.compressobj(1), unit * (1024**2 // len(unit))
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def draw_text(x: float, top: float, text: str, size: float = 12, font: bytes = REGULAR) -> bytes:
    """Write words on a page; ``top`` is counted from the page's upper edge, as tables have it."""
    encoded = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    return b"BT /%s %g Tf %g %g Td (%s) Tj ET\n" % (font, size, x, HEIGHT - top - 0.8 * size, encoded)


def draw_rectangle(x0: float, top: float, x1: float, bottom: float, paint: bytes = b"S") -> bytes:
    """Draw a rectangle: its edges (S), or filled pale grey (f)."""
    return b"q .9 g 0 G %g %g %g %g re %s Q\n" % (x0, HEIGHT - bottom, x1 - x0, bottom - top, paint)


def _font(name: bytes) -> bytes:
    return b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name
