"""Parse the lines of a report into rows: each line gets one role, and the rows are derived from the roles.

In: the bytes of a PDF and what the site's listing says about it. Out: the rows of one report, with an issue
for each invariant that the report breaks. Start with ``report``, which runs all steps; ``grammar`` holds what
all report families share, ``families`` one module per family, ``frameworks`` the areas and grades that
inspections judge, and ``invariants`` the rules that each report must satisfy. Reading many files belongs to
``assets.extraction``.

A new family of reports needs one module in ``families`` and test reports. ``lscb_review`` and ``jtai`` are
the shortest examples. The module declares

1. its headings, as a table of ``sections.heading``, each with the role of the text below it. Only the
   headings decide which role a line has; a heading that is not in the table belongs to the section around it;
2. the content of the first page before the body begins, as patterns: letter form and title
   (``letters.read_form``), dates (``dates.read_period``), theme or judgement;

and passes the remaining lines to ``BodyParser.parse``. The family is then registered in three tables: its
titles in ``publications.report_types``, its framework in ``frameworks.FRAMEWORKS`` and its function in
``report.FAMILY_PARSERS``. Rules that hold for this family only are added to ``invariants``. Its tests are
real reports in ``warehouse/sample`` and the rows expected of them in ``tests/expected``, reviewed against the
page. A layout that has not been seen in a real report is marked where it is declared, as monitoring visits
are in ``letters``.
"""
