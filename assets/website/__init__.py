"""The website: static HTML pages about the current release, for readers who do not use SQL.

In: a release folder (its DuckDB file, manifest and downloads) and evidence images of report pages. Out: a
folder of HTML, CSS, JavaScript, JSON and CSV files that any web server can serve; the pages load nothing from
other hosts. Start with ``build``; ``queries`` reads the release, ``pages`` assembles the templates' content.
"""
