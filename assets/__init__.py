"""What is made, one room per stage, in the order the data takes.

``publications`` (what the site lists) → ``files`` (the PDF archive) → ``reading`` (PDF to lines) →
``extraction`` (lines to roles to rows) → ``tables`` (their shape, and Parquet) → ``themes`` (what rows speak
of) → ``release`` (DuckDB, and every form in which it is published) → ``website`` (pages about it).
``authorities`` stands beside: who is inspected. In each room the modules are pure but for ``assets.py``,
its Dagster face. Imports run one way, in the order above; ``tests/test_imports.py`` keeps it so.
"""
