"""The local site of the product (``orchestration/local_site``), extended for tests.

In comes a folder of reports, often built with ``folders``. Out comes a site on loopback that can misbehave
(``faults``) and records its requests (``FakeSite.requests``). Start with ``serve`` in ``server.py``.
"""

from tests.support.fake_site.faults import Fault
from tests.support.fake_site.server import FakeSite, ReceivedRequest, serve

__all__ = ["FakeSite", "Fault", "ReceivedRequest", "serve"]
