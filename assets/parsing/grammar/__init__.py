"""The grammar that all report families share: layout, sections, paragraphs, dates, judgements, inspectors.

In: the lines of a report, and what a family declares about its headings and areas. Out: a role for each line,
and rows. Start with ``sections``, whose ``BodyParser`` uses most of the other modules.
"""
