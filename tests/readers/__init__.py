"""Tests that other programs can read a release, each in its own environment (``make test-readers``).

The packages of an environment are listed in ``<name>.in`` and locked in ``<name>.lock``.
"""
