"""How inspectors grade, as a picture: one bar for every area judged, its parts the grades, best first."""

from collections import Counter
from io import BytesIO

import pyarrow as pa
from matplotlib.figure import Figure

from assets.tables.schemas import GRADES

#: From blue for the best to red for the worst, told apart by readers who see few colours too.
COLOURS = {
    "outstanding": "#2166ac",
    "good": "#92c5de",
    "requires_improvement": "#fddbc7",
    "adequate": "#f6e8a8",
    "inadequate": "#b2182b",
    "positive": "#5aae61",
    "inconsistent": "#e7d4e8",
    "systemic_failings": "#762a83",
}


def grades_by_area(judgements: pa.Table) -> bytes:
    """Draw how many judgements of each area have which grade, the area judged most on top; a PNG.

    ``judgements`` are rows of that table; those without a grade are left out.
    """
    counts = Counter(
        (row["area"], row["grade"])
        for row in judgements.select(["area", "grade"]).to_pylist()
        if row["grade"]
    )
    totals: Counter[str] = Counter()
    for (area, _), count in counts.items():
        totals[area] += count
    areas = sorted(totals, key=lambda area: (totals[area], area))
    figure = Figure(figsize=(7, 1.2 + 0.26 * len(areas)), dpi=80, layout="constrained")
    axes = figure.subplots()
    left = [0] * len(areas)
    labels = [area.replace("_", " ") for area in areas]
    for grade in (each for each in GRADES if any(counts[area, each] for area in areas)):
        widths = [counts[area, grade] for area in areas]
        axes.barh(labels, widths, left=left, color=COLOURS[grade], label=grade.replace("_", " "))
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_xlabel("judgements")
    axes.spines[["top", "right"]].set_visible(False)
    if areas:
        figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize="small")
    drawn = BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()
