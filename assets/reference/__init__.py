"""Reference data: the inspected authorities, the official statistics about them, and the official indicators.

In come the committed CSV files in ``data/`` (described in ``data/SOURCES.md``). Out come the tables in
``REFERENCE_TABLES`` and ``INDICATOR_TABLES``, validated against their declarations and against each other.
Start with ``read_reference_tables`` in ``loaders.py`` and ``read_indicators`` in ``indicators.py``.
"""
