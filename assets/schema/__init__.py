"""The shape of every table, declared once, and the Parquet store that holds them."""
