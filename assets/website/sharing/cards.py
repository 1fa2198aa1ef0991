"""Preview pictures of pages (Open Graph): a title, a subtitle and grades in the website's colours.

A picture is 1200 × 630 pixels with a small palette. Text is drawn with the font that Pillow contains, so that
the same card gives the same bytes on every machine with the same versions. Which page has which card is
decided in ``pages``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO

from PIL import Image, ImageColor, ImageFont

from assets.website.figures import light_colours, resolve_variables
from assets.website.labels import grade_label

#: Size of a picture in pixels, as recommended for Open Graph.
WIDTH, HEIGHT = 1200, 630
#: Grades on a card; a report that gives more shows the first.
MAX_GRADES = 6

_NOTE = "Independent dataset. Not published by Ofsted."
_MARGIN, _BAND = 60, 80
_TITLE_SIZE, _SUBTITLE_SIZE, _ROW_SIZE, _SMALL_SIZE = 54, 32, 30, 24
_ROW_HEIGHT, _BADGE_LEFT = 52, 640
_MAX_TITLE_LINES, _MAX_SUBTITLE_LINES = 2, 5
#: Shades of a text's edge above its ground: few, so that a card has at most 16 colours.
_SHADES = 2
_SHADE_OF_VALUE = [(value * _SHADES + 127) // 255 for value in range(256)]

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Card:
    """The texts of a preview picture.

    Attributes:
        title: The name of what the page is about.
        subtitle: One or two sentences about it.
        grades: The label of each judgement area with the code of its grade; None for no grade.
    """

    title: str
    subtitle: str
    grades: Sequence[tuple[str, str | None]] = ()


def draw_card(card: Card, site_title: str) -> bytes:
    """Return the PNG of a card, with the website's title above it."""
    canvas = _Canvas()
    canvas.box((0, 0, WIDTH, _BAND), "accent")
    canvas.text((_MARGIN, 20), site_title, _SUBTITLE_SIZE, "ground", "accent")
    y = _BAND + 32
    for line in _wrap(card.title, _TITLE_SIZE, _MAX_TITLE_LINES):
        canvas.text((_MARGIN, y), line, _TITLE_SIZE)
        y += _TITLE_SIZE + 10
    for line in _wrap(card.subtitle, _SUBTITLE_SIZE, _MAX_SUBTITLE_LINES):
        canvas.text((_MARGIN, y), line, _SUBTITLE_SIZE)
        y += _SUBTITLE_SIZE + 10
    y += 20
    rows = min(MAX_GRADES, (HEIGHT - _SMALL_SIZE - 30 - y) // _ROW_HEIGHT)
    for label, grade in card.grades[:rows]:
        canvas.text((_MARGIN, y + 6), _wrap(label, _ROW_SIZE, 1, _BADGE_LEFT - _MARGIN)[0], _ROW_SIZE)
        text = grade_label(grade) if grade else "No grade"
        ground, colour = _badge_colours(grade)
        width = round(_font(_ROW_SIZE).getlength(text)) + 32
        canvas.box((_BADGE_LEFT, y, _BADGE_LEFT + width, y + _ROW_HEIGHT - 8), ground)
        canvas.text((_BADGE_LEFT + 16, y + 6), text, _ROW_SIZE, colour, ground)
        y += _ROW_HEIGHT
    canvas.text((_MARGIN, HEIGHT - _SMALL_SIZE - 22), _NOTE, _SMALL_SIZE)
    return canvas.png()


@cache
def _colours() -> Mapping[str, Colour]:
    """Return the colours of the website's light design by name."""
    variables = light_colours()
    values = {name: resolve_variables(value, variables) for name, value in variables.items()}
    return {name.removeprefix("--"): _rgb(value) for name, value in values.items() if value.startswith("#")}


def _rgb(value: str) -> Colour:
    red, green, blue, *_ = ImageColor.getrgb(value)
    return red, green, blue


class _Canvas:
    """A picture whose pixels are positions in a palette, which grows with the colours that are used."""

    def __init__(self) -> None:
        self.pixels = Image.new("L", (WIDTH, HEIGHT))
        self.palette: dict[Colour, int] = {_colours()["ground"]: 0}

    def box(self, corners: tuple[int, int, int, int], colour: str) -> None:
        """Fill a rectangle."""
        self.pixels.paste(self._index(_colours()[colour]), corners)

    def text(
        self, position: tuple[int, int], text: str, size: int, colour: str = "text", ground: str = "ground"
    ) -> None:
        """Write a line of text in a colour on an area of another one."""
        mask = _text_mask(text, size)
        below, above = _colours()[ground], _colours()[colour]
        indices = [self._index(_mix(below, above, shade / _SHADES)) for shade in range(_SHADES + 1)]
        self.pixels.paste(mask.point([indices[shade] for shade in _SHADE_OF_VALUE]), position)

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        self.pixels.putpalette([channel for colour in self.palette for channel in colour])
        file = BytesIO()
        self.pixels.save(file, "PNG", compress_level=4)
        return file.getvalue()

    def _index(self, colour: Colour) -> int:
        return self.palette.setdefault(colour, len(self.palette))


def _mix(below: Colour, above: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(below, above, strict=True))
    return red, green, blue


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=2000)
def _text_mask(text: str, size: int) -> Image.Image:
    """Return a text as shades from 0 (ground) to 255; names and labels occur on many cards."""
    _, _, right, bottom = _font(size).getbbox(text)
    mask = Image.new("L", (max(round(right), 1), max(round(bottom), 1)))
    core, (x, y) = _font(size).getmask2(text, "L")
    if core.size[0] and core.size[1]:
        glyphs = Image.new("L", core.size)
        glyphs.im.paste(core, (0, 0, *core.size))
        mask.paste(glyphs, (round(x), round(y)))
    return mask


@lru_cache(maxsize=2000)
def _wrap(text: str, size: int, max_lines: int, width: int = WIDTH - 2 * _MARGIN) -> Sequence[str]:
    """Return a text as lines of at most a width in pixels; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _font(size).getlength(longer) <= width:
            lines[-1] = longer
        elif len(lines) < max_lines:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} …"
            break
    return [line if _font(size).getlength(line) <= width else _cut(line, size, width) for line in lines]


def _cut(line: str, size: int, width: int) -> str:
    while line and _font(size).getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line}…"


def _badge_colours(grade: str | None) -> tuple[str, str]:
    """Return the names of a grade's ground and text colour; those of "no grade" for an unknown grade.

    The text is white or the colour of all text, rather than the grade's own dark colour, which hardly
    differs: with fewer colours a pixel has four bits and the file is smaller.
    """
    if grade not in _colours():
        return "no-grade", "text"
    is_white = _colours().get(f"{grade}-text") == _colours()["ground"]
    return str(grade), "ground" if is_white else "text"
