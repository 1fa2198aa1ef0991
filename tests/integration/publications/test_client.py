"""The client, against a replica that misbehaves."""

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
    slow,
    status,
    truncated,
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
def replica(folder):
    with serve(folder) as running:
        yield running


@pytest.fixture
def site(replica, quick):
    with SiteClient(replica.url, quick) as client:
        yield client


def gaps(replica, prefix="/provider"):
    times = [asked.time for asked in replica.requests if asked.path.startswith(prefix)]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_a_page_comes_as_it_is_and_the_client_says_who_it_is(site, replica):
    assert b"Authority 80442" in site.page(PROVIDER)
    assert {asked.user_agent for asked in replica.requests} == {user_agent()}


def fetching(name, does, *values):
    """Declare a fault of the site, and what stands for it in a test."""
    return pytest.param(*values, id=name, marks=proves(name, theme=Theme.FETCHING, does=does))


PATIENCE = "tries again, five times in all, each time after a longer wait"


@pytest.mark.parametrize(
    "effect",
    [
        fetching("The site takes too long to answer", PATIENCE, slow(0.4)),
        fetching("The connection is reset", PATIENCE, reset()),
        fetching("429 without Retry-After", PATIENCE, status(429)),
        fetching("500, 502 or 503", PATIENCE, status(503)),
        fetching("A body that breaks off before its Content-Length", PATIENCE, truncated()),
        fetching("A body that comes byte by byte", PATIENCE, dripping(0.02)),
        fetching("A body packed in a way that cannot be unpacked", PATIENCE, garbled()),
    ],
)
def test_what_may_pass_is_tried_again(replica, quick, effect):
    replica.faults["/provider/*"] = Fault(effect, times=2)
    with SiteClient(replica.url, replace(quick, longest_body=0.1)) as site:
        assert b"Authority 80442" in site.page(PROVIDER)
    assert len(replica.paths("/provider")) == 3


@pytest.mark.parametrize(
    ("effect", "kind", "reason"),
    [
        (status(503), UnavailableError, "answered 503"),
        (slow(0.4), TimedOutError, "took too long"),
        (reset(), UnavailableError, "cannot be reached: .*reset by peer"),
        (truncated(), TruncatedError, "broke off"),
    ],
)
def test_five_tries_and_no_more(site, replica, effect, kind, reason):
    replica.faults["/provider/*"] = Fault(effect)
    with pytest.raises(kind, match=rf"^{replica.url}/provider/44/80442 {reason}") as error:
        site.page(PROVIDER)
    assert type(error.value) is kind
    assert len(replica.paths("/provider")) == 5


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, RefusedError), (401, RefusedError), (403, ForbiddenError), (404, GoneError), (410, GoneError)],
)
def test_a_plain_no_is_not_asked_again(site, replica, code, kind):
    replica.faults["/provider/*"] = Fault(status(code))
    with pytest.raises(kind, match=str(code)) as error:
        site.page(PROVIDER)
    assert type(error.value) is kind
    assert len(replica.paths("/provider")) == 1


def test_waiting_doubles(replica, quick):
    replica.faults["/provider/*"] = Fault(status(500))
    with SiteClient(replica.url, replace(quick, backoff=0.04)) as site, pytest.raises(UnavailableError):
        site.page(PROVIDER)
    assert all(gap >= least for gap, least in zip(gaps(replica), (0.04, 0.08, 0.16, 0.32), strict=True))


def in_two_seconds():
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


@proves(
    "429 with Retry-After", theme=Theme.FETCHING, does="waits as long as it is asked to, two minutes at most"
)
@pytest.mark.parametrize("retry_after", [lambda: "1", in_two_seconds], ids=["seconds", "date"])
def test_retry_after_is_honoured(site, replica, retry_after):
    replica.faults["/provider/*"] = Fault(status(429, retry_after()), times=1)
    site.page(PROVIDER)
    assert 0.9 < gaps(replica)[0] < 2.5


