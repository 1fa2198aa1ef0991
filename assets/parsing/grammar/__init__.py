"""The grammar that all report families share: layout, sections, paragraphs, dates, judgements, inspectors.

In: the lines of a report. Out: roles for lines, and rows. Start with ``sections``.
"""
