"""The headless browser of the browser tests and of the pictures of the documentation."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

#: Milliseconds to wait for a page; more than the default, for busy machines.
TIMEOUT = 120_000
FLAGS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start the installed Chromium, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, timeout=TIMEOUT
        )
        yield browser
        browser.close()
