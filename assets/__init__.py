"""Everything that produces an asset of the dataset, with its Dagster definition; one package per stage.

In: the pages and PDF files of the reports site, and reference data. Out: the tables, the database, releases
and the website. In the order of the data: ``publications`` (what the site lists), ``archive`` (the PDF
files), ``pdf`` and ``parsing`` (from a file to rows), ``extraction`` (runs the parser), ``themes`` (tags),
``database``, ``release``, ``website``; ``reference`` holds authorities and frameworks, ``schema`` declares
the tables, ``storage`` reads and writes them. Each package has its asset definitions in ``assets.py``;
``tests/unit/test_structure.py`` states and enforces the import order. Nothing here imports ``orchestration``.
"""
