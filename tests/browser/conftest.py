"""Fixtures of the browser tests: a headless browser, a web server, and the website with the SQL box."""

import os
import shutil
import subprocess
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from assets.release import releases
from assets.website.build import SQL_BOX, build_website
from tests.support.browser import TIMEOUT, open_chromium
from tests.support.servers import serve_folder

ROOT = Path(__file__).parents[2]


def require_program(name, purpose):
    """Return the path of a program; without it skip the test, or fail in CI, which installs it."""
    path = shutil.which(name)
    if not path:
        assert "CI" not in os.environ, f"{name} is missing, but CI installs it"
        pytest.skip(f"{name} is not installed; needed to {purpose}")
    return path


def wait_until(page, expression, argument=None):
    """Evaluate an expression in a page until it is true.

    ``page.wait_for_function`` evaluates again inside the page, which the policy of the website forbids: it
    fails unless the expression is true at once.
    """
    deadline = time.monotonic() + TIMEOUT / 1000
    while not page.evaluate(expression, argument):
        assert time.monotonic() < deadline, f"not true within {TIMEOUT / 1000} s: {expression}"
        page.wait_for_timeout(50)


def stop_timers(page):
    """Keep what a page shows for some seconds only, such as "Copied", until a test has seen it."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))


@pytest.fixture(scope="session")
def site_with_sql_box(sample_release, build_once):
    """The website of the sample with the SQL box, bundled as ``make website`` does; read only."""
    require_program("npm", "bundle the SQL box")
    bundle = SQL_BOX / "box.js"

    # npm replaces the folder of its packages: two processes that bundle at once remove each other's files.
    def make(folder):
        make_bundle = ["make", str(bundle.relative_to(ROOT))]
        made = subprocess.run(make_bundle, cwd=ROOT, check=True, capture_output=True, text=True)
        assert bundle.exists(), made.stdout + made.stderr
        build_website(releases.current(sample_release), folder / "website")

    return build_once("sample-website-with-sql-box", make) / "website"


@pytest.fixture(scope="session")
def address_of():
    """A function that serves a folder on loopback and returns its address, with a slash at the end."""
    with ExitStack() as servers:
        yield cache(lambda folder: f"{servers.enter_context(serve_folder(folder))}/")


@pytest.fixture(scope="session")
def chromium():
    require_program("chromium", "open pages")
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def visit(chromium, address_of):
    """A function that opens a page of a website.

    After the test it asserts that the pages caused no error, no dialog and no request to another host.
    """
    contexts, problems = [], []

    def open_page(folder, path, width=1440, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        base = address_of(folder)

        def check_console(message):
            if message.type == "error":
                problems.append(message.text)

        def check_request(request):
            if not request.url.startswith((base, "data:", "blob:")):
                problems.append(request.url)

        page.on("console", check_console)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        page.on("request", check_request)
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
