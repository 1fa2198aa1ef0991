"""The website: pages about the current release for people who will never write SQL.

``content`` asks the release's database the questions of ``sql/website``; ``charts`` and ``geography`` turn
answers into coordinates; ``pages``, ``national`` and ``data_pages`` say what each page is given;
``templates`` turn that into HTML and SVG, everything escaped; ``search_index`` writes the files that
``static/search.js`` reads; ``building`` puts it all together. Pages ask nothing of any other host, and work
without scripts but for searching, sorting, the map's captions and SQL.
"""
