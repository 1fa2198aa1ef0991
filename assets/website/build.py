"""The website, made whole beside the one that is served, and put in its place.

Every page is one template and what it is given; everything from a report is escaped by the templates. The
same release gives the same bytes: dates are those of the data, never of the day of building. Files of the
release are linked into ``downloads``, not copied, where the disk allows.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assets.extraction.evidence import ReportPage
from assets.website import labels
from assets.website.data_pages import definitions
from assets.website.national import write_numbers
from assets.website.pages import PageError, address, pages
from assets.website.queries import SiteData, read_release
from assets.website.search_index import anchor, write_search_index

_HERE = Path(__file__).parent
#: The bundle of the SQL box, made by ``make website`` where npm is there.
BOX = _HERE / "sql_box" / "dist"
#: Draws pages with what was read on them: gives each that could be drawn with its PNG.
Draw = Callable[[Sequence[ReportPage]], Iterable[tuple[ReportPage, bytes]]]


class WebsiteError(Exception):
    """The website cannot be built: one sentence that says why."""


def build_website(release: Path, website: Path, draw: Draw | None = None, box: Path = BOX) -> int:
    """Build the website of a release in place of the one that is there; return the number of its pages.

    Args:
        release: The release's folder.
        website: Where the website goes; whoever reads it sees the old one or the new one.
        draw: Draws the evidence of issues; without it pages show none.
        box: Folder of the SQL box's bundle; without it the website has no box, and says so.

    Raises:
        WebsiteError: A report's number cannot be an address, or a folder cannot be written.
    """
    try:
        website.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=website.parent, prefix=".new-website-") as aside:
            new = Path(aside) / "new"
            count = _fill(new, release, draw, box)
            if website.exists():
                website.rename(Path(aside) / "old")
            new.rename(website)
    except PageError as error:
        raise WebsiteError(str(error)) from error
    except OSError as error:
        raise WebsiteError(f"cannot write {website}: {error.strerror or error}") from error
    return count


def _fill(folder: Path, release: Path, draw: Draw | None, box: Path) -> int:
    content = read_release(release)
    shutil.copytree(_HERE / "static", folder / "static")
    has_box = (box / "box.js").is_file()
    if has_box:
        shutil.copytree(box, folder / "static" / "sql")
        _write_json(folder / "static" / "sql" / "definitions.json", definitions())
    _link(release, folder / "downloads")
    write_numbers(folder / "national", content)
    write_search_index(release, content, folder / "search" / "index")
    pictures = _draw_evidence(folder, content, draw)
    templates = _templates(content)
    made = list(pages(content, pictures, has_box))
    for page in made:
        up = "../" * (len(PurePosixPath(page.path).parts) - 1) or "./"
        text = templates.get_template(page.template).render(page.given, up=up)
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(made)


def _templates(content: SiteData) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": labels.day,
        "short_day": labels.short_day,
        "plain": labels.label_of,
        "size": labels.size,
        "anchor": anchor,
    }
    environment.globals |= {"words": labels, "facts": content.facts, "version": content.index["version"]}
    return environment


def _draw_evidence(folder: Path, content: SiteData, draw: Draw | None) -> Mapping[ReportPage, str]:
    """Draw the pages of reports on which something is wrong; return where each picture lies."""
    places = sorted({(row["report_id"], row["page"]) for row in content.answers["issues"] if row["page"]})
    drawn: dict[ReportPage, str] = {}
    for place, png in draw(places) if draw else ():
        report_id, page = place
        path = folder / "reports" / address(report_id) / f"page-{page}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
        drawn[place] = path.name
    return drawn


def _link(release: Path, folder: Path) -> None:
    """Give the website the release's files, without writing them twice where the disk allows."""
    shutil.copytree(release, folder, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
