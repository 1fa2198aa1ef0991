"""Dagster's face of the website: pages made of the current release.

Reports' files are drawn as they are read, in workers with a time and memory limit.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg

from assets.extraction.evidence import ReportPage, page_images
from assets.extraction.worker_pool import WorkerFailure
from assets.release import releases
from assets.resources import WRITER_POOL, Warehouse
from assets.storage.filesystem import download, is_local, sync_dir
from assets.table_assets import OWNERS
from assets.website.build import Draw, build_website


@dg.asset(deps=["release"], group_name="website", kinds={"html"}, owners=OWNERS, pool=WRITER_POOL)
def website(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Pages about every authority and report, a search, national charts, downloads and a feed.

    A folder that any web server can serve. It is built aside and takes the old one's place when it is whole.
    """
    release = releases.current(warehouse.path)
    if release is None:
        raise dg.Failure("There is no release yet to make a website of")

    def draw(pages: Sequence[ReportPage]) -> Iterator[tuple[ReportPage, bytes]]:
        for (report_id, page), png in page_images(warehouse.path, pages).items():
            if isinstance(png, WorkerFailure):
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
    if is_local(folder):
        return build_website(release, folder, draw)
    with TemporaryDirectory() as aside:
        copy, made = Path(aside) / release.name, Path(aside) / folder.name
        download(release, copy)
        pages = build_website(copy, made, draw)
        sync_dir(made, folder)
    return pages
