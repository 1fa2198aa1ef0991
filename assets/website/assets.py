"""Dagster's face of the website: pages made of the current release.

Reports' files are drawn as they are read, in workers with a time and memory limit.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg

from assets.extraction.workers import Lost
from assets.release import releases
from assets.release.evidence import ReportPage, page_pictures
from assets.tables.assets import OWNERS
from assets.tables.places import bring, is_here, mirror
from assets.website.building import Draw, build
from orchestration.resources import WRITER_POOL, Warehouse


@dg.asset(deps=["release"], group_name="website", kinds={"html"}, owners=OWNERS, pool=WRITER_POOL)
def website(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Pages about every authority and report, a search, national charts, downloads and a feed.

    A folder that any web server can serve. It is built aside and takes the old one's place when it is whole.
    """
    release = releases.current(warehouse.path)
    if release is None:
        raise dg.Failure("There is no release yet to make a website of")

    def draw(pages: Sequence[ReportPage]) -> Iterator[tuple[ReportPage, bytes]]:
        for (report_id, page), png in page_pictures(warehouse.path, pages).items():
            if isinstance(png, Lost):
                context.log.warning(f"No picture of page {page} of report {report_id}: {png.why}")
            else:
                yield (report_id, page), png

    folder = warehouse.path / "website"
    pages = _build(release, folder, draw)
    metadata: Mapping[str, dg.MetadataValue | int | str] = {
        "version": release.name,
        "pages": pages,
        "folder": dg.MetadataValue.path(str(folder)),
    }
    return dg.MaterializeResult(metadata=metadata)


def _build(release: Path, folder: Path, draw: Draw) -> int:
    """Build the website here; what belongs in an object store is then sent there, in place of the old."""
    if is_here(folder):
        return build(release, folder, draw)
    with TemporaryDirectory() as aside:
        copy, made = Path(aside) / release.name, Path(aside) / folder.name
        bring(release, copy)
        pages = build(copy, made, draw)
        mirror(made, folder)
    return pages
