-- What is the median caseload and turnover of social workers at each overall grade?
--
-- Authorities by the grade in force on 31 March 2025. The figures describe; they do not show that one causes the other.
SELECT overall_effectiveness_grade, count(*) AS authorities, round(median(caseload), 1) AS caseload,
    round(median(social_worker_turnover), 1) AS turnover, round(median(re_referrals), 1) AS re_referrals
FROM authority_year_panel
WHERE year = 2025 AND overall_effectiveness_grade IS NOT NULL
GROUP BY overall_effectiveness_grade
ORDER BY (SELECT sort_order FROM grades WHERE grade = overall_effectiveness_grade);
