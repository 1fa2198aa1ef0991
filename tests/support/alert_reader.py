"""The operator of a deployment, for tests, who reads only what the alert sensor posts to a webhook."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg

from assets.resources import Clock, Warehouse
from orchestration.definitions import build_definitions
from orchestration.local_site.server import running


@contextmanager
def webhook(*answers: int) -> Iterator[tuple[str, list[dict]]]:
    """Yield an address and the messages posted to it; it gives each answer once, and then 200."""
    posted: list[dict] = []
    left = list(answers)

    class Recorder(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(left.pop(0) if left else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with running(HTTPServer(("127.0.0.1", 0), Recorder)) as url:
        yield f"{url}/services/secret", posted


@dataclass
class Operator:
    """A deployment whose operator reads only alerts."""

    warehouse: Path
    instance: dg.DagsterInstance
    cursor: str | None = None

    def tick(self, at: str) -> str:
        """Evaluate the sensor at a time (UTC); the cursor moves on as in the daemon. Return what it says."""
        definitions = build_definitions(warehouse=Warehouse(folder=str(self.warehouse)), clock=Clock(at=at))
        with dg.build_sensor_context(
            self.instance, cursor=self.cursor, resources=definitions.resources
        ) as context:
            tick = definitions.resolve_sensor_def("alert_sensor").evaluate_tick(context)
        self.cursor = tick.cursor
        return tick.skip_message

    def crawled(self, **metadata) -> None:
        """Record a crawl, now."""
        self.instance.report_runless_asset_event(dg.AssetMaterialization("publications", metadata=metadata))
