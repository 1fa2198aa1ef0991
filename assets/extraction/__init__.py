"""From lines to rows: every line of a report gets one role, and roles give the rows of the tables.

``frameworks`` declares what is judged and in which words; ``layout``, ``paragraphs``, ``dates`` and
``judgements`` are the grammar that all families share; each family of reports is one module; ``report``
puts a file through it all.
"""
