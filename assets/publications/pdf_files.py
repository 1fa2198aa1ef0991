"""Whether the bytes of a PDF are all there, judged from its start and its end.

Every PDF ends with ``startxref``, an offset and ``%%EOF``. A file that was updated, or optimised for display
while it loads, has such an end inside as well, so a truncated file may contain one. Reading the content of a
file belongs in ``assets/pdf``.
"""

import re

#: Number of bytes at the start and at the end of a file that ``find_truncation`` needs.
HEAD_BYTES, TAIL_BYTES = 1024, 2048

_END = b"%%EOF"
#: The start of an object, a cross-reference table or a trailer: the file went on after the end marker.
_MORE_OBJECTS = re.compile(rb"\A\s*(?:[0-9]+(?:\s|\Z)|xref|trailer|<<|startxref)")


def find_truncation(head: bytes, tail: bytes, size: int) -> str:
    """Return why a PDF is incomplete, as the end of a sentence; empty if it is complete.

    Args:
        head: At least the first ``HEAD_BYTES`` of the file.
        tail: At least the last ``TAIL_BYTES`` of the file.
        size: The size of the file in bytes.
    """
    linearized = re.search(rb"/Linearized\b.*?/L\s+([0-9]{1,12})\b", head[:HEAD_BYTES], re.DOTALL)
    if linearized and size < int(linearized[1]):
        return f"it has {size:,} of {int(linearized[1]):,} bytes"
    _, marker, after = tail.rpartition(_END)
    if not marker:
        return "its end is missing"
    if _MORE_OBJECTS.match(after):
        return "its end is missing after an inner end marker"
    return ""
