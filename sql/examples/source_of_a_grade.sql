-- Where in a report is a grade printed?
--
-- PDF file, SHA-256 hash, page and bounding box (in PDF points from the top left). `make evidence` draws it.
SELECT judgements.area, judgements.grade, judgements.grade_printed, judgements.page,
    round(judgements.x0) AS x0, round(judgements.top) AS top, left(reports.sha256, 12) AS sha256_prefix,
    reports.source_url
FROM judgements
JOIN reports ON reports.report_id = judgements.report_id
WHERE judgements.report_id = '50177455'
ORDER BY judgements.area;
