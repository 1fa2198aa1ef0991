"""The DuckDB database: all tables with keys and comments, and the views and macros of ``sql/``.

In: the Parquet files of the store and the SQL files. Out: ``inspections.duckdb``, built separately and
swapped in. Start with ``build``; ``sql_files`` reads the SQL files, ``sql_checks`` runs checks and examples.
"""
