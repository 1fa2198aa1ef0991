"""The map of England: authorities' outlines as paths of SVG, and London once more, larger, beside it.

Coordinates are projected with the cosine of England's middle latitude, which is true enough at this size, and
rounded to a tenth of a unit on outlines that share their borders' points, so that no gaps open.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from pathlib import Path

_BOUNDARIES = Path(__file__).parent / "data" / "boundaries.json"
_WEST, _NORTH, _MIDDLE = -6.42, 55.82, 52.9
#: Units of the picture to a degree of latitude.
_SCALE = 100.0
WIDTH, HEIGHT = 650, 600
#: London is drawn so many times as large; its north-western corner, in degrees, comes to this place.
_LONDON_TIMES, _LONDON_WEST, _LONDON_NORTH, _LONDON_PLACE = 4.2, -0.52, 51.70, (412.0, 26.0)
LONDON_FRAME = (404.0, 4.0, 240.0, 212.0)

Point = tuple[float, float]
Projection = Callable[[Point], Point]


@dataclass(frozen=True, slots=True)
class Outline:
    """An authority's place on the map: its URN and the ``d`` of its path; in London's inset or not."""

    urn: int
    path: str
    in_inset: bool = False


def outlines(london: Iterable[int]) -> list[Outline]:
    """Return the outline of every authority of today, and of those of London a second one for the inset."""
    rings = read_boundaries()
    enlarged = [urn for urn in sorted(london) if urn in rings]
    return [
        *(Outline(urn, _path(own, _on_map)) for urn, own in rings.items()),
        *(Outline(urn, _path(rings[urn], _in_inset), in_inset=True) for urn in enlarged),
    ]


def read_boundaries() -> Mapping[int, list[list[float]]]:
    """Return each authority's rings by its URN: flat lists of longitude and latitude in degrees."""
    stored = json.loads(_BOUNDARIES.read_text(encoding="utf-8"))
    return {int(urn): rings for urn, rings in stored.items()}


def _on_map(point: Point) -> Point:
    longitude, latitude = point
    return (longitude - _WEST) * cos(radians(_MIDDLE)) * _SCALE, (_NORTH - latitude) * _SCALE


def _in_inset(point: Point) -> Point:
    x, y = _on_map(point)
    west, north = _on_map((_LONDON_WEST, _LONDON_NORTH))
    return _LONDON_PLACE[0] + (x - west) * _LONDON_TIMES, _LONDON_PLACE[1] + (y - north) * _LONDON_TIMES


def _path(rings: list[list[float]], project: Projection) -> str:
    return "".join(_ring(ring, project) for ring in rings)


def _ring(ring: list[float], project: Projection) -> str:
    """Return a ring in SVG's relative steps, in whole tenths, which are shorter than places."""
    points = [project(point) for point in zip(ring[::2], ring[1::2], strict=True)]
    places = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x - before[0], y - before[1]) for before, (x, y) in pairwise(places) if (x, y) != before]
    moves = "".join(f"{x:d}{y:+d}" if index == 0 else f"{x:+d}{y:+d}" for index, (x, y) in enumerate(steps))
    return f"M{places[0][0]} {places[0][1]}l{moves}z"
