"""``SiteClient`` against a fake site with faults."""

import hashlib
import itertools
import tracemalloc
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assets.publications.client import (
    LIVE_SITE_URL,
    ForbiddenError,
    GoneError,
    NotPdfError,
    RefusedError,
    SiteClient,
    SiteError,
    TimedOutError,
    TooLargeError,
    TruncatedError,
    UnavailableError,
    user_agent,
)
from tests.support.fake_site import Fault, folders, serve
from tests.support.fake_site.faults import (
    dripping,
    endless,
    garbled,
    gzip_bomb,
    page,
    redirected,
    reset,
    shortened,
    slow,
    status,
    truncated,
    with_headers,
)
from tests.support.fault_table import Theme, proves

PROVIDER = f"{LIVE_SITE_URL}/provider/44/80442"
FILE = "https://files.ofsted.gov.uk/v1/file/50177343"
REMOVED = "https://files.ofsted.gov.uk/v1/file/50004190"


@pytest.fixture
def folder(tmp_path):
    rows = [folders.row(80442, "50177343"), folders.row(80442, "50004190", path="")]
    return folders.write(tmp_path / "site", rows)


@pytest.fixture
def fake_site(folder):
    with serve(folder) as running_site:
        yield running_site


@pytest.fixture
def site(fake_site, quick):
    with SiteClient(fake_site.url, quick) as client:
        yield client


def intervals(fake_site, prefix="/provider"):
    """Return the seconds between consecutive requests for paths with a prefix."""
    times = [request.time for request in fake_site.requests if request.path.startswith(prefix)]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_page_body_and_user_agent(site, fake_site):
    assert b"Authority 80442" in site.page(PROVIDER)
    assert {request.user_agent for request in fake_site.requests} == {user_agent()}


def fetching(name, does, *values):
    """Return a test parameter that documents a fault of the site."""
    return pytest.param(*values, id=name, marks=proves(name, theme=Theme.FETCHING, does=does))


RETRIED = "tries up to five times in all, with exponential back-off"


@pytest.mark.parametrize(
    ("effect", "limits"),
    [
        fetching("The site takes too long to answer", RETRIED, slow(0.8), {"page_timeout": 0.5}),
        fetching("The connection is reset", RETRIED, reset(), {}),
        fetching("429 without Retry-After", RETRIED, status(429), {}),
        fetching("500, 502 or 503", RETRIED, status(503), {}),
        fetching("A body shorter than its Content-Length", RETRIED, truncated(), {}),
        fetching("A body sent byte by byte", RETRIED, dripping(0.02), {"max_body_seconds": 0.5}),
        fetching("A body with an invalid Content-Encoding", RETRIED, garbled(), {}),
    ],
)
def test_transient_failures_are_retried(fake_site, quick, effect, limits):
    fake_site.faults["/provider/*"] = Fault(effect, times=2)
    with SiteClient(fake_site.url, replace(quick, **limits)) as site:
        assert b"Authority 80442" in site.page(PROVIDER)
    assert len(fake_site.paths("/provider")) == 3


@pytest.mark.parametrize(
    ("effect", "limits", "kind", "reason"),
    [
        (status(503), {}, UnavailableError, "answered 503"),
        (slow(0.8), {"page_timeout": 0.5}, TimedOutError, "took too long"),
        (reset(), {}, UnavailableError, "cannot be reached: .*reset by peer"),
        (truncated(), {}, TruncatedError, "broke off"),
    ],
)
def test_gives_up_after_five_attempts(fake_site, quick, effect, limits, kind, reason):
    fake_site.faults["/provider/*"] = Fault(effect)
    with (
        SiteClient(fake_site.url, replace(quick, **limits)) as site,
        pytest.raises(kind, match=rf"^{fake_site.url}/provider/44/80442 {reason}") as error,
    ):
        site.page(PROVIDER)
    assert type(error.value) is kind
    assert len(fake_site.paths("/provider")) == 5


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, RefusedError), (401, RefusedError), (403, ForbiddenError), (404, GoneError), (410, GoneError)],
)
def test_permanent_failures_are_not_retried(site, fake_site, code, kind):
    fake_site.faults["/provider/*"] = Fault(status(code))
    with pytest.raises(kind, match=str(code)) as error:
        site.page(PROVIDER)
    assert type(error.value) is kind
    assert len(fake_site.paths("/provider")) == 1


