"""The HTTP client of the reports site; no other module sends requests to it.

Every request, including each redirect, passes through one transport adapter. The adapter allows only the
site's own hosts, obeys robots.txt and keeps an interval between requests. ``CrawlPolicy`` holds the limits:
intervals, timeouts, retries and sizes. Every failure is a ``SiteError`` whose message is one sentence.

Parsing of pages belongs in ``pages.py``; which pages are requested, in ``crawler.py``.
"""

import hashlib
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random
from urllib3.exceptions import HTTPError, InvalidHeader, ReadTimeoutError
from urllib3.util import Retry

from assets.progress import LOGGER
from assets.publications.pdf_files import TAIL_BYTES, find_truncation
from assets.schema.sanitize import sanitize_text

LIVE_SITE_URL = "https://reports.ofsted.gov.uk"
FILE_HOSTS = ("https://files.ofsted.gov.uk", "https://files.api.ofsted.gov.uk")
PUBLIC_HOSTS = (LIVE_SITE_URL, *FILE_HOSTS)
#: Regular expression for the base URL of a site.
SITE_URL_PATTERN = r"^https?://[^/?#\s]+/?$"

USER_AGENT_NAME = "childrens-services-inspections"

CHUNK_BYTES = 1 << 16
MAX_REDIRECTS = 5
#: Text of the HTML page that the site sends for a removed file, with status 200 or 404.
REMOVED_PAGE_MARKER = b"Report not found"
#: The title or heading of a page that the site shows, with status 200, while it is out of service.
MAINTENANCE_PAGE = re.compile(
    rb"<(?:title|h1)\b[^>]*>[^<]{0,200}?(?:maintenance|unavailable|back soon|problem with the service)",
    re.IGNORECASE,
)
#: What may help if the site refuses access.
FORBIDDEN_ADVICE = (
    "the site refuses access, so the run stops. It may block the User-Agent or the IP address of this"
    " machine: set REPORTS_SITE_CONTACT to an address at which the site's operators can reach you, and try"
    " again later"
)


def user_agent(contact: str = "") -> str:
    """Return the User-Agent header: the project, and how to contact the person who runs it."""
    return f"{USER_AGENT_NAME}/0.1 (open data from published inspection reports{contact and '; '}{contact})"


@dataclass(frozen=True)
class CrawlPolicy:
    """Limits on how the site is accessed. Times are in seconds, sizes in bytes.

    Attributes:
        interval: Pause between a response and the next request; robots.txt may ask for a longer one.
        max_crawl_delay: Maximum pause that robots.txt can ask for.
        connect_timeout: Maximum time to connect.
        page_timeout: Maximum wait for the next data of a page.
        file_timeout: Maximum wait for the next data of a file.
        max_body_seconds: Maximum time for a whole body, however often data arrives.
        max_attempts: Attempts per request, the first one included.
        backoff: Base of the exponential delay between attempts.
        max_retry_delay: Maximum delay between attempts, also if the site asks for more.
        max_page_bytes: Maximum size of a page, after decompression.
        max_file_bytes: Maximum size of a file, after decompression.
        user_agent: The User-Agent header.
    """

    interval: float = 1.0
    max_crawl_delay: float = 10.0
    connect_timeout: float = 15.0
    page_timeout: float = 15.0
    file_timeout: float = 60.0
    max_body_seconds: float = 600.0
    max_attempts: int = 5
    backoff: float = 1.0
    max_retry_delay: float = 120.0
    max_page_bytes: int = 5_000_000
    max_file_bytes: int = 50_000_000
    user_agent: str = field(default_factory=user_agent)


class SiteError(Exception):
    """A request failed. The message is one sentence that names the URL and the reason.

    ``outcome`` is the value of ``outcome`` in the archive's fetch log. ``response`` is None if the site did
    not respond.
    """

    outcome: ClassVar[str] = "failed"

    def __init__(self, url: str, reason: str, response: requests.Response | None = None) -> None:
        super().__init__(sanitize_text(f"{url} {reason}"))
        self.response = response


class ForbiddenError(SiteError):
    """The site answered 403. The caller must stop sending requests."""

    outcome = "refused"


class RefusedError(SiteError):
    """A request that would fail again: disallowed by robots.txt, another 4xx status, or a bad redirect."""

    outcome = "refused"


class GoneError(SiteError):
    """The page or file does not exist."""

    outcome = "gone"


