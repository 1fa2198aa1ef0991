-- How do an authority's statistical neighbours compare?
--
-- The ten neighbours of the Department for Education's model, closest first.
SELECT rank, neighbour, neighbour_inspection_start_date, neighbour_overall_effectiveness_grade,
    neighbour_impact_of_leaders_grade, neighbour_in_care_grade, neighbour_note
FROM neighbour_comparison
WHERE local_authority = 'Bedford'
ORDER BY rank;
