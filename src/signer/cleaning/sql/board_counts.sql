-- How many shots there are of each place and class. Places first as they stand there: they are named once for
-- each of them, not for each shot.
WITH kinds AS (
    SELECT province, district, facility,
        CASE WHEN is_foreigner(person_id, nationality) THEN 'foreigner' ELSE 'verified' END AS class
    FROM verified_rows
    UNION ALL
    SELECT province, district, facility, reason AS class FROM refused_rows
),
as_written AS (SELECT province, district, facility, class, count(*) AS shots FROM kinds GROUP BY ALL)
SELECT place_name(province) AS province, place_name(district) AS district, place_name(facility) AS facility,
    class, sum(shots)::BIGINT AS shots
FROM as_written GROUP BY ALL ORDER BY ALL;
