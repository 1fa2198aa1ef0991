-- When the listing was last read for this release, and when its newest report was published. One row.
SELECT CAST(max(last_seen) AS DATE) AS site_read, max(published) AS newest_report
FROM publications;
