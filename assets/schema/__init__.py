"""Schema: the declaration of every table and vocabulary, and the rules that rows must obey.

In: nothing; this package imports no other. Out: Arrow schemas with descriptions and units, vocabularies, and
violations of the rules per table. Start with ``tables``; ``vocabularies`` defines codes and labels,
``validation`` checks rows, ``csv_files`` reads hand-written files, ``sanitize`` cleans text.
"""
