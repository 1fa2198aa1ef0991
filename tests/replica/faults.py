"""What can go wrong with a site, as data: an answer as it should be, made into one that should not.

``{"/v1/file/50004283": Fault(status(503), times=2)}`` answers the first two requests for that file with 503.
The key is a pattern as for file names, held against the path with its query; the first fault that matches and
is not used up has its way.
"""

import os
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from math import inf

from flask import Response, request

Effect = Callable[[Response], Response]


@dataclass
class Fault:
    """An effect on the first so many answers, or on all."""

    effect: Effect
    times: float = inf


def status(code: int, retry_after: str | None = None) -> Effect:
    """Answer with a status alone."""
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    return lambda _: Response(f"status {code}", code, headers, mimetype="text/plain")


def slow(seconds: float) -> Effect:
    """Answer late."""

    def effect(response: Response) -> Response:
        time.sleep(seconds)
        return response

    return effect


def dripping(seconds: float) -> Effect:
    """Answer at once, but byte by byte."""

    def drip(body: bytes) -> Iterator[bytes]:
        for byte in body:
            time.sleep(seconds)
            yield bytes([byte])

    return lambda response: _streamed(response, drip(response.get_data()))


def reset() -> Effect:
    """Drop the connection without an answer."""

    def effect(_: Response) -> Response:
        connection: socket.socket = request.environ["werkzeug.socket"]
        # A socket that may not linger sends RST when closed: its file, that is, since others hold the object.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())
        raise ConnectionResetError

    return effect


def truncated(share: float = 0.5, *, declared: bool = True) -> Effect:
    """Send part of the body, under the whole one's Content-Length or none."""

    def effect(response: Response) -> Response:
        body = response.get_data()
        part = _streamed(response, iter([body[: int(len(body) * share)]]))
        if declared:
            part.headers["Content-Length"] = str(len(body))
        return part

    return effect


def endless(start: bytes = b"%PDF-1.7\n") -> Effect:
    """Send a body that has no end."""

    def flow() -> Iterator[bytes]:
        yield start
        yield from repeat(bytes(1 << 16))

    return lambda response: _streamed(response, flow())


def page(body: str) -> Effect:
    """Send an HTML page in place of whatever was asked for."""
    return lambda _: Response(body, mimetype="text/html")


def redirected(target: str) -> Effect:
    """Send the client elsewhere."""
    return lambda _: Response("", 302, {"Location": target})


def edited(pattern: str, replacement: str) -> Effect:
    """Change what the page says: another class, another count, no results, no next page."""

    def effect(response: Response) -> Response:
        text, changes = re.subn(pattern, replacement, response.get_data(as_text=True), flags=re.DOTALL)
        if not changes:
            raise ValueError(f"{request.full_path} holds nothing like {pattern!r}")
        response.set_data(text)
        return response

    return effect


def _streamed(response: Response, body: Iterator[bytes]) -> Response:
    return Response(body, response.status_code, mimetype=response.mimetype)
