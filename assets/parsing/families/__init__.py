"""Report families: one module per family with its headings, its first page and its special tables.

In: the lines of a report. Out: an ``Extraction``. Start with ``lscb_review`` and ``jtai``, the shortest ones.
"""