def test_retry_delay_doubles(fake_site, quick):
    fake_site.faults["/provider/*"] = Fault(status(500))
    with SiteClient(fake_site.url, replace(quick, backoff=0.04)) as site, pytest.raises(UnavailableError):
        site.page(PROVIDER)
    assert all(
        interval >= minimum
        for interval, minimum in zip(intervals(fake_site), (0.04, 0.08, 0.16, 0.32), strict=True)
    )


def in_two_seconds():
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


@proves("429 with Retry-After", theme=Theme.FETCHING, does="waits as long as requested, at most two minutes")
@pytest.mark.parametrize("retry_after", [lambda: "1", in_two_seconds], ids=["seconds", "date"])
def test_retry_after_is_respected(site, fake_site, retry_after):
    fake_site.faults["/provider/*"] = Fault(status(429, retry_after()), times=1)
    site.page(PROVIDER)
    assert 0.9 < intervals(fake_site)[0] < 60


@pytest.mark.parametrize("retry_after", ["3600", "soon", "-1", ""])
def test_retry_after_is_limited_and_ignored_if_invalid(fake_site, quick, retry_after):
    fake_site.faults["/provider/*"] = Fault(status(503, retry_after), times=1)
    with SiteClient(fake_site.url, replace(quick, max_retry_delay=0.1)) as site:
        site.page(PROVIDER)
    assert intervals(fake_site)[0] < 60


def test_interval_between_any_two_requests(folder, quick):
    with serve(folder) as fake_site, SiteClient(fake_site.url, replace(quick, interval=0.1)) as site:
        fake_site.faults["/provider/*"] = Fault(status(500), times=1)
        fake_site.faults["/search*"] = Fault(redirected("/provider/44/80442"))
        site.page(PROVIDER)
        site.page(f"{LIVE_SITE_URL}/search?q=")
        assert len(fake_site.requests) == 5
        assert min(intervals(fake_site, "/")) >= 0.1


@proves("robots.txt disallows a page", theme=Theme.FETCHING, does="does not request it; the error names it")
def test_robots_txt_is_read_once_and_obeyed(folder, quick):
    robots = "User-agent: *\nDisallow: /provider/*/80442\nAllow: /\n"
    with serve(folder, robots=robots) as fake_site, SiteClient(fake_site.url, quick) as site:
        site.page(f"{LIVE_SITE_URL}/search?q=")
        with pytest.raises(RefusedError, match="disallowed by the site's robots"):
            site.page(PROVIDER)
        assert fake_site.paths() == ["/robots.txt", "/search?q="]


def test_crawl_delay_of_robots_txt_is_respected(folder, quick):
    with (
        serve(folder, robots="User-agent: *\nCrawl-delay: 0.2\n") as fake_site,
        SiteClient(fake_site.url, quick) as site,
    ):
        site.page(PROVIDER)
        site.page(PROVIDER)
        assert intervals(fake_site)[0] >= 0.2


def test_crawl_delay_is_bounded_and_logged(folder, quick, caplog):
    robots = "User-agent: *\nCrawl-delay: 3600\n"
    bounded = replace(quick, max_crawl_delay=0.1)
    with (
        serve(folder, robots=robots) as fake_site,
        SiteClient(fake_site.url, bounded) as site,
        caplog.at_level("INFO", "inspections"),
    ):
        site.page(PROVIDER)
        site.page(PROVIDER)
    assert 0.1 <= intervals(fake_site)[0] < 5
    assert caplog.messages == [
        f"{fake_site.url}/robots.txt asks for 3600 s between requests; the client waits 0.1 s, its maximum"
    ]


