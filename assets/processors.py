"""How many processors this process may use, which is fewer than the machine has in a limited container."""

import os


def usable_processors() -> int:
    """Return the number of processors that this process may use; or that the machine has if unknown."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
