"""The asset ``website``: the pages about the current release.

Evidence images are rendered in worker processes with a time and memory limit.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import dagster as dg
from pydantic import Field

from assets.extraction.evidence import ReportPage, page_images
from assets.extraction.worker_pool import WorkerFailure
from assets.release import pruning, releases
from assets.resources import WRITER_POOL, Warehouse
from assets.settings import read_settings
from assets.storage.filesystem import download, is_local
from assets.storage.versions import publish_version
from assets.table_assets import OWNERS
from assets.website.build import RenderPages, build_website
from assets.website.sharing.addresses import Addresses

#: The page at the root of a website in an object store.
ENTRANCE_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<meta charset="utf-8">
<title>Children's services inspections</title>
<meta http-equiv="refresh" content="0; url={version}/index.html">
<p><a href="{version}/index.html">Children's services inspections</a></p>
</html>
"""


class WebsiteConfig(dg.Config):
    """What a run of the asset ``website`` can be told."""

    release: str = Field(
        default="", description="version whose website to build; the current release if empty"
    )


@dg.asset(deps=["release"], group_name="website", kinds={"html"}, owners=OWNERS, pool=WRITER_POOL)
def website(
    context: dg.AssetExecutionContext, config: WebsiteConfig, warehouse: Warehouse
) -> dg.MaterializeResult[None]:
    """Static pages about every authority and report, a search, national charts, downloads and a feed.

    Any web server can serve the folder. It is built separately and replaces the previous one when complete.
    """
    release = (
        releases.find(warehouse.path, config.release) if config.release else releases.current(warehouse.path)
    )
    if release is None:
        raise dg.Failure("The website cannot be built: the warehouse has no release")
    pruning.require_all_formats(release)

    def render_pages(pages: Sequence[ReportPage]) -> Iterator[tuple[ReportPage, bytes]]:
        for (report_id, page), png in page_images(warehouse.path, pages).items():
            if isinstance(png, WorkerFailure):
                context.log.warning(f"No image of page {page} of report {report_id}: {png.reason}")
            else:
                yield (report_id, page), png

    folder = warehouse.path / "website"
    settings = read_settings()
    addresses = Addresses(settings.website_url, settings.mistakes_address)
    page_count = _build(release, folder, render_pages, addresses)
    metadata: Mapping[str, dg.MetadataValue | int | str] = {
        "version": release.name,
        "pages": page_count,
        "folder": dg.MetadataValue.path(str(folder)),
    }
    return dg.MaterializeResult(metadata=metadata)


def _build(release: Path, folder: Path, render_pages: RenderPages, addresses: Addresses) -> int:
    """Build the website; for a remote warehouse, build it elsewhere and upload it as a version."""
    if is_local(folder):
        return build_website(release, folder, render_pages, addresses=addresses)
    with TemporaryDirectory() as staging:
        local_release, local_folder = Path(staging) / release.name, Path(staging) / folder.name
        download(release, local_release)
        page_count = build_website(local_release, local_folder, render_pages, addresses=addresses)
        version = f"{release.name}-{uuid4().hex[:8]}"  # a release's website can be built again
        publish_version(local_folder, folder, version, ENTRANCE_PAGE.format(version=version).encode())
    return page_count
