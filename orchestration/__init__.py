"""How the dataset is made: partitions, resources, jobs, checks. No parsing, no SQL.

The assets themselves live in ``assets``; only ``orchestration.definitions`` knows them all.
"""
