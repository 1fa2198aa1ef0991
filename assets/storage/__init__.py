"""Storage: files of the warehouse, on this machine or in an object store.

In: rows or bytes. Out: files that are replaced atomically. Start with ``parquet_store``; ``filesystem`` hides
where the warehouse is, ``atomic_write`` and ``locking`` make writes safe.
"""
