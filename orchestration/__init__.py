"""Orchestration: what runs when. Jobs, schedules, sensors, checks, alerts and the command line.

In: the asset definitions of ``assets``. Out: Dagster definitions and the ``inspections`` command. Start with
``definitions``; nothing here parses reports or contains SQL, and ``assets`` imports nothing from here.
"""
