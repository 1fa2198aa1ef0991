"""A replica of the reports site, for tests and the sample: real HTTP on loopback, templates of our own.

It serves any folder that holds a ``publications.csv`` (urn, name, family, title, published, inspected,
file_id, path) and the PDFs its paths name. Its pages carry public addresses in their links, as the site's do.
``faults`` says how it shall misbehave, ``requests`` what it was asked.
"""

from tests.support.fake_site.faults import Fault
from tests.support.fake_site.server import FakeSite, ReceivedRequest, serve

__all__ = ["FakeSite", "Fault", "ReceivedRequest", "serve"]
