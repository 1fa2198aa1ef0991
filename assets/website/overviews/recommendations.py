"""The recommendations to an authority that are current: what it was last asked to improve."""

from collections.abc import Mapping, Sequence

from assets.website.queries import Row, Rows


def recent_recommendations(
    reports: Rows, recommendations: Mapping[str, Rows], current: Row | None
) -> Sequence[tuple[Row, Rows]]:
    """Return the reports since the latest full inspection that recommend something, newest first.

    Each comes with its recommendations. For an authority without a full inspection these are all its reports.
    """
    latest = current["report_id"] if current else None
    since = next((row["published"] for row in reports if row["report_id"] == latest), None)
    return [
        (row, recommendations[row["report_id"]])
        for row in reports
        if row["report_id"] in recommendations
        and row["counts"]
        and not row["superseded_by"]
        and (row["report_id"] == latest or since is None or (row["published"] and row["published"] > since))
    ]
