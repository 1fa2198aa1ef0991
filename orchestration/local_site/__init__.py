"""A local copy of the reports site: serves a folder of reports on loopback.

In comes a folder with ``publications.csv`` and PDF files, such as the embedded sample. Out come pages and
files over HTTP, laid out as on the real site, so that a build reads both through the same client. Start with
``serve`` in ``server.py``; ``orchestration/report_folder.py`` reads the folder.
"""

from orchestration.local_site.server import serve

__all__ = ["serve"]
