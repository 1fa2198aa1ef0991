"""Extraction: runs the parser over the archived files of the years that changed.

In: the listing, the archive and the corrections file. Out: the rows of every table of reports, by year.
Start with ``assets``; ``incremental`` decides what is read again, ``worker_pool`` reads in processes.
"""
