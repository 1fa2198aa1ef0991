"""Reference data: the inspected authorities, and the official statistics about them.

In come the committed CSV files in ``data/`` (described in ``data/SOURCES.md``). Out come the tables in
``REFERENCE_TABLES``, validated against their declarations and against each other. Start with
``read_reference_tables`` in ``loaders.py``.
"""
