"""Releases: immutable folders with the dataset in every format, its metadata and what changed.

In: the DuckDB database and the previous release. Out: ``releases/<version>/`` and ``releases/latest.json``.
Start with ``releases``; ``formats`` writes the data files, ``metadata`` describes them, ``validation``
reads them back, ``row_hash`` compares the contents of two databases.
"""
