"""What is published: the DuckDB database, built last, from the Parquet store, and releases of it."""
