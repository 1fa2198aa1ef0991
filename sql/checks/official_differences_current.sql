-- Every row of official_differences whose report is in the dataset still explains a difference.
--
-- Remove rows that no longer do.
--
-- Severity: blocking
SELECT differences.*
FROM official_differences AS differences
JOIN official_comparison AS matched
    ON matched.urn = differences.urn
    AND matched.official_published = differences.published
    AND matched.report_id IS NOT NULL
ANTI JOIN (FROM official_comparison WHERE rule = 'reviewed') AS explained
    ON explained.urn = differences.urn
    AND explained.official_published = differences.published
    AND explained.area = differences.area
GROUP BY ALL;
