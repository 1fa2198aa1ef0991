"""Disks that fail, as disks do."""

import resource
from contextlib import contextmanager


@contextmanager
def disk_with_room_for(size):
    """Let no file grow beyond a size, in bytes: the kernel then fails the write, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
