"""Takes the pictures of the documentation: of the website, and of the Dagster UI.

Run it when what they show has changed: ``python -m tests.support.pictures website WEBSITE``, with the folder
of a built website, and ``python -m tests.support.pictures ui``, which takes the steps of docs/ui/README.md on
the embedded sample.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Page

from tests.support import sample
from tests.support.browser import TIMEOUT, open_chromium
from tests.support.dagster_ui import RELOAD, ROOT, UI, serve_ui, wait_for
from tests.support.fake_site import serve
from tests.support.servers import serve_folder

#: Colours of a picture: few, so that its file is small.
COLOURS = 128
#: Pictures of the website: name and path of the page.
WEBSITE_PICTURES = {"home": "", "authority": "authorities/80442/"}
#: The report that is damaged, its path on the site, and its year.
REPORT, REPORT_PATH, YEAR = "50177455", "inspection/50177455.pdf", "2022"
REVALIDATE = {"ops": {"report_files": {"config": {"revalidate": True}}}}
REVALIDATE_YAML = "ops:\n  report_files:\n    config:\n      revalidate: true\n"
BACKFILLS = "query { partitionBackfillsOrError { ... on PartitionBackfills { results { status } } } }"


@contextmanager
def open_page(width: int, height: int, scale: float = 1) -> Iterator[Page]:
    """Open an empty page of this size, in pixels."""
    with open_chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
        page.set_default_timeout(TIMEOUT)
        yield page


def save_picture(page: Page, path: Path) -> None:
    """Save what a page shows as a small PNG file."""
    with Image.open(BytesIO(page.screenshot())) as picture:
        reduced = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)
    click.echo(path.relative_to(ROOT))


def website_pictures(website: Path) -> None:
    """Save the pictures of the website."""
    with serve_folder(website) as url, open_page(1200, 1450, 0.75) as page:
        for name, path in WEBSITE_PICTURES.items():
            page.goto(f"{url}/{path}", wait_until="networkidle")
            save_picture(page, ROOT / "docs" / "website" / f"{name}.png")


def ui_pictures(folder: Path) -> None:
    """Save the pictures of the UI: build everything, damage a report, repair it, change the parser."""
    site, code = folder / "site", folder / "code"
    shutil.copytree(sample.FOLDER, site)
    code.mkdir()
    with serve(site) as fake_site, serve_ui(code, fake_site.url) as ui, open_page(1400, 850) as page:
        _build_everything(ui, page)
        whole = (site / REPORT_PATH).read_bytes()
        (site / REPORT_PATH).write_bytes(whole[:1000] + bytes(209_000) + whole[210_000:])
        _launch_year(ui, page)
        _picture_of_check(ui, page, "flagged", "Failed")
        (site / REPORT_PATH).write_bytes(whole)
        ui.done(ui.launch("update_reports", years=(YEAR,), config=REVALIDATE))
        _picture_of_check(ui, page, "repaired", "Passed")
        page.goto(f"{ui.url}/assets/judgements?view=events")
        page.get_by_role("row", name="grades").get_by_text("Show Markdown").click()
        page.get_by_role("dialog").get_by_role("table").wait_for()
        _save(page, "grades")
        source = ui.code / "assets" / "parsing" / "grammar" / "dates.py"
        source.write_text(source.read_text(encoding="utf-8") + "# another line\n", encoding="utf-8")
        ui.ask(RELOAD)
        page.goto(f"{ui.url}/assets/judgements?view=partitions&partition={YEAR}")
        page.get_by_text("Unsynced").first.wait_for()
        _save(page, "stale")


def _save(page: Page, name: str) -> None:
    save_picture(page, ROOT / "docs" / "ui" / f"{name}.png")


def _build_everything(ui: UI, page: Page) -> None:
    page.goto(f"{ui.url}/asset-groups")
    page.get_by_text("website").last.wait_for()
    _save(page, "groups")
    page.get_by_role("button", name="Materialize all").first.click()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_text("[2009...2026]").or_(page.locator("input[value='[2009...2026]']")).first.wait_for()
    _save(page, "all_years")
    page.get_by_role("button", name="Launch backfill").click()

    def completed() -> bool:
        return any(backfill["status"].startswith("COMPLETED") for backfill in ui.ask(BACKFILLS)["results"])

    wait_for(completed)
    page.goto(f"{ui.url}/locations/orchestration.definitions/asset-groups/reports")
    page.get_by_text("100% filled").first.wait_for()
    _save(page, "lineage")


def _launch_year(ui: UI, page: Page) -> None:
    """Launch the job for the year of the report in the launchpad, and wait until its run has ended."""
    page.goto(f"{ui.url}/locations/orchestration.definitions/jobs/update_reports/playground")
    page.get_by_placeholder("Partition").click()
    page.get_by_role("menuitem", name=YEAR).or_(page.get_by_text(YEAR, exact=True)).first.click()
    page.locator(".CodeMirror").first.evaluate(
        "(node, text) => node.CodeMirror.setValue(text)", REVALIDATE_YAML
    )
    page.get_by_text("No errors").wait_for()
    _save(page, "one_year")
    page.get_by_role("button", name="Launch Run").click()
    ui.done(pipelineName="update_reports")


def _picture_of_check(ui: UI, page: Page, name: str, result: str) -> None:
    """Save the picture of the check that a report is damaged, which must have this result."""
    page.goto(f"{ui.url}/assets/extraction_issues?view=checks&checkDetail=unreadable")
    page.get_by_text("Evaluation result").locator("xpath=..").get_by_text(result).wait_for()
    page.get_by_text("View documentation").wait_for()
    _save(page, name)


@click.group()
def main() -> None:
    """Take the pictures of the documentation."""


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def website(folder: Path) -> None:
    """Take the pictures of a built website."""
    website_pictures(folder)


@main.command()
def ui() -> None:
    """Take the pictures of the Dagster UI on the embedded sample, in about ten minutes."""
    with tempfile.TemporaryDirectory() as folder:
        ui_pictures(Path(folder))


if __name__ == "__main__":
    main()
