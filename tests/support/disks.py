"""Simulated disk failures."""

import resource
from contextlib import contextmanager


@contextmanager
def limited_file_size(size):
    """Limit the size of written files in bytes: the kernel fails larger writes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
