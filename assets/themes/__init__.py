"""Themes: which findings and recommendations mention a subject, found with a list of patterns.

In come ``data/lexicon.csv`` and the tables ``findings`` and ``recommendations``. Out come the tables
``themes``, ``theme_matches`` and ``theme_samples`` (tags that a person has checked). Start with ``tag`` in
``tagging.py``.
"""
