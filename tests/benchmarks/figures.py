"""A measured figure, and the bounds that the figures must keep."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure: the stage that was measured, what was measured, and the value."""

    stage: str
    what: str
    value: float

    @property
    def verdict(self) -> str:
        """The bound of the figure and whether it is kept; empty if it has none."""
        if (bound := BOUNDS.get((self.stage, self.what))) is None:
            return ""
        limit, is_maximum = bound
        is_kept = self.value <= limit if is_maximum else self.value >= limit
        return f"{'at most' if is_maximum else 'at least'} {limit:g}{'' if is_kept else ': MISSED'}"


PEAK, EXPONENT = "peak memory of the larger warehouse, MB", "growth exponent of the processor time"
TWO_WORKERS = "all reports with two workers, seconds"
FROM_SCRATCH = "from scratch, in times of reading all reports with two workers"
BUILT, PUBLISHED = "one new report in the database", "the same report in a release and on the website"
FILES = "files of the larger warehouse's website"

#: Stages that are measured in two sizes of the warehouse, in the order in which they follow each other.
STAGES = ("database", "release", "website", "verify")

#: What must hold, by stage and figure: the limit, and whether it is a maximum.
BOUNDS: dict[tuple[str, str], tuple[float, bool]] = {
    ("extraction", "a report, in raw decodings"): (2.75, True),
    ("extraction", "the check of the display, share of the rest"): (0.1, True),
    ("extraction", "pdfplumber's lines, in readings"): (20.0, False),
    ("extraction", "two workers, times as fast as one"): (1.8, False),
    ("extraction", "peak memory of a process that reads all, MB"): (300.0, True),
    **{(stage, PEAK): (1024.0, True) for stage in STAGES},
    **{(stage, EXPONENT): (1.05, True) for stage in STAGES},
    ("website", FILES): (40_000, True),
}
