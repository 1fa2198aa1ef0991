"""Builds the website in a temporary folder next to the published one, then exchanges the two.

Each page is a template and its context; the templates escape all text. The same release produces the same
bytes: all dates come from the data, none from the clock. The release's files are hard-linked into
``downloads`` where the file system allows it. The search index of many texts, which takes as long as all
pages, is written in a second process.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pebble import ProcessPool

from assets.extraction.evidence import ReportPage
from assets.extraction.worker_pool import process_context
from assets.schema.vocabularies import GRADES
from assets.storage.atomic_write import replace_dir
from assets.website import labels
from assets.website.csv_files import write_csv
from assets.website.data_pages import coverage_figure, release_files, sql_definitions, sql_fragment
from assets.website.figures import figure_style, write_figures
from assets.website.overviews.map import map_figures
from assets.website.overviews.national import national_figures
from assets.website.pages import PageError, path_segment, site_pages
from assets.website.queries import Row, Rows, SiteData, read_release
from assets.website.search_index import anchor, authority_names, filter_choices, write_search_index
from assets.website.sharing.addresses import NO_ADDRESSES, Addresses
from assets.website.sharing.cards import draw_card
from assets.website.sharing.citation import report_citation
from assets.website.sharing.feeds import authority_feed, region_feed

_PACKAGE = Path(__file__).parent
#: Bundle of the SQL box; ``make website`` builds it if npm is installed.
SQL_BOX = _PACKAGE / "sql_box" / "dist"
#: To start a process takes longer than to write the search index of this number of texts.
_FEW_TEXTS = 2000
#: Renders evidence images: yields each page that could be rendered with its PNG.
RenderPages = Callable[[Sequence[ReportPage]], Iterable[tuple[ReportPage, bytes]]]


class WebsiteError(Exception):
    """The website cannot be built; the message is one sentence that states the reason."""


def build_website(
    release: Path,
    website: Path,
    render_pages: RenderPages | None = None,
    sql_box: Path = SQL_BOX,
    addresses: Addresses = NO_ADDRESSES,
) -> int:
    """Build the website of a release and replace the previous website; return the number of pages.

    Readers see the previous website or the new one, never a mixture (``replace_dir``). If the build fails,
    the previous website remains.

    Args:
        release: Folder of the release.
        website: Folder of the website.
        render_pages: Renders evidence images of issues; without it, pages have none.
        sql_box: Folder of the SQL box's bundle; without it, the SQL page shows only examples.
        addresses: The public address of the website, and where readers report mistakes.

    Raises:
        WebsiteError: A report ID cannot be part of a path, or a file cannot be written.
    """
    try:
        website.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=website.parent, prefix=".new-website-") as staging:
            new = Path(staging) / "new"
            page_count = _write_website(new, release, render_pages, sql_box, addresses)
            replace_dir(new, website)
    except PageError as error:
        raise WebsiteError(str(error)) from error
    except OSError as error:
        raise WebsiteError(f"cannot write {website}: {error.strerror or error}") from error
    return page_count


def _write_website(
    folder: Path, release: Path, render_pages: RenderPages | None, sql_box: Path, addresses: Addresses
) -> int:
    site = read_release(release)
    templates = _templates(site, addresses)
    _write_static_files(folder / "static", site, templates, sql_box)
    shutil.copytree(release, folder / "downloads", copy_function=_link_or_copy)
    _link_releases(folder / "releases", site)
    write_figures(folder, [*national_figures(site), *map_figures(site), coverage_figure(site)], templates)
    index = (release, filter_choices(site), authority_names(site), folder / "search" / "index")
    text_count = sum(row["texts"] for row in site.results["text_counts"])
    run = _afterwards if text_count <= _FEW_TEXTS else _in_second_process
    with run(write_search_index, *index):
        evidence_images = _write_evidence(folder, site, render_pages)
        return _write_pages(folder, site, templates, evidence_images, _has_sql_box(sql_box), addresses)


@contextmanager
def _afterwards(function: Callable[..., None], *arguments: object) -> Iterator[None]:
    """Run a function at the end of the context."""
    yield
    function(*arguments)


@contextmanager
def _in_second_process(function: Callable[..., None], *arguments: object) -> Iterator[None]:
    """Run a module-level function in another process while the context lasts; raise its error at the end."""
    pool = ProcessPool(max_workers=1, context=process_context())
    try:
        future = pool.schedule(function, args=arguments)
        yield
        future.result()
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _write_pages(
    folder: Path,
    site: SiteData,
    templates: Environment,
    evidence_images: Mapping[ReportPage, str],
    has_sql_box: bool,
    addresses: Addresses,
) -> int:
    page_count = 0
    for page in site_pages(site, evidence_images, has_sql_box, addresses):
        root = "../" * (len(PurePosixPath(page.path).parts) - 1) or "./"
        variables = {"root": root, "address": page.address, "card": page.card_path, **page.context}
        text = templates.get_template(page.template).render(variables)
        path = folder / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for name, content in page.files:
            _write_data(path.parent / name, content)
        if page.card and addresses.base:
            (folder / page.card_path).write_bytes(draw_card(page.card, site.about["title"]))
        page_count += 1
    return page_count


def _write_data(path: Path, content: Rows | Row) -> None:
    """Write a file next to a page: rows as CSV, an object as JSON."""
    if isinstance(content, list):
        write_csv(path, content)
    else:
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


class _RowEnvironment(Environment):
    """Reads ``row.column`` from the row first.

    Jinja asks for an attribute first, and most values of pages are columns of rows, which have none.
    """

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def _templates(site: SiteData, addresses: Addresses) -> Environment:
    environment = _RowEnvironment(
        loader=FileSystemLoader(_PACKAGE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**labels.FILTERS, "anchor": anchor, "sql_fragment": sql_fragment}
    environment.globals |= {
        "about": site.about,
        "version": site.manifest["version"],
        "addresses": addresses,
        "dates": site.results["dates"][0],
        "authority_feed": authority_feed,
        "region_feed": region_feed,
        "search_names": site.search_names,
        "report_citation": report_citation,
    }
    return environment


def _write_static_files(folder: Path, site: SiteData, templates: Environment, sql_box: Path) -> None:
    """Write the scripts and style sheets; the one of the grades' colours is derived from the vocabularies."""
    shutil.copytree(_PACKAGE / "static", folder)
    rules = templates.get_template("grades.css").render(areas=labels.wide_columns(), grades=GRADES)
    (folder / "grades.css").write_text(rules, encoding="utf-8")
    (folder / "figures.css").write_text(figure_style(templates), encoding="utf-8")
    if _has_sql_box(sql_box):
        shutil.copytree(sql_box, folder / "sql")
        definitions = json.dumps(sql_definitions(site), ensure_ascii=False, separators=(",", ":"))
        (folder / "sql" / "definitions.json").write_text(definitions, encoding="utf-8")


def _link_releases(folder: Path, site: SiteData) -> None:
    """Keep the dataset of this release and of the ones before it at a permanent address."""
    for version in site.versions:
        source, target = site.release.parent / version["version"], folder / version["version"]
        for name in release_files(version):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(str(source / name), str(target / name))


def _has_sql_box(sql_box: Path) -> bool:
    return (sql_box / "box.js").is_file()


def _write_evidence(
    folder: Path, site: SiteData, render_pages: RenderPages | None
) -> Mapping[ReportPage, str]:
    """Write an image of every report page with a known issue; return the images' file names."""
    pages = sorted({(row["report_id"], row["page"]) for row in site.results["known_issues"] if row["page"]})
    names: dict[ReportPage, str] = {}
    for (report_id, page), png in render_pages(pages) if render_pages else ():
        path = folder / "reports" / path_segment(report_id) / f"page-{page}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
        names[report_id, page] = path.name
    return names


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
