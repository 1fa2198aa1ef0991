"""The subcommands of ``inspections``, one module for each.

In come arguments and the environment; out come text on stdout, errors on stderr and an exit code. The modules
import only click at the top: everything else is imported where it is used, so that ``--help`` is fast.
``options`` holds what several commands share.
"""