def test_refusal_is_explained(site, fake_site):
    fake_site.faults["/provider/*"] = Fault(status(403))
    with pytest.raises(ForbiddenError, match=r"may block the User-Agent .* REPORTS_SITE_CONTACT"):
        site.page(PROVIDER)


@proves(
    "robots.txt cannot be read",
    theme=Theme.FETCHING,
    does="sends no other request; the dataset stays unchanged",
)
def test_unavailable_robots_txt_is_not_treated_as_absent(site, fake_site):
    fake_site.faults["/robots.txt"] = Fault(status(503))
    with pytest.raises(UnavailableError, match=r"/robots\.txt answered 503"):
        site.page(PROVIDER)
    assert set(fake_site.paths()) == {"/robots.txt"}


def test_redirects_within_the_site_are_followed(site, fake_site):
    fake_site.faults["/search*"] = Fault(redirected("/provider/44/80442"))
    assert b"Authority 80442" in site.page(f"{LIVE_SITE_URL}/search?q=")


@proves(
    "A redirect to another host",
    theme=Theme.FETCHING,
    does="refuses it: only the site's own hosts are requested",
)
def test_redirects_to_other_hosts_are_refused(site, fake_site, folder):
    with serve(folder) as other_site:
        fake_site.faults["/provider/*"] = Fault(redirected(other_site.url + "/search"))
        with pytest.raises(RefusedError, match=rf"{other_site.url}/search is not part of the site"):
            site.page(PROVIDER)
        assert other_site.requests == []


@proves("A redirect loop, or a redirect to an invalid URL", theme=Theme.FETCHING, does="gives up after five")
@pytest.mark.parametrize("target", ["/provider/44/80442", "ftp://127.0.0.1/x"])
def test_redirect_loops_and_invalid_redirects_are_refused(site, fake_site, target):
    fake_site.faults["/provider/*"] = Fault(redirected(target))
    with pytest.raises(RefusedError, match="redirects too often or to an invalid URL"):
        site.page(PROVIDER)
    assert len(fake_site.paths("/provider")) <= 6


@proves("A page of unlimited size", theme=Theme.FETCHING, does="aborts after five megabytes")
def test_endless_page_is_aborted(fake_site, quick):
    fake_site.faults["/provider/*"] = Fault(endless(b"<html>"))
    with (
        SiteClient(fake_site.url, replace(quick, max_page_bytes=200_000)) as site,
        pytest.raises(TooLargeError, match="200,000 bytes"),
    ):
        site.page(PROVIDER)


@proves(
    "A gzip bomb: some kilobytes that decompress to 100 megabytes, or are compressed twice",
    theme=Theme.FETCHING,
    does="decompresses up to the size limit and aborts; memory stays small",
)
@pytest.mark.parametrize("layers", [1, 2])
def test_gzip_bomb_is_aborted(fake_site, quick, tmp_path, layers):
    fake_site.faults["/*0*"] = Fault(gzip_bomb(layers))
    with SiteClient(fake_site.url, quick) as site, max_memory(60_000_000):
        with pytest.raises(TooLargeError, match="more than 5,000,000 bytes"):
            site.page(PROVIDER)
        with pytest.raises(TooLargeError, match="more than 50,000,000 bytes"):
            site.download(FILE, tmp_path / "part")
    assert not (tmp_path / "part").exists()


