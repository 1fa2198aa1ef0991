"""The configured addresses of a website, and the links that are made from them."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

#: Longer values are cut in the link that reports a mistake.
MAX_VALUE_CHARACTERS = 100


@dataclass(frozen=True)
class Addresses:
    """Addresses that the operator of a website configures; each may be empty.

    Attributes:
        website: Public address of the home page. Without it the website contains no absolute address of its
            own: no canonical links, preview pictures or sitemap.
        mistakes: Where readers report mistakes: a ``mailto:`` address, or the address of an issue form that
            reads the parameters ``title`` and ``body``.
    """

    website: str = ""
    mistakes: str = ""

    @property
    def base(self) -> str:
        """The public address with a final slash; empty if there is none."""
        return f"{self.website.rstrip('/')}/" if self.website else ""

    @property
    def root(self) -> str:
        """The path of the home page on its host: ``/`` unless the website is in a folder of the host."""
        return urlsplit(self.base).path or "/"

    def mistake_link(self, title: str, **facts: object) -> str:
        """Return the link that reports a mistake, filled in with a title and one line for each known fact."""
        lines = [
            f"{name}: {_shorten(str(value))}" for name, value in facts.items() if value not in (None, "")
        ]
        is_mail = self.mistakes.startswith("mailto:")
        names = ("subject", "body") if is_mail else ("title", "body")
        values = (title, "\n".join([*lines, "", ""]))
        # Mail programs do not read "+" as a space, so quote is used rather than quote_plus.
        query = urlencode(list(zip(names, values, strict=True)), quote_via=quote)
        return f"{self.mistakes}{'&' if urlsplit(self.mistakes).query else '?'}{query}"


#: A website whose addresses are all relative.
NO_ADDRESSES = Addresses()


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_VALUE_CHARACTERS else f"{line[:MAX_VALUE_CHARACTERS]}…"
