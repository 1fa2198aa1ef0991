-- Every difference that was looked up still is one, as far as its report is here.
--
-- A row of official_differences that explains nothing any more is to be taken out.
--
-- Severity: blocking
SELECT differences.*
FROM official_differences AS differences
JOIN official_comparison AS compared
    ON compared.urn = differences.urn
    AND compared.official_published = differences.published
    AND compared.report_id IS NOT NULL
ANTI JOIN (FROM official_comparison WHERE rule = 'reviewed') AS explained
    ON explained.urn = differences.urn
    AND explained.official_published = differences.published
    AND explained.area = differences.area
GROUP BY ALL;
