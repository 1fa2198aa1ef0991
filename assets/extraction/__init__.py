"""Extraction: runs the parser over the archived files of the years that changed.

In: the publications, the archive and the corrections file. Out: the rows of every table of reports, by year.
Start with ``assets``; ``incremental`` decides which reports to read, ``worker_pool`` reads them in processes.
"""
