"""Other readers of a release than the one that wrote it, each in an environment of its own: ``make clients``.

What an environment holds stands in ``<name>.in``, locked in ``<name>.lock``.
"""
