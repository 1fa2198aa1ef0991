"""The rules that a report must satisfy: its invariants, by subject.

In: an ``Extraction``. Out: an issue for each rule that does not hold; ``codes`` declares all issue codes and
which of them make a report partial or disqualify it. Start with ``checks.broken_invariants``, which applies
all rules. Rules for a table are in ``schema.validation``, rules across tables in ``sql/checks``.
"""
