"""The reviewed files of the extraction together: corrections of misprints, and acknowledged issues.

Their formats and rules are in ``corrections`` and ``acknowledgements``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from assets.extraction.acknowledgements import (
    Acknowledgement,
    acknowledgements_hash,
    apply_acknowledgements,
    read_acknowledgements,
)
from assets.extraction.corrections import Correction, apply_corrections, corrections_hash, read_corrections


@dataclass(frozen=True)
class Reviews:
    """The contents of the reviewed files, by report id."""

    corrections: Mapping[str, Sequence[Correction]]
    acknowledgements: Mapping[str, Sequence[Acknowledgement]]

    def hash(self, report_id: str) -> str:
        """Return a hash of what the files change in a report; empty if nothing."""
        corrections = corrections_hash(self.corrections.get(report_id, ()))
        return corrections + acknowledgements_hash(self.acknowledgements.get(report_id, ()))

    def apply(self, report_id: str, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Apply the files to the rows of a report.

        Raises:
            CorrectionError, AcknowledgementError: An entry does not match the rows.
        """
        corrected = apply_corrections(tables, self.corrections.get(report_id, ()))
        return apply_acknowledgements(corrected, self.acknowledgements.get(report_id, ()))


def read_reviews() -> Reviews:
    """Read the reviewed files: corrections of misprints, and acknowledged issues.

    Raises:
        CsvFileError: A file is invalid.
    """
    return Reviews(read_corrections(), read_acknowledgements())