@pytest.mark.parametrize("retry_after", ["3600", "soon", "-1", ""])
def test_retry_after_has_a_limit_and_may_be_nonsense(replica, quick, retry_after):
    replica.faults["/provider/*"] = Fault(status(503, retry_after), times=1)
    with SiteClient(replica.url, replace(quick, longest_wait=0.1)) as site:
        site.page(PROVIDER)
    assert gaps(replica)[0] < 0.5


def test_an_interval_lies_between_any_two_requests(folder, quick):
    with serve(folder) as replica, SiteClient(replica.url, replace(quick, interval=0.1)) as site:
        replica.faults["/provider/*"] = Fault(status(500), times=1)
        replica.faults["/search*"] = Fault(redirected("/provider/44/80442"))
        site.page(PROVIDER)
        site.page(f"{LIVE_SITE_URL}/search?q=")
        assert len(replica.requests) == 5
        assert min(gaps(replica, "/")) >= 0.1


@proves("robots.txt closes a page", theme=Theme.FETCHING, does="does not ask for it, and says so")
def test_robots_txt_is_read_once_and_obeyed(folder, quick):
    robots = "User-agent: *\nDisallow: /provider/*/80442\nAllow: /\n"
    with serve(folder, robots=robots) as replica, SiteClient(replica.url, quick) as site:
        site.page(f"{LIVE_SITE_URL}/search?q=")
        with pytest.raises(RefusedError, match="closed to programs"):
            site.page(PROVIDER)
        assert replica.paths() == ["/robots.txt", "/search?q="]


def test_the_interval_robots_txt_asks_for_is_kept(folder, quick):
    with (
        serve(folder, robots="User-agent: *\nCrawl-delay: 0.2\n") as replica,
        SiteClient(replica.url, quick) as site,
    ):
        site.page(PROVIDER)
        site.page(PROVIDER)
        assert gaps(replica)[0] >= 0.2


@proves("robots.txt fails", theme=Theme.FETCHING, does="asks for nothing else; the last dataset stays")
def test_robots_txt_that_fails_is_not_taken_for_absent(site, replica):
    replica.faults["/robots.txt"] = Fault(status(503))
    with pytest.raises(UnavailableError, match=r"/robots\.txt answered 503"):
        site.page(PROVIDER)
    assert set(replica.paths()) == {"/robots.txt"}


def test_redirects_within_the_site_are_followed(site, replica):
    replica.faults["/search*"] = Fault(redirected("/provider/44/80442"))
    assert b"Authority 80442" in site.page(f"{LIVE_SITE_URL}/search?q=")


@proves(
    "A redirect to another host",
    theme=Theme.FETCHING,
    does="refuses it: only the site's own hosts are ever asked",
)
def test_redirects_elsewhere_are_refused(site, replica, folder):
    with serve(folder) as elsewhere:
        replica.faults["/provider/*"] = Fault(redirected(elsewhere.url + "/search"))
        with pytest.raises(RefusedError, match=rf"{elsewhere.url}/search is not part of the site"):
            site.page(PROVIDER)
        assert elsewhere.requests == []


@proves("A redirect in a circle, or to no web address", theme=Theme.FETCHING, does="gives up after five")
@pytest.mark.parametrize("target", ["/provider/44/80442", "ftp://127.0.0.1/x"])
def test_redirects_that_lead_nowhere_end(site, replica, target):
    replica.faults["/provider/*"] = Fault(redirected(target))
    with pytest.raises(RefusedError, match="nowhere"):
        site.page(PROVIDER)
    assert len(replica.paths("/provider")) <= 6


@proves("A page without an end", theme=Theme.FETCHING, does="leaves it after five megabytes")
def test_an_endless_page_is_left(replica, quick):
    replica.faults["/provider/*"] = Fault(endless(b"<html>"))
    with (
        SiteClient(replica.url, replace(quick, largest_page=200_000)) as site,
        pytest.raises(TooLargeError, match="200,000 bytes"),
    ):
        site.page(PROVIDER)


