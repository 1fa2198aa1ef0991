"""Read a PDF file into lines of text with their bounding boxes, and render its pages as pictures.

In: the bytes of a PDF. Out: a list of ``Line``, without any knowledge of what a report says. Start with
``pdfium_lines``, which reads every report; ``pdfplumber_lines`` is the slower second reader.
"""
