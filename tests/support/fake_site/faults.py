"""What can go wrong with a site, as data: an answer as it should be, made into one that should not.

``{"/v1/file/50004283": Fault(status(503), times=2)}`` answers the first two requests for that file with 503.
The key is a pattern as for file names, held against the path with its query; the first fault that matches and
is not used up has its way.
"""

import gzip
import os
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
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


def other(body: bytes | str, mimetype: str, code: int = 200) -> Effect:
    """Send something else in place of whatever was asked for."""
    return lambda _: Response(body, code, mimetype=mimetype)


def page(body: str, code: int = 200) -> Effect:
    """Send an HTML page in place of whatever was asked for."""
    return other(body, "text/html", code)


def without(*headers: str) -> Effect:
    """Answer in full, but for some headers."""

    def effect(response: Response) -> Response:
        for header in headers:
            del response.headers[header]
        return response

    return effect


def garbled() -> Effect:
    """Send a body that is said to be packed, and is not."""

    def effect(response: Response) -> Response:
        response.headers["Content-Encoding"] = "gzip"
        return response

    return effect


def gzip_bomb(layers: int = 1, start: bytes = b"%PDF-1.7\n", size: int = 100_000_000) -> Effect:
    """Send a few bytes that unpack to very many, packed so many times."""

    body, headers = _bomb(layers, start, size), {"Content-Encoding": ", ".join(["gzip"] * layers)}
    return lambda response: Response(body, 200, headers, mimetype=response.mimetype)


@cache
def _bomb(layers: int, start: bytes, size: int) -> bytes:
    body = start + bytes(size)
    for _ in range(layers):
        body = gzip.compress(body, 9, mtime=0)
    return body


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
