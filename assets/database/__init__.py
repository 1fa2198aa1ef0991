"""The DuckDB database: all tables with comments, and the views, macros and search tables of ``sql/``.

In: the Parquet files of the store and the SQL files. Out: ``inspections.duckdb``, written to a new file
that then replaces the old one. Start with ``build``; ``sql_files`` parses the SQL files, ``sql_checks``
runs the checks and examples, ``ordered_rows`` reads tables in the order of their keys.
"""
