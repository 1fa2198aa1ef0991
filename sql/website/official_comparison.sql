-- Grades of the reports next to Ofsted's own statistics, by what the comparison shows and its explanation.
--
-- Only grades that both have can agree or differ: 'same' and 'different'. 'statistics_only' are grades without a report
-- here, 'reports_only' are grades that the statistics do not have.
SELECT
    CASE
        WHEN official_grade IS NULL THEN 'reports_only'
        WHEN grade IS NULL THEN 'statistics_only'
        WHEN outcome = 'same' THEN 'same'
        ELSE 'different'
    END AS comparison,
    coalesce(explanation, CASE WHEN outcome = 'unexplained' THEN 'Not explained' END) AS explanation,
    count(*) AS grades
FROM official_comparison
GROUP BY ALL
ORDER BY comparison, grades DESC, explanation;