class NotPdfError(SiteError):
    """The response to a request for a file is not a PDF."""

    outcome = "not_pdf"


class TooLargeError(SiteError):
    """The body is larger than the policy allows."""

    outcome = "too_large"


class UnavailableError(SiteError):
    """A transient failure: status 429 or 5xx, or no connection. Raised after the last attempt."""


class TimedOutError(UnavailableError):
    """The site did not respond in time, or did not complete the body in time."""

    outcome = "timeout"


class TruncatedError(UnavailableError):
    """The body is incomplete."""

    outcome = "truncated"


@dataclass(frozen=True)
class Download:
    """A complete file that was downloaded."""

    sha256: str
    size_bytes: int
    response: requests.Response


@dataclass(frozen=True)
class Unchanged:
    """A conditional request was answered with 304: the file has not changed."""

    response: requests.Response


@dataclass(frozen=True)
class Robots:
    """What a host's robots.txt says of one URL: whether it may be requested, and all of it in a sentence."""

    is_allowed: bool
    detail: str


class SiteClient:
    """An HTTP session with the reports site, or with a local copy that replaces all of its hosts.

    Methods take public URLs. ``request_url`` returns the URL that is requested for one.

    Args:
        url: The base URL of the site.
        policy: Limits on intervals, timeouts, retries and sizes.

    Raises:
        SiteError: ``url`` is not the base URL of a site.
    """

    def __init__(self, url: str = LIVE_SITE_URL, policy: CrawlPolicy | None = None) -> None:
        self.policy = policy or CrawlPolicy()
        self.origin = _origin(url)
        if not re.fullmatch(SITE_URL_PATTERN, url):
            raise SiteError(repr(url), f"is not the URL of a site, such as {LIVE_SITE_URL}")
        is_live = self.origin == LIVE_SITE_URL
        self._session = requests.Session()
        self._session.headers["User-Agent"] = self.policy.user_agent
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.max_redirects = MAX_REDIRECTS
        # A local copy is requested directly: a proxy for the internet cannot reach it.
        self._session.trust_env = is_live
        self._adapter = _PoliteAdapter(
            PUBLIC_HOSTS if is_live else (self.origin,), self.policy, self._fetch_robots
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, self._adapter)
        self._retrying = Retrying(
            retry=retry_if_exception_type(UnavailableError),
            stop=stop_after_attempt(self.policy.max_attempts),
            wait=self._retry_delay,
            reraise=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def request_url(self, url: str) -> str:
        """Return the URL that is requested for a public URL: the same, or that of the local copy."""
        public_origin = _origin(url)
        if self.origin == LIVE_SITE_URL or public_origin not in PUBLIC_HOSTS:
            return url
        return self.origin + url.removeprefix(public_origin)

    def robots(self, url: str) -> Robots:
        """Return what robots.txt says of a public URL. Raises SiteError if it cannot be read."""
        requested = self.request_url(url)
        try:
            delay = self._adapter.check_allowed(requested)
        except RefusedError as error:
            return Robots(False, str(error))
        interval = max(delay, self.policy.interval)
        return Robots(True, f"allows the requests; {interval:g} s between two of them")

    def page(self, url: str) -> bytes:
        """Return the body of a page. Raises SiteError."""
        return self._retrying(self._page, self.request_url(url))

    def download(
        self, url: str, path: Path, conditional_headers: Mapping[str, str] | None = None
    ) -> Download | Unchanged:
        """Download a PDF to ``path``, which exists afterwards only if the download is complete.

        Args:
            url: The public URL of the file.
            path: Where to write the file.
            conditional_headers: If-None-Match or If-Modified-Since; the result may then be ``Unchanged``.

        Raises:
            SiteError: The site did not send a complete PDF.
            OSError: The file cannot be written.
        """
        try:
            return self._retrying(self._download, self.request_url(url), path, conditional_headers or {})
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _page(self, url: str) -> bytes:
        with self._get(url, self.policy.page_timeout) as response:
            body = b"".join(self._body(url, response, self.policy.max_page_bytes))
            _check_in_service(url, body[:CHUNK_BYTES], response)
            return body

    def _download(self, url: str, path: Path, conditional_headers: Mapping[str, str]) -> Download | Unchanged:
        digest = hashlib.sha256()
        with (
            self._get(url, self.policy.file_timeout, conditional_headers) as response,
            path.open("w+b") as file,
        ):
            if response.status_code == 304:
                path.unlink()
                return Unchanged(response)
            for chunk in self._body(url, response, self.policy.max_file_bytes):
                file.write(chunk)
                digest.update(chunk)
            size = file.tell()
            file.seek(0)
            head = file.read(CHUNK_BYTES)
            file.seek(max(0, size - TAIL_BYTES))
            _check_pdf(url, head, file.read(), size, response)
        return Download(digest.hexdigest(), size, response)

    def _fetch_robots(self, origin: str) -> Protego:
        """Return the rules of a host's robots.txt; without the file, everything is allowed."""
        try:
            text = self._page(origin + "/robots.txt").decode("utf-8", "replace")
        except (GoneError, RefusedError):
            text = ""
        return Protego.parse(text)

    @contextmanager
    def _get(
        self, url: str, timeout: float, conditional_headers: Mapping[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """Send one GET request; yield a response with an accepted status, its body not yet read."""
        timeouts = (self.policy.connect_timeout, timeout)
        try:
            response = self._session.get(url, stream=True, timeout=timeouts, headers=conditional_headers)
        except requests.Timeout as error:
            raise TimedOutError(url, "took too long to answer") from error
        except (
            requests.TooManyRedirects,
            requests.exceptions.InvalidSchema,
            requests.exceptions.InvalidURL,
        ) as error:
            raise RefusedError(
                url, f"redirects too often or to an invalid URL: {error}", error.response
            ) from error
        except requests.RequestException as error:
            raise UnavailableError(url, f"cannot be reached: {_root_cause(error)}", error.response) from error
        with response:
            _check_status(url, response, accepted=(200, 304) if conditional_headers else (200,))
            yield response

    def _body(self, url: str, response: requests.Response, max_bytes: int) -> Iterator[bytes]:
        """Yield the decompressed body in chunks; urllib3 compares its length with Content-Length."""
        deadline = time.monotonic() + self.policy.max_body_seconds
        size = 0
        # read1 returns the data received so far; read would wait for a full chunk of a slow body.
        body = iter(lambda: response.raw.read1(CHUNK_BYTES, decode_content=False), b"")
        encodings = [name.strip().lower() for name in response.headers.get("Content-Encoding", "").split(",")]
        for encoding in reversed([name for name in encodings if name not in ("", "identity")]):
            if encoding not in ("gzip", "x-gzip"):
                raise RefusedError(url, f"sends the encoding {encoding!r}, which was not requested", response)
            body = _gunzip(body)
        try:
            for chunk in body:
                size += len(chunk)
                if size > max_bytes:
                    raise TooLargeError(url, f"sends more than {max_bytes:,} bytes", response)
                if time.monotonic() > deadline:
                    raise TimedOutError(
                        url, f"took more than {self.policy.max_body_seconds:g} s to send its body", response
                    )
                yield chunk
        except ReadTimeoutError as error:
            raise TimedOutError(url, f"sent nothing more after {size:,} bytes", response) from error
        except (HTTPError, zlib.error, EOFError) as error:
            raise TruncatedError(
                url, f"broke off after {size:,} bytes: {_root_cause(error)}", response
            ) from error

    def _retry_delay(self, state: RetryCallState) -> float:
        """Return the seconds until the next attempt: exponential with jitter, or the site's Retry-After."""
        error = state.outcome.exception() if state.outcome else None
        retry_after = _retry_after(error.response) if isinstance(error, SiteError) else 0.0
        base = self.policy.backoff
        exponential = wait_exponential(multiplier=base) + wait_random(0, base)
        return min(max(exponential(state), retry_after), self.policy.max_retry_delay)


class _PoliteAdapter(HTTPAdapter):
    """The transport of all requests: allowed hosts only, robots.txt obeyed, an interval between requests."""

    def __init__(
        self, origins: tuple[str, ...], policy: CrawlPolicy, fetch_robots: Callable[[str], Protego]
    ) -> None:
        super().__init__(pool_connections=len(origins), pool_maxsize=1)
        self._origins = origins
        self._policy = policy
        self._fetch_robots = fetch_robots
        self._robots: dict[str, Protego] = {}
        self._crawl_delays: dict[str, float] = {}
        self._next_request_at = time.monotonic()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 (signature of requests)
        """Send a request when the interval has passed. Raises RefusedError if it is not allowed."""
        interval = max(self._policy.interval, self.check_allowed(request.url or ""))
        time.sleep(max(0.0, self._next_request_at - time.monotonic()))
        try:
            return super().send(request, *args, **options)
        finally:
            self._next_request_at = time.monotonic() + interval

    def check_allowed(self, url: str) -> float:
        """Return the host's crawl delay in seconds; robots.txt is fetched on the first call.

        Raises:
            RefusedError: The request is not allowed.
        """
        origin = _origin(url)
        if origin not in self._origins:
            raise RefusedError(url, "is not part of the site and is not requested")
        if urlsplit(url).path == "/robots.txt":
            return 0.0
        if origin not in self._robots:
            self._robots[origin] = self._fetch_robots(origin)
            self._crawl_delays[origin] = self._bounded_crawl_delay(origin)
        if not self._robots[origin].can_fetch(url, USER_AGENT_NAME):
            raise RefusedError(url, "is disallowed by the site's robots.txt")
        return self._crawl_delays[origin]

    def _bounded_crawl_delay(self, origin: str) -> float:
        """Return the pause that robots.txt asks for, up to the policy's bound, and log it."""
        requested = self._robots[origin].crawl_delay(USER_AGENT_NAME) or 0.0
        delay = min(requested, self._policy.max_crawl_delay)
        if delay < requested:
            LOGGER.warning(
                "%s/robots.txt asks for %g s between requests; the client waits %g s, its maximum",
                origin,
                requested,
                delay,
            )
        elif requested:
            LOGGER.info("%s/robots.txt asks for %g s between requests", origin, requested)
        return delay


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress a gzip stream in chunks of limited size. Raises EOFError if the stream ends early."""
    decoder = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        data = chunk
        while data:
            if decoder.eof:  # a stream may consist of several members, and be padded with zeros
                data = data.lstrip(b"\0")
                if not data:
                    break
                decoder = zlib.decompressobj(wbits=31)
            yield from _decompress(decoder, data)
            data = decoder.unused_data
    if not decoder.eof:
        raise EOFError("the gzip stream ends early")


def _decompress(decoder: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    while decompressed := decoder.decompress(data, CHUNK_BYTES):
        yield decompressed
        data = decoder.unconsumed_tail


def _origin(url: str) -> str:
    """Return the scheme, host and port of a URL."""
    return urljoin(url, "/").rstrip("/").lower()


def _check_status(url: str, response: requests.Response, accepted: tuple[int, ...]) -> None:
    status = response.status_code
    reason = f"answered {status} {response.reason}"
    if status == 403:
        raise ForbiddenError(url, f"{reason}: {FORBIDDEN_ADVICE}", response)
    if status in (404, 410):
        raise GoneError(url, reason, response)
    if status == 429 or status >= 500:
        raise UnavailableError(url, reason, response)
    if status not in accepted:
        raise RefusedError(url, reason, response)


def _check_in_service(url: str, head: bytes, response: requests.Response) -> None:
    """Raise UnavailableError if a page says that the site is out of service."""
    if MAINTENANCE_PAGE.search(head):
        raise UnavailableError(url, "answered with a maintenance page; the site is out of service", response)


def _check_pdf(url: str, head: bytes, tail: bytes, size: int, response: requests.Response) -> None:
    if not head.startswith(b"%PDF-"):
        if REMOVED_PAGE_MARKER in head:
            raise GoneError(url, f"answered with the page '{REMOVED_PAGE_MARKER.decode()}'", response)
        _check_in_service(url, head, response)
        content_type = response.headers.get("Content-Type", "content without a type")
        raise NotPdfError(url, f"sent {content_type} instead of a PDF", response)
    # The Content-Length itself can be too short, and without one urllib3 does not detect a truncated body.
    if reason := find_truncation(head, tail, size):
        raise TruncatedError(url, f"sent an incomplete PDF: {reason}", response)


def _retry_after(response: requests.Response | None) -> float:
    """Return the seconds of a Retry-After header, given as a number or a date; 0 without a valid one."""
    value = response.headers.get("Retry-After") if response is not None else None
    try:
        return Retry().parse_retry_after(value) if value else 0.0
    except InvalidHeader:
        return 0.0


def _root_cause(error: BaseException) -> BaseException:
    """Return the first exception of a chain: requests wraps the original several times."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return error
