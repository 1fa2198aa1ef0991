"""The guard of the UI against other websites, and runs that try to choose the folder or the site."""

import asyncio

import dagster as dg
import pytest

from orchestration.definitions import build_definitions
from orchestration.deploy.webserver import HOSTS_VARIABLE, allowed_hosts, guard

UI = "127.0.0.1:3000"


async def app(scope, _receive, send):
    """The app behind the guard."""
    kind = "websocket.accept" if scope["type"] == "websocket" else "http.response.start"
    await send({"type": kind, "status": 200})


def request(method="POST", path="/graphql", query=b"", kind="http", **headers):
    """Return the first message of the answer to a request."""
    sent = []

    async def send(message):
        sent.append(message)

    encoded = [
        (name.replace("_", "-").encode(), value.encode()) for name, value in ({"host": UI} | headers).items()
    ]
    scope = {"type": kind, "method": method, "path": path, "query_string": query, "headers": encoded}
    asyncio.run(guard(app, allowed_hosts())(scope, None, send))
    return sent[0]


@pytest.mark.parametrize(
    "accepted",
    [
        {"origin": f"http://{UI}", "sec_fetch_site": "same-origin"},
        {},  # a program
        {"host": "localhost:3000", "origin": "http://localhost:3000"},
        {"method": "GET", "path": "/graphql"},  # the page of GraphiQL
        {"method": "GET", "path": "/runs", "sec_fetch_site": "cross-site"},  # a link to the UI
        {"kind": "websocket", "origin": f"http://{UI}"},
    ],
)
def test_requests_of_the_ui_are_passed_on(accepted):
    assert request(**accepted)["type"] in ("http.response.start", "websocket.accept")
    assert request(**accepted)["status"] == 200


@pytest.mark.parametrize(
    "refused",
    [
        {"method": "GET", "query": b"query=mutation+%7B%7D"},  # an image or a form of another site
        {"sec_fetch_site": "cross-site"},
        {"origin": "https://attacker.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000"},  # another server of the same machine
        {"host": "attacker.example:3000", "origin": "http://attacker.example:3000"},  # DNS rebinding
        {"method": "GET", "path": "/", "host": "attacker.example"},
        {"host": "["},
    ],
)
def test_requests_of_other_sites_are_refused(refused):
    assert request(**refused)["status"] == 403


def test_websocket_of_another_site_is_closed():
    assert request(kind="websocket", origin="https://attacker.example")["type"] == "websocket.close"


def test_hosts_of_a_proxy_are_accepted(monkeypatch):
    monkeypatch.setenv(HOSTS_VARIABLE, "ui.example.org, ")
    assert request(host="ui.example.org", origin="https://ui.example.org")["status"] == 200


@pytest.mark.parametrize(
    ("resource", "config"),
    [
        ("warehouse", {"folder": "/tmp/elsewhere"}),
        ("site", {"url": "http://127.0.0.1:1"}),
        ("clock", {"at": ""}),
    ],
)
def test_no_run_can_choose_folder_site_or_time(resource, config):
    job = build_definitions().resolve_job_def("crawl_site")
    with pytest.raises(dg.DagsterInvalidConfigError, match="unexpected config entry"):
        job.execute_in_process(run_config={"resources": {resource: {"config": config}}})
