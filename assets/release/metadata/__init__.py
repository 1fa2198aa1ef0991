"""Descriptions of a release for other programs: Frictionless, Croissant and DCAT.

In: the table declarations and the files of a release. Out: JSON documents next to them.
"""