@proves(
    "A gzip bomb: some kilobytes that unpack to 100 megabytes, or are packed twice",
    theme=Theme.FETCHING,
    does="unpacks up to the size limit, and leaves it; memory stays small",
)
@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_is_left_before_it_unpacks(replica, quick, tmp_path, layers):
    replica.faults["/*0*"] = Fault(gzip_bomb(layers))
    strict = replace(quick, page_timeout=5, file_timeout=5)
    with SiteClient(replica.url, strict) as site, little_memory(60_000_000):
        with pytest.raises(TooLargeError, match="more than 5,000,000 bytes"):
            site.page(PROVIDER)
        with pytest.raises(TooLargeError, match="more than 50,000,000 bytes"):
            site.download(FILE, tmp_path / "part")
    assert not (tmp_path / "part").exists()


@contextmanager
def little_memory(limit):
    """Fail where more memory than so many bytes is taken at a time."""
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
def test_an_address_that_is_no_site_is_named(url):
    with pytest.raises(SiteError, match="is not the address of a site"):
        SiteClient(url)


def test_a_site_that_is_not_there_is_named(folder, quick):
    with serve(folder) as replica:
        url = replica.url
    with (
        SiteClient(url, quick) as site,
        pytest.raises(UnavailableError, match=rf"^{url}/robots.txt cannot be reached: .*refused"),
    ):
        site.page(PROVIDER)


def test_which_address_is_asked():
    stand_in = SiteClient("http://127.0.0.1:8000/")
    assert stand_in.asked(f"{LIVE_SITE_URL}/search?q=&x=1") == "http://127.0.0.1:8000/search?q=&x=1"
    assert stand_in.asked("https://files.api.ofsted.gov.uk/v1/file/5") == "http://127.0.0.1:8000/v1/file/5"
    assert stand_in.asked("https://elsewhere.example/v1/file/5") == "https://elsewhere.example/v1/file/5"
    assert SiteClient().asked(FILE) == FILE


def test_a_file_comes_whole(site, folder, tmp_path):
    part = tmp_path / "part"
    download = site.download(FILE, part)
    content = (folder / "50177343.pdf").read_bytes()
    assert part.read_bytes() == content
    assert (download.sha256, download.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert download.response.headers["Content-Type"] == "application/pdf"


@proves(
    "A file that breaks off, with a Content-Length or without",
    theme=Theme.FETCHING,
    does="notices by its length, or by the end that a PDF has, and fetches it again",
)
@pytest.mark.parametrize("effect", [truncated(), truncated(declared=False), slow(0.4), reset()])
def test_a_file_that_broke_off_is_fetched_again(site, replica, folder, tmp_path, effect):
    replica.faults["/v1/file/*"] = Fault(effect, times=1)
    site.download(FILE, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == (folder / "50177343.pdf").read_bytes()


@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        (truncated(), TruncatedError),
        (truncated(declared=False), TruncatedError),
        (truncated(0, declared=False), NotPdfError),
        (page("<title>Sign in</title>"), NotPdfError),
        (page("<title>Report not found - Find an Inspection Report - Ofsted</title>"), GoneError),
        (page("<title>Report not found - Find an Inspection Report - Ofsted</title>", 404), GoneError),
        (status(404), GoneError),
        (endless(), TooLargeError),
        (dripping(0.1), TimedOutError),
    ],
)
def test_what_is_no_whole_pdf_leaves_nothing_behind(replica, quick, tmp_path, effect, kind):
    replica.faults["/v1/file/*"] = Fault(effect)
    strict = replace(quick, tries=2, longest_body=0.15, largest_file=1_000_000)
    with SiteClient(replica.url, strict) as site, pytest.raises(kind) as error:
        site.download(FILE, tmp_path / "part")
    assert type(error.value) is kind
    assert error.value.response is not None
    assert not (tmp_path / "part").exists()


def test_a_removed_file_is_gone(site, tmp_path):
    with pytest.raises(GoneError, match="Report not found"):
        site.download(REMOVED, tmp_path / "part")
