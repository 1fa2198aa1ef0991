"""Pages that look across authorities: national trends, what changed, themes, comparisons.

In comes ``SiteData``. Out come the contexts of these pages and the files behind them: CSV files, and the JSON
files that the compare page loads. Start with ``national_page`` in ``national.py``.
"""
