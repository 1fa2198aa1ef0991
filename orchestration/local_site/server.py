"""The Flask app of the local site, and the loopback server that runs it.

The pages reproduce what the crawler relies on: markup, pagination, the archive of a timeline, and a removed
report that is answered with an HTML page. Reading ``publications.csv`` belongs in ``report_folder.py``.
Simulated faults belong in ``tests/support/fake_site``.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from http.server import HTTPServer
from itertools import groupby
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, abort, render_template, request, send_from_directory
from werkzeug.serving import WSGIRequestHandler, make_server

from orchestration.report_folder import ListedReport, read_closed_authorities, read_listing

#: Results on a search page: the maximum, and the number if the request names none.
MAX_ROWS = 100
DEFAULT_ROWS = 10
#: Values of the parameter ``status[]``; a search without it lists open authorities.
OPEN, CLOSED = "1", "2"
#: The number of reports that a provider page shows before its archive.
RECENT_REPORTS = 4


@dataclass(frozen=True)
class Authority:
    """An authority and its reports, newest first."""

    urn: int
    name: str
    reports: tuple[ListedReport, ...]
    is_closed: bool = False


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder of reports on a free loopback port while the context lasts; yield the site's URL.

    The URL has no trailing slash and can be used as ``REPORTS_SITE_URL``.

    Raises:
        ReportFolderError: The folder has no ``publications.csv``, or the file is invalid.
    """
    with serve_app(create_app(folder)) as url:
        yield url


@contextmanager
def serve_app(app: Flask) -> Iterator[str]:
    """Serve a Flask app on a free loopback port while the context lasts; yield its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_RequestHandler)
    with running(server) as url:
        yield url


@contextmanager
def running(server: HTTPServer) -> Iterator[str]:
    """Let a server on loopback answer in a thread while the context lasts; yield its URL.

    The URL has no trailing slash.
    """
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def create_app(folder: Path, *, robots: str | None = None, max_rows: int = MAX_ROWS) -> Flask:
    """Return the site of a folder as a Flask app.

    Args:
        folder: Holds ``publications.csv`` and the PDF files that it names.
        robots: The text of ``/robots.txt``; without it, the address is answered with 404.
        max_rows: The maximum number of results on a search page.

    Raises:
        ReportFolderError: The folder has no ``publications.csv``, or the file is invalid.
    """
    authorities = group_by_authority(read_listing(folder))
    with_reports = {authority.urn for authority in authorities}
    authorities += [
        Authority(urn, name, (), is_closed=True)
        for urn, name in read_closed_authorities(folder).items()
        if urn not in with_reports
    ]
    by_urn = {authority.urn: authority for authority in authorities}
    paths = {report.file_id: report.path for authority in authorities for report in authority.reports}

    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"day": _day, "public_url": _public_url, "spoken_type": _spoken_type}

    @app.get("/search")
    def search() -> str:
        start = request.args.get("start", 0, int)
        rows = max(1, min(request.args.get("rows", DEFAULT_ROWS, int), max_rows))
        statuses = request.args.getlist("status[]") or [OPEN]
        results = [
            authority for authority in authorities if (CLOSED if authority.is_closed else OPEN) in statuses
        ]
        next_query = urlencode(request.args.to_dict(flat=False) | {"start": [start + rows]}, doseq=True)
        return render_template(
            "search.html",
            count=len(results),
            authorities=results[start : start + rows],
            next_page=f"/search?{next_query}" if start + rows < len(results) else None,
            page_number=start // rows + 1,
            page_count=-(-len(results) // rows),
        )

    @app.get("/provider/44/<int:urn>")
    def provider(urn: int) -> str:
        authority = by_urn.get(urn) or abort(404)
        return render_template("provider.html", authority=authority, recent_reports=RECENT_REPORTS)

    @app.get("/v1/file/<file_id>")
    def file(file_id: str) -> Response | str:
        if file_id not in paths:
            abort(404)
        if not paths[file_id]:
            # The real site answers a removed report with status 200 and an HTML page.
            return render_template("not_found.html")
        return send_from_directory(folder.resolve(), paths[file_id], mimetype="application/pdf")

    @app.get("/robots.txt")
    def robots_txt() -> Response:
        return Response(robots, mimetype="text/plain") if robots is not None else abort(404)

    return app


def group_by_authority(reports: list[ListedReport]) -> list[Authority]:
    """Return the authorities in alphabetical order of their names, each with its reports, newest first."""
    ordered = sorted(reports, key=lambda report: (report.name.casefold(), report.name, report.urn))
    return [
        Authority(urn, name, tuple(sorted(group, key=_newest_first)), is_closed)
        for (name, urn, is_closed), group in groupby(
            ordered, key=lambda report: (report.name, report.urn, report.is_closed)
        )
    ]


def _newest_first(report: ListedReport) -> tuple[int, str]:
    return -(report.inspected or report.published).toordinal(), report.file_id


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _public_url(report: ListedReport) -> str:
    """Return a file's address as the real site links it: the files published in 2019 have another host."""
    host = "files.api.ofsted.gov.uk" if report.published.year == 2019 else "files.ofsted.gov.uk"
    return f"https://{host}/v1/file/{report.file_id}"


def _spoken_type(report: ListedReport) -> str:
    """Return the file type in a link's text for screen readers; its spelling varies on the real site."""
    return {2012: ", PDF - ", 2013: ",  pdf - "}.get(report.published.year, ", pdf - ")


class _RequestHandler(WSGIRequestHandler):
    """Responds without Nagle's delay, logs errors only, and ignores dropped connections."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 (name in the base class)
        if type == "error":
            super().log(type, message, *args)

    def connection_dropped(self, *_: object) -> None:
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
