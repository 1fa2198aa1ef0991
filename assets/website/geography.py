"""The map of England: outlines of the current authorities as SVG paths, with an enlarged inset of London.

Coordinates are projected with the cosine of England's middle latitude, which is accurate enough at this
scale. They are rounded to a tenth of a unit; neighbouring outlines share the points of their border, so that
rounding opens no gaps.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from pathlib import Path

_BOUNDARIES = Path(__file__).parent / "data" / "boundaries.json"
#: Western and northern edge of the map and England's middle latitude, in degrees.
_WEST, _NORTH, _MIDDLE_LATITUDE = -6.42, 55.82, 52.9
#: Map units per degree of latitude.
_SCALE = 100.0
WIDTH, HEIGHT = 650, 600
#: The inset: its magnification, the north-western corner of London in degrees, that corner in map units.
_INSET_SCALE, _LONDON_WEST, _LONDON_NORTH, _INSET_ORIGIN = 4.2, -0.52, 51.70, (412.0, 26.0)
#: Frame of the inset in map units: x, y, width, height.
LONDON_FRAME = (404.0, 4.0, 240.0, 212.0)

Point = tuple[float, float]
Projection = Callable[[Point], Point]


@dataclass(frozen=True, slots=True)
class Outline:
    """An authority on the map: its URN, the ``d`` attribute of its path, whether it is in the inset."""

    urn: int
    path: str
    in_inset: bool = False


@dataclass(frozen=True, slots=True)
class MapChart:
    """The content of a map: outlines, and the classes that colour them by URN."""

    outlines: Sequence[Outline]
    classes: Mapping[int, str]
    width: float = WIDTH
    height: float = HEIGHT
    london_frame: tuple[float, float, float, float] = LONDON_FRAME


def outlines(london: Iterable[int]) -> list[Outline]:
    """Return the outline of every current authority, and a second one in the inset for those of London."""
    boundaries = read_boundaries()
    return [
        *(Outline(urn, _path(rings, _to_map)) for urn, rings in boundaries.items()),
        *(
            Outline(urn, _path(boundaries[urn], _to_inset), in_inset=True)
            for urn in sorted(london)
            if urn in boundaries
        ),
    ]


def read_boundaries() -> Mapping[int, list[list[float]]]:
    """Return the rings of each authority by URN: flat lists of longitude and latitude in degrees."""
    boundaries = json.loads(_BOUNDARIES.read_text(encoding="utf-8"))
    return {int(urn): rings for urn, rings in boundaries.items()}


def _to_map(point: Point) -> Point:
    longitude, latitude = point
    return (longitude - _WEST) * cos(radians(_MIDDLE_LATITUDE)) * _SCALE, (_NORTH - latitude) * _SCALE


def _to_inset(point: Point) -> Point:
    x, y = _to_map(point)
    west, north = _to_map((_LONDON_WEST, _LONDON_NORTH))
    return _INSET_ORIGIN[0] + (x - west) * _INSET_SCALE, _INSET_ORIGIN[1] + (y - north) * _INSET_SCALE


def _path(rings: list[list[float]], project: Projection) -> str:
    return "".join(_ring(ring, project) for ring in rings)


def _ring(ring: list[float], project: Projection) -> str:
    """Return a ring as relative SVG moves in tenths of a map unit, which are shorter than coordinates."""
    projected = [project(point) for point in zip(ring[::2], ring[1::2], strict=True)]
    points = [(round(x * 10), round(y * 10)) for x, y in projected]
    steps = [(x - x0, y - y0) for (x0, y0), (x, y) in pairwise(points) if (x, y) != (x0, y0)]
    moves = "".join(f"{x:d}{y:+d}" if index == 0 else f"{x:+d}{y:+d}" for index, (x, y) in enumerate(steps))
    return f"M{points[0][0]} {points[0][1]}l{moves}z"