@contextmanager
def max_memory(limit):
    """Fail if more than ``limit`` bytes are allocated at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "reports.ofsted.gov.uk",
        "ftp://reports.ofsted.gov.uk",
        "http://",
        f"{LIVE_SITE_URL}/search",
        "http://x y",
    ],
)
def test_invalid_site_url(url):
    with pytest.raises(SiteError, match="is not the URL of a site"):
        SiteClient(url)


def test_unreachable_site(folder, quick):
    with serve(folder) as fake_site:
        url = fake_site.url
    with (
        SiteClient(url, quick) as site,
        pytest.raises(UnavailableError, match=rf"^{url}/robots.txt cannot be reached: .*refused"),
    ):
        site.page(PROVIDER)


def test_request_url():
    local_copy = SiteClient("http://127.0.0.1:8000/")
    assert local_copy.request_url(f"{LIVE_SITE_URL}/search?q=&x=1") == "http://127.0.0.1:8000/search?q=&x=1"
    assert (
        local_copy.request_url("https://files.api.ofsted.gov.uk/v1/file/5")
        == "http://127.0.0.1:8000/v1/file/5"
    )
    assert (
        local_copy.request_url("https://elsewhere.example/v1/file/5") == "https://elsewhere.example/v1/file/5"
    )
    assert SiteClient().request_url(FILE) == FILE


def test_download(site, folder, tmp_path):
    part = tmp_path / "part"
    download = site.download(FILE, part)
    content = (folder / "50177343.pdf").read_bytes()
    assert part.read_bytes() == content
    assert (download.sha256, download.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert download.response.headers["Content-Type"] == "application/pdf"


@proves(
    "A truncated file, with, without or with a too short Content-Length, or in a gzip stream that ends early",
    theme=Theme.FETCHING,
    does="detects it by the length, the stream or the end of the file, and downloads it again",
)
@pytest.mark.parametrize(
    "effect",
    [
        truncated(),
        truncated(declared=False),
        shortened(),
        shortened(0.9, compressed=True),
        shortened(0.99, compressed=True),
        reset(),
    ],
)
def test_truncated_file_is_downloaded_again(site, fake_site, folder, tmp_path, effect):
    fake_site.faults["/v1/file/*"] = Fault(effect, times=1)
    site.download(FILE, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == (folder / "50177343.pdf").read_bytes()


@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        (truncated(), TruncatedError),
        (truncated(declared=False), TruncatedError),
        (truncated(0, declared=False), NotPdfError),
        (page("<title>Sign in</title>"), NotPdfError),
        (page("<title>Planned maintenance - Ofsted</title>"), UnavailableError),
        (page("<title>Report not found - Find an Inspection Report - Ofsted</title>"), GoneError),
        (page("<title>Report not found - Find an Inspection Report - Ofsted</title>", 404), GoneError),
        (status(404), GoneError),
        (endless(), TooLargeError),
        (dripping(0.1), TimedOutError),
    ],
)
def test_failed_download_leaves_no_file(fake_site, quick, tmp_path, effect, kind):
    fake_site.faults["/v1/file/*"] = Fault(effect)
    strict = replace(quick, max_attempts=2, max_body_seconds=0.5, max_file_bytes=1_000_000)
    with SiteClient(fake_site.url, strict) as site, pytest.raises(kind) as error:
        site.download(FILE, tmp_path / "part")
    assert type(error.value) is kind
    assert error.value.response is not None
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_gzip_page_that_ends_early_is_requested_again(site, fake_site, share):
    fake_site.faults["/provider/*"] = Fault(shortened(share, compressed=True), times=1)
    assert b"Authority 80442" in site.page(PROVIDER)
    fake_site.faults["/provider/*"] = Fault(shortened(share, compressed=True))
    with pytest.raises(TruncatedError, match=r"broke off after .* bytes: the gzip stream ends early"):
        site.page(PROVIDER)


def test_complete_gzip_page(site, fake_site):
    fake_site.faults["/provider/*"] = Fault(shortened(1, compressed=True))
    assert b"Authority 80442" in site.page(PROVIDER)


def test_encoding_that_was_not_requested_is_refused(site, fake_site):
    fake_site.faults["/provider/*"] = Fault(with_headers({"Content-Encoding": "br"}))
    with pytest.raises(RefusedError, match="encoding 'br'"):
        site.page(PROVIDER)


def test_removed_file(site, tmp_path):
    with pytest.raises(GoneError, match="Report not found"):
        site.download(REMOVED, tmp_path / "part")
