"""``inspections serve``: serve the website on loopback; ``docs/serving.md`` is about public servers."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

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
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/atom+xml",
}
#: What a page's ``meta`` element cannot declare; docs/serving.md lists the same headers.
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class _Handler(SimpleHTTPRequestHandler):
    """Serves files with the website's headers, and logs nothing."""

    extensions_map = MIME_TYPES

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


def create_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of a folder on loopback; port 0 is any free port."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free port."
)
@warehouse_option
def serve(port: int, warehouse: str) -> None:
    """Serve the website on this machine, until Ctrl-C."""
    folder = open_warehouse(warehouse) / "website"
    if not (folder / "index.html").is_file():
        raise CommandError(f"{folder} does not exist: build the website first (inspections website)")
    try:
        server = create_server(folder, port)
    except OSError as error:
        raise CommandError(f"Port {port} cannot be used: {error.strerror}") from error
    with server:
        click.echo(f"{folder} is served at http://127.0.0.1:{server.server_port}/ (Ctrl-C to stop)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")
