"""Websites of real releases, and a real browser to look at them with."""

import os
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from assets.database.build import database_path
from assets.extraction.evidence import page_image
from assets.release import releases
from assets.website.build import BOX, build_website

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


def needed(program, what):
    """Return where a program is; without it, skip, but never in CI, whose script installs it."""
    found = shutil.which(program)
    if not found:
        assert "CI" not in os.environ, f"{program} is missing: .ci/run should have installed it"
        pytest.skip(f"{program} is not installed: {what}")
    return found


@pytest.fixture(scope="session")
def sample_release(sample_warehouse, tmp_path_factory):
    """A warehouse with the sample's release, to be read only."""
    warehouse = tmp_path_factory.mktemp("sample-release")
    shutil.copy(database_path(sample_warehouse), warehouse)
    for folder in ("archive", "parquet"):
        (warehouse / folder).symlink_to(sample_warehouse / folder)
    releases.publish(warehouse)
    return warehouse


@pytest.fixture(scope="session")
def draw(sample_release):
    """Draws the evidence of the sample's issues."""
    return lambda places: [(place, page_image(sample_release, *place, small=True)) for place in places]


@pytest.fixture(scope="session")
def site(sample_release, draw):
    """The sample's website, without the SQL box."""
    folder = sample_release / "website"
    build_website(releases.current(sample_release), folder, draw, box=Path("nowhere"))
    return folder


@pytest.fixture(scope="session")
def site_with_box(sample_release):
    """The sample's website with the SQL box, bundled as `make website` does."""
    needed("npm", "the SQL box cannot be bundled")
    subprocess.run(["make", str(BOX.relative_to(ROOT) / "box.js")], cwd=ROOT, check=True, capture_output=True)
    folder = sample_release / "with-box"
    build_website(releases.current(sample_release), folder)
    return folder


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def served():
    """Serve folders on loopback: ``served(folder)`` is the address."""
    servers = {}

    def serve(folder):
        if folder not in servers:
            server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers[folder] = server
        return f"http://127.0.0.1:{servers[folder].server_port}/"

    yield serve
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium():
    path = needed("chromium", "pages cannot be looked at")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, served):
    """Open a page; at the end of the test nothing was complained of and no other host was asked."""
    contexts, complaints = [], []

    def open_page(folder, path, width=1440, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        base = served(folder)
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((base, "data:", "blob:")) else complaints.append(request.url)
            ),
        )
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
