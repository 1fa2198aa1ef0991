"""The publications that the reports site lists.

In come the site's search pages and provider pages, over HTTP. Out come the table ``publications``, one row
per report that was ever listed, and ``listing_issues``, the oddities of the pages. Start with ``crawler.py``
(reads the site) and ``listing.py`` (updates the table); ``client.py`` is the HTTP client, ``pages.py`` the
page parser.
"""
