"""From lines to rows: every line of a report gets one role, and roles give the rows of the tables.

``frameworks`` declares what is judged and in which words; ``layout``, ``paragraphs``, ``sections``,
``dates``, ``judgement_table``, ``judgements`` and ``inspectors`` are the grammar that all families share;
each family of reports is one module; ``report`` puts a file through it all and ``invariants`` says what
must hold of the result.

Adding a family of reports takes one module and its fixtures. ``lscb_review`` and ``jtai`` are the shortest to
read. Such a module declares

1. its headings: a table of ``sections.heading``, each with the role of the text below it. Nothing else
   decides what a line is; a heading that the table does not know goes on with the section around it;
2. what its first page says before the body begins: form and title (``letters.read_form``), dates
   (``dates.read_period``), theme or judgement, as declared patterns;

and hands the rest to ``Sections.read``. Then it is named three times: its titles in
``publications.families``, its framework in ``frameworks.FRAMEWORKS``, its function in ``report.FAMILIES``.
What must hold of it beside what must hold of all is a row in ``invariants``. Its fixtures are real reports in
``warehouse/sample`` and the rows expected of them in ``tests/extraction/expected``, reviewed against the
page; a layout that nobody has seen on a real file says so where it is declared, as monitoring visits do in
``letters``.
"""
