"""Faults of the fake site: functions that replace or damage a correct response.

``{"/v1/file/50004283": Fault(status(503), times=2)}`` answers the first two requests for that file with 503.
The key is a shell-style pattern for the path with its query. The first fault that matches and is not used up
is applied.
"""

import gzip
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from math import inf

from flask import Response, request

Effect = Callable[[Response], Response]


@dataclass
class Fault:
    """An effect on the first ``times`` matching responses; on all by default."""

    effect: Effect
    times: float = inf


def status(code: int, retry_after: str | None = None) -> Effect:
    """Respond with a status and a short text."""
    headers = {"Retry-After": retry_after} if retry_after is not None else {}
    return lambda _: Response(f"status {code}", code, headers, mimetype="text/plain")


def slow(seconds: float) -> Effect:
    """Delay the response."""

    def effect(response: Response) -> Response:
        time.sleep(seconds)
        return response

    return effect


def held(released: threading.Event) -> Effect:
    """Answer only once an event is set."""

    def effect(response: Response) -> Response:
        released.wait()
        return response

    return effect


def dripping(seconds: float) -> Effect:
    """Respond at once, and send the body byte by byte."""

    def drip(body: bytes) -> Iterator[bytes]:
        for byte in body:
            time.sleep(seconds)
            yield bytes([byte])

    return lambda response: _streamed(response, drip(response.get_data()))


def reset() -> Effect:
    """Reset the connection without a response."""

    def effect(_: Response) -> Response:
        connection: socket.socket = request.environ["werkzeug.socket"]
        # With SO_LINGER of 0 s, closing sends RST. Close the descriptor, since others hold the socket object.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())
        raise ConnectionResetError

    return effect


def truncated(share: float = 0.5, *, declared: bool = True) -> Effect:
    """Send part of the body, with the Content-Length of the full body or without one."""

    def effect(response: Response) -> Response:
        body = response.get_data()
        part = _streamed(response, iter([body[: int(len(body) * share)]]))
        if declared:
            part.headers["Content-Length"] = str(len(body))
        return part

    return effect


def shortened(share: float = 0.5, *, compressed: bool = False) -> Effect:
    """Send part of the body, or of its gzip stream, with the Content-Length of that part."""

    def effect(response: Response) -> Response:
        body = response.get_data()
        if compressed:
            body = gzip.compress(body, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
        response.set_data(body[: int(len(body) * share)])
        return response

    return effect


def endless(start: bytes = b"%PDF-1.7\n") -> Effect:
    """Send a body of unlimited size."""

    def body() -> Iterator[bytes]:
        yield start
        yield from repeat(bytes(1 << 16))

    return lambda response: _streamed(response, body())


def other(body: bytes | str, mimetype: str, code: int = 200) -> Effect:
    """Respond with another body."""
    return lambda _: Response(body, code, mimetype=mimetype)


def page(body: str, code: int = 200) -> Effect:
    """Respond with an HTML page."""
    return other(body, "text/html", code)


def without(*headers: str) -> Effect:
    """Remove headers from the response."""

    def effect(response: Response) -> Response:
        for header in headers:
            del response.headers[header]
        return response

    return effect


def with_headers(headers: Mapping[str, str]) -> Effect:
    """Add headers to the response."""

    def effect(response: Response) -> Response:
        response.headers.update(headers)
        return response

    return effect


def garbled() -> Effect:
    """Declare the body as gzip although it is not compressed."""

    def effect(response: Response) -> Response:
        response.headers["Content-Encoding"] = "gzip"
        return response

    return effect


def gzip_bomb(layers: int = 1, start: bytes = b"%PDF-1.7\n", size: int = 100_000_000) -> Effect:
    """Send a small body that decompresses to ``size`` bytes, compressed ``layers`` times."""
    body, headers = _bomb(layers, start, size), {"Content-Encoding": ", ".join(["gzip"] * layers)}
    return lambda response: Response(body, 200, headers, mimetype=response.mimetype)


@cache
def _bomb(layers: int, start: bytes, size: int) -> bytes:
    body = start + bytes(size)
    for _ in range(layers):
        body = gzip.compress(body, 9, mtime=0)
    return body


def redirected(target: str) -> Effect:
    """Redirect to another URL."""
    return lambda _: Response("", 302, {"Location": target})


def edited(pattern: str, replacement: str | Callable[[re.Match[str]], str]) -> Effect:
    """Replace all matches of a regular expression in the page."""

    def effect(response: Response) -> Response:
        text, changes = re.subn(pattern, replacement, response.get_data(as_text=True), flags=re.DOTALL)
        if not changes:
            raise ValueError(f"{request.full_path} has no match for {pattern!r}")
        response.set_data(text)
        return response

    return effect


def _streamed(response: Response, body: Iterator[bytes]) -> Response:
    return Response(body, response.status_code, mimetype=response.mimetype)
