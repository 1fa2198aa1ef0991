"""What the website offers to other programs: addresses, preview pictures and feeds.

In: the rows of ``SiteData`` and the configured addresses. Out: texts, links and PNG bytes for ``pages`` and
``build``, which decide where they are written. The markup is in ``templates``.
"""
