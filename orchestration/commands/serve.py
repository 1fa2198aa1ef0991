"""``inspections serve``: serve the website on loopback; ``docs/serving.md`` is about public servers.

Unlike a public server, it draws the printed page of a finding or recommendation when a reader asks for it.
"""

import re
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from os import PathLike
from pathlib import Path
from socket import socket
from socketserver import BaseServer
from threading import Lock
from typing import BinaryIO

import click

from orchestration.commands.options import CommandError, open_warehouse, warehouse_option

#: MIME types that the website needs, whatever the operating system's own table says.
MIME_TYPES = {
    "": "application/octet-stream",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/atom+xml",
}
#: MIME types of single files, where they differ from those of their suffix.
FILE_MIME_TYPES = {"sitemap.xml": "application/xml"}
#: What a page's ``meta`` element cannot declare; docs/serving.md lists the same headers.
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


#: A request for a single range; anything else is answered with the whole file.
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

#: The path of a picture: report, table, ordinal of the row, page.
_EVIDENCE = re.compile(r"/evidence/([0-9A-Za-z]+)/(findings|recommendations)/(\d{1,6})/(\d{1,6})\.png")
#: What this server can do, in place of the file of the website; scripts read it.
_CAPABILITIES_PATH, _CAPABILITIES = "/static/server.json", b'{"evidence": true}\n'


class _Handler(SimpleHTTPRequestHandler):
    """Serves files or byte ranges of them, with the website's headers and its 404 page, and logs nothing."""

    extensions_map = MIME_TYPES
    _drawing = Lock()

    def __init__(
        self,
        request: socket,
        client_address: tuple[str, int],
        server: BaseServer,
        *,
        directory: str,
        warehouse: Path | None,
    ) -> None:
        self._warehouse = warehouse  # the base class answers the request while it is initialised
        super().__init__(request, client_address, server, directory=directory)

    def guess_type(self, path: str | PathLike[str]) -> str:
        """Return the MIME type of a file."""
        return FILE_MIME_TYPES.get(Path(path).name) or super().guess_type(path)

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Send the status and headers; return the file or the requested range of it."""
        if self._warehouse and self.path == _CAPABILITIES_PATH:
            return self._send_content(_CAPABILITIES, "application/json")
        if self._warehouse and (evidence := _EVIDENCE.fullmatch(self.path)):
            return self._send_evidence(self._warehouse, *evidence.groups())
        path = Path(self.translate_path(self.path))
        requested = _RANGE.fullmatch(self.headers.get("Range", ""))
        if requested and requested[0] != "bytes=-" and path.is_file():
            return self._send_range(path, requested[1], requested[2])
        if path.is_file() or (path / "index.html").is_file():
            return super().send_head()
        return self._send_not_found()

    def _send_evidence(
        self, warehouse: Path, report_id: str, table: str, key: str, page: str
    ) -> BytesIO | None:
        from assets.extraction.evidence import EvidenceError, row_image
        from assets.extraction.worker_pool import WorkerPoolError
        from assets.storage.parquet_store import ReadError

        try:
            with self._drawing:  # one worker process at a time
                picture = row_image(warehouse, table, report_id, key, int(page))
        except (EvidenceError, ReadError, WorkerPoolError) as error:
            self.send_error(HTTPStatus.NOT_FOUND, explain=str(error))
            return None
        return self._send_content(picture, "image/png")

    def _send_range(self, path: Path, first: str, last: str) -> BytesIO | None:
        """Answer as RFC 9110 defines: ``first`` and ``last`` are positions, or ``last`` is a length."""
        size = path.stat().st_size
        start = int(first) if first else max(size - int(last), 0)
        end = min(int(last), size - 1) if first and last else size - 1
        if start > end:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        with path.open("rb") as file:
            file.seek(start)
            content = file.read(end - start + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def _send_not_found(self) -> BytesIO | None:
        page = Path(self.directory) / "404.html"
        if not page.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return self._send_content(page.read_bytes(), "text/html", HTTPStatus.NOT_FOUND)

    def _send_content(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> BytesIO:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


def create_server(folder: Path, port: int, warehouse: Path | None = None) -> ThreadingHTTPServer:
    """Return a server of a website on loopback.

    Args:
        folder: The folder of the website.
        port: The port; 0 is any free port.
        warehouse: The warehouse whose archive has the printed pages; without it, the server draws none.
    """
    handler = partial(_Handler, directory=str(folder), warehouse=warehouse)
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free port."
)
@warehouse_option
def serve(port: int, warehouse: str) -> None:
    """Serve the website on this machine, until Ctrl-C."""
    path = open_warehouse(warehouse)
    folder = path / "website"
    if not (folder / "index.html").is_file():
        raise CommandError(f"{folder} does not exist: build the website first (inspections website)")
    try:
        server = create_server(folder, port, path)
    except OSError as error:
        raise CommandError(f"Port {port} cannot be used: {error.strerror}") from error
    with server:
        click.echo(f"{folder} is served at http://127.0.0.1:{server.server_port}/ (Ctrl-C to stop)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")
