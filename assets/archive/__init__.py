"""The archive: every report's file as it came, and a log of every attempt to fetch one."""
