"""The local site of the product, with faults and a record of the requests it received."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from flask import Response, request

from orchestration.local_site.server import MAX_ROWS, create_app, serve_app
from tests.support.fake_site.faults import Fault

CONDITIONAL_HEADERS = ("If-None-Match", "If-Modified-Since")


class ReceivedRequest(NamedTuple):
    """A request that the site received.

    ``path`` includes the query; ``time`` is in seconds of the monotonic clock; ``validators`` are the names
    of the conditional headers that were sent.
    """

    path: str
    user_agent: str
    time: float
    validators: tuple[str, ...] = ()


@dataclass
class FakeSite:
    """A running site: its URL, its faults by path pattern, and the requests it received so far."""

    url: str
    faults: dict[str, Fault]
    requests: list[ReceivedRequest] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self, prefix: str = "/") -> list[str]:
        """Return the requested paths that start with a prefix, in order."""
        return [received.path for received in self.requests if received.path.startswith(prefix)]

    def record_request(self) -> None:
        """Record the current request."""
        validators = tuple(name for name in CONDITIONAL_HEADERS if name in request.headers)
        self.requests.append(
            ReceivedRequest(_path(), request.user_agent.string, time.monotonic(), validators)
        )

    def apply_fault(self, response: Response) -> Response:
        """Apply the first fault that matches the current request and is not used up, if there is one."""
        with self.lock:
            matching = (fault for pattern, fault in self.faults.items() if fnmatchcase(_path(), pattern))
            fault = next((fault for fault in matching if fault.times > 0), None)
            if fault is None:
                return response
            fault.times -= 1
        response.direct_passthrough = False
        return fault.effect(response)


@contextmanager
def serve(
    folder: Path,
    faults: Mapping[str, Fault] | None = None,
    *,
    robots: str | None = None,
    max_rows: int = MAX_ROWS,
) -> Iterator[FakeSite]:
    """Serve a folder on a free loopback port while the context lasts.

    ``robots`` is the text of robots.txt (404 without it); ``max_rows`` limits the results on a search page.
    """
    app = create_app(folder, robots=robots, max_rows=max_rows)
    # An exception raised by a fault (a dropped connection, a failed edit) must not become a 500 response.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with serve_app(app) as url:
        site = FakeSite(url, dict(faults or {}))
        app.before_request(site.record_request)
        app.after_request(site.apply_fault)
        yield site


def _path() -> str:
    return request.full_path.removesuffix("?")
