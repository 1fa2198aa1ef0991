"""The report families: one module declares the headings and the cover page of each.

In: the lines of a report. Out: an ``Extraction``. ``lscb_review`` and ``jtai`` are the shortest examples.
"""
