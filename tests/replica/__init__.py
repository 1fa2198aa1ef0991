"""A replica of the reports site, for tests and the sample: real HTTP on loopback, templates of our own.

It serves any folder that holds a ``publications.csv`` (urn, name, family, title, published, inspected,
file_id, path) and the PDFs its paths name. Its pages carry public addresses in their links, as the site's do.
``faults`` says how it shall misbehave, ``requests`` what it was asked.
"""

from tests.replica.faults import Fault
from tests.replica.server import Asked, Replica, serve

__all__ = ["Asked", "Fault", "Replica", "serve"]
