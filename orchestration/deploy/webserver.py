"""The webserver of ``inspections ui``: Dagster's own, behind a guard against other websites.

The UI has no login, and a browser on the same machine can reach it. Without the guard, any page that the
browser shows could launch runs: by a cross-site request to the GraphQL endpoint, or under a host name of its
own that resolves to this machine. ``python -m orchestration.deploy.webserver`` takes the arguments of
``dagster dev`` and starts the guarded webserver in place of ``dagster_webserver``. Its processes and runs
keep the files of Dagster's history open, as commands do.
"""

import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
#: Further host names of the UI, separated by commas, if a proxy with a login is in front of it.
HOSTS_VARIABLE = "INSPECTIONS_UI_HOSTS"

_WEBSERVER_MODULE = "dagster_webserver"


def guard(app: App, hosts: frozenset[str] = LOOPBACK_HOSTS) -> App:
    """Return an ASGI app that passes on only requests of the UI's own pages and of programs.

    Args:
        app: The app to guard.
        hosts: The host names under which the UI may be requested.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and (reason := refusal(scope, hosts)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": reason})
                return
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": f"{reason}\n".encode()})
            return
        await app(scope, receive, send)

    return guarded


def refusal(scope: Scope, hosts: frozenset[str]) -> str:
    """Return why a request is refused; empty if it is not."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host, origin = headers.get("host", ""), headers.get("origin")
    if _host_name(f"//{host}") not in hosts:
        return f"The host {host!r} is not one of this UI"
    if origin is not None and urlsplit(origin).netloc != host:
        return f"The origin {origin!r} is not this UI"
    if scope["type"] == "http" and scope["path"].endswith("/graphql"):
        if scope["method"] not in ("POST", "OPTIONS") and scope.get("query_string"):
            return "Queries are accepted as POST requests only"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "The request comes from another site"
    return ""


def allowed_hosts() -> frozenset[str]:
    """Return the host names of the UI: those of this machine, and those of ``INSPECTIONS_UI_HOSTS``."""
    names = os.environ.get(HOSTS_VARIABLE, "").split(",")
    return LOOPBACK_HOSTS | {name.strip() for name in names if name.strip()}


def _host_name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def run_webserver() -> None:
    """Run Dagster's webserver with the guard, with the arguments of ``dagster-webserver``."""
    # Imported here: the guard itself needs no webserver.
    import dagster_webserver.cli as webserver_cli  # noqa: PLC0415
    from dagster_webserver.webserver import DagsterWebserver  # noqa: PLC0415

    create_app: Callable[..., App] = DagsterWebserver.create_asgi_app

    def create_guarded_app(self: object, **kwargs: object) -> App:
        return guard(create_app(self, **kwargs), allowed_hosts())

    DagsterWebserver.create_asgi_app = create_guarded_app  # type: ignore[method-assign, assignment]
    webserver_cli.main()  # type: ignore[no-untyped-call]


def run_dev() -> None:
    """Run ``dagster dev`` in DAGSTER_HOME with the guarded webserver."""
    # Imported here: the webserver of a cluster needs neither.
    import dagster._cli.dev as dev_cli  # noqa: PLC0415

    from orchestration.sqlite_history import open_instance  # noqa: PLC0415

    dev: Any = dev_cli
    open_process = dev.open_ipc_subprocess

    def open_guarded(parts: list[str], **kwargs: object) -> object:
        if parts[1:3] == ["-m", _WEBSERVER_MODULE]:
            parts = [parts[0], "-m", __spec__.name, "webserver", *parts[3:]]
        return open_process(parts, **kwargs)

    dev.open_ipc_subprocess = open_guarded
    # All processes of the UI, and those of runs, get the settings of this instance.
    dev.get_possibly_temporary_instance_for_cli = lambda *_args, **_options: open_instance(
        Path(os.environ["DAGSTER_HOME"])
    )
    dev.dev_command()


if __name__ == "__main__":
    if sys.argv[1:2] == ["webserver"]:
        del sys.argv[1]
        run_webserver()
    else:
        run_dev()
