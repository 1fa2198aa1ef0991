"""The client of the reports site: the only module that speaks HTTP.

It is a guest there. Every request, a redirect's too, passes one gate that keeps to the site's own hosts,
obeys robots.txt and leaves an interval after the answer before. What may be touched is ``Manners``: how
long to wait, how often to try, how much to accept. Every failure is a ``SiteError`` in one sentence.
"""

import hashlib
import re
import time
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

from assets.schema.sanitize import sanitize_text

LIVE_SITE_URL = "https://reports.ofsted.gov.uk"
FILE_HOSTS = ("https://files.ofsted.gov.uk", "https://files.api.ofsted.gov.uk")
PUBLIC_HOSTS = (LIVE_SITE_URL, *FILE_HOSTS)
#: What the address of a site looks like, as a regular expression.
SITE_URL_PATTERN = r"^https?://[^/?#\s]+/?$"

USER_AGENT_NAME = "childrens-services-inspections"

CHUNK_BYTES = 1 << 16
MAX_REDIRECTS = 5
#: The page that stands in for a removed file, with status 200 or 404.
REMOVED_PAGE_MARKER = b"Report not found"


def user_agent(contact: str = "") -> str:
    """Return how the client names itself, with where the site's keepers reach whoever runs it."""
    return f"{USER_AGENT_NAME}/0.1 (open data from published inspection reports{contact and '; '}{contact})"


@dataclass(frozen=True)
class CrawlPolicy:
    """How the site is treated. Times are in seconds, sizes in bytes."""

    interval: float = 1.0
    connect_timeout: float = 15.0
    page_timeout: float = 15.0
    file_timeout: float = 60.0
    #: A body may pause for its time-out again and again; all of it may take no longer than this.
    longest_body: float = 600.0
    tries: int = 5
    backoff: float = 1.0
    longest_wait: float = 120.0
    largest_page: int = 5_000_000
    largest_file: int = 50_000_000
    user_agent: str = field(default_factory=user_agent)


class SiteError(Exception):
    """Something the site did or did not answer: one sentence that names the address and the reason.

    ``outcome`` is what the archive's log calls it; ``response`` is there if an answer came at all.
    """

    outcome: ClassVar[str] = "failed"

    def __init__(self, address: str, reason: str, response: requests.Response | None = None) -> None:
        super().__init__(sanitize_text(f"{address} {reason}"))
        self.response = response


class ForbiddenError(SiteError):
    """The site answered 403: stop everything, it has had enough of us."""

    outcome = "refused"


class RefusedError(SiteError):
    """Not to be had this way: robots.txt, another status of 4xx, a redirect to elsewhere or in circles."""

    outcome = "refused"


class GoneError(SiteError):
    """The site has no such page or file."""

    outcome = "gone"


class NotPdfError(SiteError):
    """A file was asked for and something else came."""

    outcome = "not_pdf"


class TooLargeError(SiteError):
    """More came than any page or file of the site should hold."""

    outcome = "too_large"


class UnavailableError(SiteError):
    """It may well answer another time: 429, 5xx, no connection. Tried again before it is raised."""


class TimedOutError(UnavailableError):
    """It took too long."""

    outcome = "timeout"


class TruncatedError(UnavailableError):
    """The body broke off."""

    outcome = "truncated"


@dataclass(frozen=True)
class Download:
    """A file that came whole."""

    sha256: str
    size_bytes: int
    response: requests.Response


@dataclass(frozen=True)
class Unchanged:
    """A file that is as it was when it was fetched before."""

    response: requests.Response


