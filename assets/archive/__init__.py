"""The archive of PDF files, and the log of every attempt to download one.

In come rows of ``publications`` and the reports site's files. Out come ``files/<sha256>.pdf`` and
``fetches.parquet``. Start with ``fetch_reports`` in ``archive.py``.
"""
