"""The formats of a release: one module for each kind of file.

In: an open database. Out: Parquet, CSV and workbook files in the release folder.
"""