class SiteClient:
    """The reports site, or one that stands in for all its hosts at ``url``; over one session.

    Addresses are given as the public ones; ``asked`` tells which address is really asked.
    """

    def __init__(self, url: str = LIVE_SITE_URL, manners: CrawlPolicy | None = None) -> None:
        self.manners = manners or CrawlPolicy()
        self.origin = _origin(url)
        if not re.fullmatch(SITE_URL_PATTERN, url):
            raise SiteError(repr(url), "is not the address of a site: it should look like " + LIVE_SITE_URL)
        is_live = self.origin == LIVE_SITE_URL
        self._session = requests.Session()
        self._session.headers["User-Agent"] = self.manners.user_agent
        self._session.max_redirects = MAX_REDIRECTS
        # A stand-in is asked directly: a proxy meant for the outside world would not find it.
        self._session.trust_env = is_live
        gate = _Gate(PUBLIC_HOSTS if is_live else (self.origin,), self.manners.interval, self._robots)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, gate)
        self._patiently = Retrying(
            retry=retry_if_exception_type(UnavailableError),
            stop=stop_after_attempt(self.manners.tries),
            wait=self._pause,
            reraise=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def asked(self, address: str) -> str:
        """Return the address to ask for a public one: the same, unless another site stands in for it."""
        public = _origin(address)
        if self.origin == LIVE_SITE_URL or public not in PUBLIC_HOSTS:
            return address
        return self.origin + address.removeprefix(public)

    def page(self, address: str) -> bytes:
        """Return a page as it came. Raises SiteError."""
        return self._patiently(self._page, self.asked(address))

    def download(
        self, address: str, part: Path, unless: Mapping[str, str] | None = None
    ) -> Download | Unchanged:
        """Write a PDF to ``part``, which exists afterwards only if it came whole.

        ``unless`` are headers that ask for it only if it changed (If-None-Match, If-Modified-Since). Raises
        SiteError; an OSError is the disk's.
        """
        try:
            return self._patiently(self._download, self.asked(address), part, unless or {})
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _page(self, address: str) -> bytes:
        with self._answer(address, self.manners.page_timeout) as response:
            return b"".join(self._body(address, response, self.manners.largest_page))

    def _download(self, address: str, part: Path, unless: Mapping[str, str]) -> Download | Unchanged:
        digest = hashlib.sha256()
        with self._answer(address, self.manners.file_timeout, unless) as response, part.open("w+b") as file:
            if response.status_code == 304:
                part.unlink()
                return Unchanged(response)
            for chunk in self._body(address, response, self.manners.largest_file):
                file.write(chunk)
                digest.update(chunk)
            size = file.tell()
            file.seek(0)
            head = file.read(CHUNK_BYTES)
            file.seek(max(0, size - 1024))
            _check_pdf(address, head, file.read(), response)
        return Download(digest.hexdigest(), size, response)

    def _robots(self, origin: str) -> Protego:
        """Read a host's robots.txt; where there is none, everything is allowed."""
        try:
            text = self._page(origin + "/robots.txt").decode("utf-8", "replace")
        except (GoneError, RefusedError):
            text = ""
        return Protego.parse(text)

    @contextmanager
    def _answer(
        self, address: str, timeout: float, unless: Mapping[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """Ask once, and give the answer if it is one; its body is still to come."""
        patience = (self.manners.connect_timeout, timeout)
        try:
            response = self._session.get(address, stream=True, timeout=patience, headers=unless)
        except requests.Timeout as error:
            raise TimedOutError(address, "took too long to answer") from error
        except (
            requests.TooManyRedirects,
            requests.exceptions.InvalidSchema,
            requests.exceptions.InvalidURL,
        ) as error:
            raise RefusedError(address, f"redirects to nowhere: {error}", error.response) from error
        except requests.RequestException as error:
            raise UnavailableError(
                address, f"cannot be reached: {_innermost(error)}", error.response
            ) from error
        with response:
            _check_status(address, response, may_be=(200, 304) if unless else (200,))
            yield response

    def _body(self, address: str, response: requests.Response, limit: int) -> Iterator[bytes]:
        """Yield the body as it arrives, up to ``limit`` bytes; urllib3 holds it to its Content-Length."""
        deadline = time.monotonic() + self.manners.longest_body
        size = 0
        try:
            # read1 returns what has come: read would wait for a full chunk, however slowly it drips.
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                size += len(chunk)
                if size > limit:
                    raise TooLargeError(address, f"sends more than {limit:,} bytes", response)
                if time.monotonic() > deadline:
                    raise TimedOutError(
                        address, f"was still sending after {self.manners.longest_body:g} s", response
                    )
                yield chunk
        except ReadTimeoutError as error:
            raise TimedOutError(address, f"fell silent after {size:,} bytes", response) from error
        except HTTPError as error:
            raise TruncatedError(
                address, f"broke off after {size:,} bytes: {_innermost(error)}", response
            ) from error

    def _pause(self, state: RetryCallState) -> float:
        """Return how long to wait before the next try: exponential with jitter, or what the site asks."""
        error = state.outcome.exception() if state.outcome else None
        asked = _retry_after(error.response) if isinstance(error, SiteError) else 0.0
        base, longest = self.manners.backoff, self.manners.longest_wait
        growing = wait_exponential(multiplier=base) + wait_random(0, base)
        return min(max(growing(state), asked), longest)


class _Gate(HTTPAdapter):
    """The only way out: the site's own hosts, robots.txt obeyed, one request after another at a distance."""

    def __init__(
        self, origins: tuple[str, ...], interval: float, read_robots: Callable[[str], Protego]
    ) -> None:
        super().__init__(pool_connections=len(origins), pool_maxsize=1)
        self._origins = origins
        self._interval = interval
        self._read_robots = read_robots
        self._robots: dict[str, Protego] = {}
        self._free_at = time.monotonic()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401 (requests' own signature)
        address = request.url or ""
        interval = max(self._interval, self._admit(address))
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        try:
            return super().send(request, *args, **options)
        finally:
            self._free_at = time.monotonic() + interval

    def _admit(self, address: str) -> float:
        """Let a request through, or raise Refused; returns the interval the host asks for, in seconds."""
        origin = _origin(address)
        if origin not in self._origins:
            raise RefusedError(address, "is not part of the site, so it is not asked")
        if urlsplit(address).path == "/robots.txt":
            return 0.0
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        robots = self._robots[origin]
        if not robots.can_fetch(address, USER_AGENT_NAME):
            raise RefusedError(address, "is closed to programs by the site's robots.txt")
        return robots.crawl_delay(USER_AGENT_NAME) or 0.0


def _origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    return urljoin(address, "/").rstrip("/").lower()


def _check_status(address: str, response: requests.Response, may_be: tuple[int, ...]) -> None:
    status = response.status_code
    said = f"answered {status} {response.reason}"
    if status == 403:
        raise ForbiddenError(address, f"{said}: the site wants no more requests, so this run stops", response)
    if status in (404, 410):
        raise GoneError(address, said, response)
    if status == 429 or status >= 500:
        raise UnavailableError(address, said, response)
    if status not in may_be:
        raise RefusedError(address, said, response)


def _check_pdf(address: str, head: bytes, tail: bytes, response: requests.Response) -> None:
    if not head.startswith(b"%PDF-"):
        if REMOVED_PAGE_MARKER in head:
            raise GoneError(address, f"answered with the page '{REMOVED_PAGE_MARKER.decode()}'", response)
        kind = response.headers.get("Content-Type", "something without a type")
        raise NotPdfError(address, f"sent no PDF but {kind}", response)
    # Without a length nobody else would notice that the end is missing.
    if "Content-Length" not in response.headers and b"%%EOF" not in tail:
        raise TruncatedError(address, "sent a PDF without its end", response)


def _retry_after(response: requests.Response | None) -> float:
    """Return the seconds a Retry-After header asks for, in either of its forms."""
    value = response.headers.get("Retry-After") if response is not None else None
    try:
        return Retry().parse_retry_after(value) if value else 0.0
    except InvalidHeader:
        return 0.0


def _innermost(error: BaseException) -> BaseException:
    """Return what went wrong first: requests wraps it several times over."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return error
