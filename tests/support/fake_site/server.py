"""The replica's addresses, and the server that answers them."""

import csv
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask, Response, abort, render_template, request, send_from_directory
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.fake_site.faults import Fault

#: The most results on a page, whatever is asked, and without asking.
MAX_ROWS = 100
ROWS = 10
VALIDATORS = ("If-None-Match", "If-Modified-Since")
#: Events of a timeline that are not yet in its archive.
RECENT = 4


class ReceivedRequest(NamedTuple):
    """A request that came: its path with the query, who asked, and when (seconds, monotonic).

    ``validators`` are the headers that ask for it only if it changed.
    """

    path: str
    user_agent: str
    time: float
    validators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publication:
    """A row of publications.csv. ``inspected`` may be unknown; ``path`` is empty where the file is gone."""

    file_id: str
    title: str
    published: date
    inspected: date | None
    path: str

    @property
    def link(self) -> str:
        """The public address; the files had another host in 2019."""
        host = "files.api.ofsted.gov.uk" if self.published.year == 2019 else "files.ofsted.gov.uk"
        return f"https://{host}/v1/file/{self.file_id}"

    @property
    def spoken_type(self) -> str:
        """What stands before the date for a screen reader, as the site has spelled it over the years."""
        return {2012: ", PDF - ", 2013: ",  pdf - "}.get(self.published.year, ", pdf - ")


@dataclass(frozen=True)
class Authority:
    """An authority and its publications, newest first."""

    urn: str
    name: str
    publications: tuple[Publication, ...]


@dataclass
class FakeSite:
    """A replica that is running: where, how it shall misbehave, and what it was asked so far."""

    url: str
    faults: dict[str, Fault]
    requests: list[ReceivedRequest] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self, prefix: str = "/") -> list[str]:
        """Return the paths asked for that start like this, in order."""
        return [asked.path for asked in self.requests if asked.path.startswith(prefix)]

    def note(self) -> None:
        """Remember the request at hand."""
        validators = tuple(name for name in VALIDATORS if name in request.headers)
        self.requests.append(
            ReceivedRequest(_path(), request.user_agent.string, time.monotonic(), validators)
        )

    def spoil(self, response: Response) -> Response:
        """Give an answer its fault, if it has one."""
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
    most_rows: int = MAX_ROWS,
) -> Iterator[FakeSite]:
    """Serve a folder on a free loopback port while the context lasts.

    ``robots`` is the text of robots.txt, which is absent without; ``most_rows`` caps the pages of the search.
    """
    app = Flask(__name__, static_folder=None)
    # A fault that drops the connection, or cannot be had, is not the app's to answer.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["day"] = lambda day: f"{day.day} {day:%B %Y}"
    _add_pages(app, folder, robots, most_rows)
    with running(app) as url:
        replica = FakeSite(url, dict(faults or {}))
        app.before_request(replica.note)
        app.after_request(replica.spoil)
        yield replica


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """Answer requests to an app on a free loopback port while the context lasts; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def read_authorities(folder: Path) -> list[Authority]:
    """Read a folder's publications.csv: the authorities in the alphabetical order of their full names."""
    with (folder / "publications.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["name"].casefold(), row["urn"]))
    return [
        Authority(urn, name, tuple(sorted(map(_publication, own), key=_newest_first)))
        for (name, urn), own in groupby(rows, key=lambda row: (row["name"], row["urn"]))
    ]


def _publication(row: dict[str, str]) -> Publication:
    return Publication(
        file_id=row["file_id"],
        title=row["title"],
        published=date.fromisoformat(row["published"]),
        inspected=date.fromisoformat(row["inspected"]) if row["inspected"] else None,
        path=row["path"],
    )


def _newest_first(publication: Publication) -> tuple[int, str]:
    return -(publication.inspected or publication.published).toordinal(), publication.file_id


def _add_pages(app: Flask, folder: Path, robots: str | None, most_rows: int) -> None:
    authorities = read_authorities(folder)
    by_urn = {authority.urn: authority for authority in authorities}
    paths = {report.file_id: report.path for authority in authorities for report in authority.publications}

    @app.get("/search")
    def search() -> str:
        start = request.args.get("start", 0, int)
        rows = max(1, min(request.args.get("rows", ROWS, int), most_rows))
        shown = authorities[start : start + rows]
        following = urlencode(request.args.to_dict() | {"start": start + rows})
        return render_template(
            "search.html",
            count=len(authorities),
            authorities=shown,
            following=f"/search?{following}" if start + rows < len(authorities) else None,
            number=start // rows + 1,
            pages=-(-len(authorities) // rows),
        )

    @app.get("/provider/44/<urn>")
    def provider(urn: str) -> str:
        authority = by_urn.get(urn) or abort(404)
        return render_template("provider.html", authority=authority, recent=RECENT)

    @app.get("/v1/file/<file_id>")
    def file(file_id: str) -> Response | str:
        if file_id not in paths:
            abort(404)
        if not paths[file_id]:
            return render_template("not_found.html")
        return send_from_directory(folder.resolve(), paths[file_id], mimetype="application/pdf")

    @app.get("/robots.txt")
    def robots_txt() -> Response:
        return Response(robots, mimetype="text/plain") if robots is not None else abort(404)


def _path() -> str:
    return request.full_path.removesuffix("?")


class _Handler(WSGIRequestHandler):
    """Answers without delay and without a line on the console for each request."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (its parent's name for it)
        if type == "error":
            super().log(type, message, *args)

    def connection_dropped(self, *_: object) -> None:
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
